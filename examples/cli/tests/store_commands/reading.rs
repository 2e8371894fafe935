//! config.yaml is read as the product reads it, and no secret in it is told.

use std::{fs, path::Path};

use serde_json::{Map, Value, json};

use crate::sample::{Ended, Sample};

const REST: &str = "vault:\n    authMethod: passphrase\n    format_version: 2\n";

/// A vault with this entry of `worker`, indented by eight.
fn with_worker(entry: &str) -> Sample {
    let sample = Sample::new();
    sample.write(
        "config.yaml",
        &format!("agents:\n    worker:{entry}\n{REST}"),
    );
    sample
}

fn edit(sample: &Sample, sets: &[&str], flags: &[&str]) -> Ended {
    let mut arguments = vec!["agent", "profile", "edit", "worker"];
    for set in sets {
        arguments.extend(["--set", set]);
    }
    arguments.extend(flags);
    sample.run(&arguments)
}

/// A change that needs a factor: `--yes` alone is refused, and says so.
#[track_caller]
fn is_critical(sample: &Sample, sets: &[&str]) {
    let before = sample.read("config.yaml");
    edit(sample, sets, &["--yes"])
        .with(1)
        .showing("--no-biometric");
    assert_eq!(sample.read("config.yaml"), before);
}

#[test]
fn case_43_an_empty_approval_mode_is_what_require_approval_says() {
    for mode in ["\"\"", "''", "~", ""] {
        let sample = with_worker(&format!(
            "\n        tier: admin\n        approvalMode: {mode}\n        requireApproval: true"
        ));
        let shown = sample.run(&["agent", "show", "worker", "--output", "json"]);
        assert_eq!(shown.with(0).json()["effective"]["approvalMode"], "prompt");
        // From prompt to none.
        is_critical(&sample, &["requireApproval=false"]);
    }
}

#[test]
fn case_44_a_power_without_effect_now_does_not_ride_along_with_a_narrowing() {
    let sample = with_worker("\n        tier: admin\n        allowedPaths: [dev/, ci/]");
    is_critical(&sample, &["canWrite=true"]);
    is_critical(&sample, &["canWrite=true", "allowedPaths=dev/"]);
    let arguments = ["canWrite=true", "allowedPaths=dev/"];
    let told = edit(&sample, &arguments, &["--dry-run", "--output", "json"]).json();
    let changes = told["changes"].as_array().unwrap();
    let of = |field: &str| {
        changes
            .iter()
            .find(|change| change["field"] == field)
            .unwrap()
    };
    assert_eq!(of("canWrite")["direction"], "widens");
    assert_eq!(of("allowedPaths")["direction"], "narrows");
    // Each narrowing alone is a y/N.
    edit(&sample, &["allowedPaths=dev/"], &["--yes"]).with(0);
}

#[test]
fn case_45_null_and_aliases_are_read_alike_everywhere() {
    let sample = Sample::new();
    let config = format!(
        "x-shared: &s\n    tier: admin\n    approvalMode: deny\n    canWrite: On\nagents:\n    \
         worker: *s\n    null-mode:\n        approvalMode: ~\n        tier: read-only\n    \
         nothing:\n{REST}"
    );
    sample.write("config.yaml", &config);
    let list = sample
        .run(&["agent", "list", "--output", "json"])
        .with(0)
        .json();
    let agents = list["agents"].as_array().unwrap();
    for (agent, tier, mode, writes) in [
        ("worker", "custom", "none", true),
        ("null-mode", "read-only", "none", false),
        ("nothing", "custom", "none", false),
    ] {
        let found = agents.iter().find(|found| found["name"] == agent).unwrap();
        assert_eq!(found["tier"], tier, "{agent}");
        assert_eq!(found["approval_mode"], mode, "{agent}");
        assert_eq!(found["can_write"], writes, "{agent}");
    }
    let verdict = sample.run(&["config", "validate"]).with(6);
    verdict.showing("line 2: 'agents.worker': an alias or a merge key");
    // The product reads the file, and every other agent can be changed.
    let edit = [
        "agent",
        "profile",
        "edit",
        "null-mode",
        "--set",
        "approvalMode=deny",
        "--yes",
    ];
    sample.run(&edit).with(0);
    let through = [
        "agent",
        "profile",
        "edit",
        "worker",
        "--set",
        "canWrite=false",
        "--yes",
    ];
    sample
        .run(&through)
        .with(6)
        .showing("an alias stands for a value");
}

#[test]
fn case_45_a_sample_of_the_products_profiles_by_the_built_command() {
    let text = fs::read_to_string("../vault/tests/data/effective-profiles.json").unwrap();
    let rows: Vec<Map<String, Value>> = serde_json::from_str(&text).unwrap();
    let short = [
        ("mode", "approvalMode"),
        ("paths", "allowedPaths"),
        ("exec", "allowedExecutables"),
        ("tools", "allowed_tools"),
        ("env", "allowedEnvVars"),
        ("redact", "redactFields"),
        ("ptr", "perToolRedactFields"),
        ("pim", "promptInjectionMode"),
        ("h", "max_reads_per_hour"),
        ("d", "max_reads_per_day"),
        ("s", "max_secrets_in_session"),
    ];
    let sample = Sample::new();
    for row in rows.iter().step_by(37) {
        sample.write("config.yaml", row["config"].as_str().unwrap());
        let shown = sample.run(&["agent", "show", "worker", "--output", "json"]);
        let product = row["product"].as_object().unwrap();
        if product.contains_key("err") {
            shown.with(6).showing("OpenPass does not load the file");
            sample.run(&["config", "validate"]).with(6);
            continue;
        }
        let shown = shown.with(0).json();
        for (name, value) in product {
            let field = short.iter().find(|(short, _)| short == name);
            let field = field.map_or(name.as_str(), |(_, field)| field);
            assert_eq!(
                &shown["effective"][field], value,
                "{field}: {}",
                row["config"]
            );
        }
        assert!(!shown.to_string().contains("Float("), "{shown}");
    }
}

#[test]
fn case_45_what_the_product_does_not_load_is_not_fine() {
    let folder = "../vault/tests/data/field-inputs";
    for (name, code, saying) in [
        ("01-config-capital-bools.yaml", 0, "is fine"),
        ("02-config-usetouchid-capital.yaml", 0, "is fine"),
        ("03-config-ints.yaml", 0, "is fine"),
        (
            "04-config-agents-a-list.yaml",
            6,
            "line 2: 'agents': it takes keys and values",
        ),
        (
            "05-config-list-in-list.yaml",
            6,
            "line 4: 'agents.codex.allowedPaths': it takes text",
        ),
        ("06-config-u2028-in-text.yaml", 0, "is fine"),
        ("07-config-control-char-line3.yaml", 6, "line 3"),
    ] {
        let sample = Sample::new();
        let text = fs::read_to_string(format!("{folder}/{name}")).unwrap();
        sample.write("config.yaml", &text);
        sample
            .run(&["config", "validate"])
            .with(code)
            .showing(saying);
        if code != 0 {
            sample.run(&["agent", "list"]).with(6);
            let change = [
                "config",
                "set",
                "clipboard.auto_clear_duration",
                "5",
                "--yes",
            ];
            sample.run(&change).with(6);
            assert_eq!(sample.read("config.yaml"), text, "{name}");
        }
    }
    let sample = Sample::new();
    let read = |name: &str| fs::read_to_string(format!("{folder}/{name}")).unwrap();
    sample.write("config.yaml", &read("01-config-capital-bools.yaml"));
    let shown = sample
        .run(&["agent", "show", "codex", "--output", "json"])
        .json();
    assert_eq!(shown["fields"]["canManageConfig"], true);
    sample.write("config.yaml", &read("03-config-ints.yaml"));
    for (agent, number) in [("codex", 1000), ("two", 60), ("three", 60)] {
        let shown = sample
            .run(&["agent", "show", agent, "--output", "json"])
            .json();
        assert_eq!(shown["fields"]["max_reads_per_hour"], json!(number));
    }
    sample.write("config.yaml", &read("02-config-usetouchid-capital.yaml"));
    sample.run(&["auth", "status"]).with(0).showing("touchid");
}

#[test]
fn case_56_a_value_that_may_be_a_secret_is_neither_told_nor_logged() {
    const SECRET: &str = "hunter2-hunter2";
    let url = format!("https://ann:{SECRET}@host:4318/v1");
    let sample = Sample::new();
    let tells = |ended: Ended| {
        let everything = format!("{ended:?}{}", sample.read("guard/log.jsonl"));
        assert!(!everything.contains(SECRET), "{everything}");
        ended
    };
    for (key, value) in [
        ("mcp.perplexity.api_key", SECRET),
        ("nobody.knows", SECRET),
        ("mcp.otlp_endpoint", &url),
    ] {
        let set = |value: &str| ["config", "set", key, value].map(str::to_owned);
        let words = set(value);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        // Refused by the wrong passphrase, made, and made otherwise.
        tells(sample.script_with(&words, "not the right passphrase")).with(10);
        tells(sample.script(&words)).with(0);
        assert!(sample.read("config.yaml").contains(SECRET), "{key}");
        tells(sample.run(&["config", "get", key])).showing("SHA-256");
        tells(sample.run(&["config", "get"]));
        let json = tells(sample.run(&["config", "get", "--output", "json"])).json();
        assert!(
            json["values"][key]
                .as_str()
                .unwrap()
                .contains("bytes, SHA-256")
        );
        let other = ["config", "set", key, "other"];
        tells(sample.script(&other)).with(0);
        assert!(!sample.read("config.yaml").contains(SECRET), "{key}");
    }
    // A refusal before anything is asked does not repeat it either.
    for key in ["agents.codex.pre_call_hooks", "agents.codex.x-token"] {
        tells(sample.script(&["config", "set", key, SECRET])).with(1);
    }
}

#[test]
fn case_41_where_data_go_is_shown_whatever_else_is_in_the_url() {
    let sample = Sample::new();
    let set = |url: &str| {
        let words = [
            "config",
            "set",
            "mcp.otlp_endpoint",
            url,
            "--output",
            "json",
        ];
        sample.script(&words)
    };
    let ended = set("https://ann:hunter2@evil.example/v1?key=hunter2").with(0);
    let change = &ended.json()["changes"][0];
    let after = change["after"].as_str().unwrap_or_default();
    assert!(after.starts_with("https://evil.example/v1 ("), "{change}");
    set("https://host/v1?key=a@evil.example")
        .with(1)
        .showing("%40");
}

#[test]
fn a_merge_key_stops_nothing_but_an_edit_through_it() {
    let sample = Sample::new();
    let config = format!(
        "x: &x\n    y: {{z: 1}}\nnobody: &unused\n    <<: *x\nclipboard:\n    \
         auto_clear_duration: 20\n{REST}"
    );
    sample.write("config.yaml", &config);
    sample.run(&["config", "validate"]).with(0);
    let change = [
        "config",
        "set",
        "clipboard.auto_clear_duration",
        "5",
        "--yes",
    ];
    sample.run(&change).with(0);
    let expected = config.replace("auto_clear_duration: 20", "auto_clear_duration: 5");
    assert_eq!(sample.read("config.yaml"), expected);
    let through = sample.script(&["config", "set", "nobody.y.z", "2"]);
    through.with(6).showing("a merge key");
    assert_eq!(sample.read("config.yaml"), expected);
    sample
        .script(&["config", "set", "nobody.other", "2"])
        .with(0);
}

/// Puts something else in the place of config.yaml.
type Damage<'a> = &'a dyn Fn(&Path);

#[test]
fn a_config_that_is_no_file_of_its_form_is_an_error_and_stays() {
    let damage: [(&str, Damage<'_>, &str); 5] = [
        (
            "a folder",
            &|path| fs::create_dir(path).unwrap(),
            "not a regular file",
        ),
        (
            "100 MB",
            &|path| {
                let file = fs::File::create(path).unwrap();
                file.set_len(100 << 20).unwrap();
            },
            "no more than",
        ),
        (
            "half written",
            &|path| fs::write(path, "agents:\n    codex:\n        tier: [adm").unwrap(),
            "line 4",
        ),
        (
            "a link to nothing",
            &|path| {
                std::os::unix::fs::symlink("nowhere", path).unwrap();
            },
            "",
        ),
        (
            "binary",
            &|path| fs::write(path, b"agents: \xff\0\n").unwrap(),
            "UTF-8",
        ),
    ];
    for (what, make, saying) in damage {
        let sample = Sample::new();
        let path = sample.dir().join("config.yaml");
        fs::remove_file(&path).unwrap();
        make(&path);
        for command in [
            &["agent", "list"][..],
            &["config", "validate"],
            &["config", "set", "mcp.port", "1", "--yes"],
            &[
                "agent",
                "profile",
                "edit",
                "codex",
                "--set",
                "canWrite=false",
                "--yes",
            ],
        ] {
            let ended = sample.run(command);
            assert!([3, 6].contains(&ended.code()), "{what}: {ended:#?}");
            ended.showing(saying);
        }
        assert!(path.symlink_metadata().is_ok(), "{what}");
    }
    // Empty is a vault without agents.
    let sample = Sample::new();
    sample.write("config.yaml", "");
    sample
        .run(&["config", "validate"])
        .with(0)
        .showing("is fine");
    sample.run(&["agent", "list"]).with(0);
}
