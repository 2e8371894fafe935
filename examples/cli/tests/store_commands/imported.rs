//! The product's YAML rules: imported through the guard, or said to be open.

use crate::sample::{PASSPHRASE, Sample};

const DEV: &str = "policies/10-dev.yaml";
const PROD: &str = "policies/20-prod.yaml";
const RAISE: [&str; 5] = ["agent", "upgrade", "codex", "--tier", "admin"];
const LOWER: [&str; 5] = ["agent", "upgrade", "hermes", "--tier", "safe"];

/// The words of an import, with the paths made whole.
pub(crate) fn import(sample: &Sample, files: &[&str], flags: &[&str]) -> Vec<String> {
    let path = |name: &&str| sample.dir().join(name).to_string_lossy().into_owned();
    let words = ["policy", "import"].into_iter().map(str::to_owned);
    let flags = flags.iter().copied().map(str::to_owned);
    words.chain(files.iter().map(path)).chain(flags).collect()
}

pub(crate) fn words(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}

#[test]
fn an_import_is_put_in_force_by_a_script_with_the_passphrase_and_changes_one_file() {
    let sample = Sample::new();
    let before = sample.files();
    let arguments = import(&sample, &[DEV], &["--apply", "--output", "json"]);
    let report = sample.script(&words(&arguments)).with(0).json();
    assert_eq!(report["outcome"], "done");
    assert_eq!(report["action"], "applyPolicy");
    assert_eq!(report["policy"], "imported-rules.cedar");
    assert_eq!(report["rules"], 3);
    assert_eq!(report["environment"], serde_json::json!(["GIT_BRANCH"]));
    assert_eq!(sample.changed(&before), ["policies/imported-rules.cedar"]);
    let printed = import(&sample, &[DEV], &[]);
    let printed = sample.run(&words(&printed)).with(0).stdout;
    assert_eq!(sample.read("policies/imported-rules.cedar"), printed);
    sample.run(&["audit", "verify"]).with(0);
}

#[test]
fn a_person_at_a_terminal_puts_an_import_in_force_and_one_who_refuses_changes_no_byte() {
    let sample = Sample::new();
    let before = sample.files();
    let arguments = import(&sample, &[DEV], &["--apply"]);
    let mut person = sample.person(&words(&arguments));
    person
        .sees("3 rules in force for agents")
        .sees("imported-rules.cedar")
        .turns_pages(2)
        .sees("Passphrase")
        // Empty, ^C: no.
        .types("\u{3}");
    person.leaves().with(10);
    assert!(sample.changed(&before).is_empty());

    let mut person = sample.person(&words(&arguments));
    person
        .turns_pages(2)
        .sees("Passphrase")
        .types(format!("{PASSPHRASE}\r"))
        .sees("3 rules imported");
    person.leaves().with(0);
    assert_eq!(sample.changed(&before), ["policies/imported-rules.cedar"]);
}

#[test]
fn case_3_case_32_an_import_is_put_in_force_by_nobody_who_proves_nothing() {
    let sample = Sample::new();
    let before = sample.files();
    let flags: [(&[&str], i32); 5] = [
        (&[], 11),
        (&["--yes"], 1),
        (&["--yes", "--biometric"], 1),
        (&["--yes", "--no-biometric", "--reason", "x"], 11),
        (&["--dry-run"], 0),
    ];
    for (more, code) in flags {
        let arguments = import(&sample, &[DEV], &[&["--apply"], more].concat());
        sample.run(&words(&arguments)).with(code);
    }
    let arguments = import(&sample, &[DEV], &["--apply"]);
    sample
        .script_with(&words(&arguments), "wrong horse battery")
        .with(10);
    // No agent touches policy, whatever it may do else.
    sample
        .run_with(
            &words(&arguments),
            &[],
            &[("OPENPASS_AGENT", "claude-code")],
        )
        .with(5);
    let arguments = import(&sample, &[DEV], &["--reason", "x"]);
    sample
        .run(&words(&arguments))
        .with(1)
        .showing("without `--apply`");
    assert!(sample.changed(&before).is_empty());
}

#[test]
fn the_prod_rules_are_refused_for_their_rate_limit_by_name_and_import_narrower() {
    let sample = Sample::new();
    let before = sample.files();
    let arguments = import(&sample, &[DEV, PROD], &["--apply"]);
    sample
        .script(&words(&arguments))
        .with(6)
        .showing("rule \"few secrets a session\"")
        .showing("`rate_limit`")
        .showing("--allow-narrower");
    assert!(sample.changed(&before).is_empty());
    let arguments = import(&sample, &[DEV, PROD], &["--apply", "--allow-narrower"]);
    sample
        .script(&words(&arguments))
        .with(0)
        .showing("few secrets a session")
        .showing("left out");
    let quiet = sample.run(&["agent", "list"]).with(0);
    assert_eq!(quiet.stderr, "");
}

#[test]
fn rules_that_nothing_enforces_are_said_by_status_and_by_the_list_until_they_are_imported() {
    let sample = Sample::new();
    for command in [["guard", "status"].as_slice(), &["auth", "status"]] {
        let said = sample.run(command).with(0).stderr;
        assert!(said.contains("\"10-dev.yaml\" (not imported)"), "{said}");
        assert!(said.contains("policy import FILE.yaml"), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    let listed = |name: &str| {
        let listing = sample
            .run(&["policy", "list", "--output", "json"])
            .with(0)
            .json();
        let all = listing["policies"].as_array().unwrap().clone();
        let found = all.into_iter().find(|policy| policy["name"] == name);
        found.unwrap()["why_not"].clone()
    };
    assert_eq!(listed("10-dev.yaml"), "not-imported");
    let arguments = import(&sample, &[DEV], &["--apply"]);
    sample
        .script(&words(&arguments))
        .with(0)
        .showing("\"20-prod.yaml\" lies in policies/ and is not part of this import");
    assert_eq!(listed("10-dev.yaml"), serde_json::Value::Null);
    assert_eq!(listed("20-prod.yaml"), "not-imported");
    assert_eq!(listed("imported-rules.cedar"), serde_json::Value::Null);

    let text = sample.read(DEV);
    sample.write(DEV, &format!("{text}\n"));
    assert_eq!(listed("10-dev.yaml"), "changed");
    sample
        .run(&["policy", "list"])
        .with(0)
        .showing("not enforced here: changed since it was imported");
    sample.write(DEV, &text);
    sample
        .script(&["policy", "remove", "imported-rules.cedar"])
        .with(0);
    assert_eq!(listed("10-dev.yaml"), "not-imported");
    for number in 0..6 {
        sample.write(&format!("policies/{number}.yml"), "version: '1'\n");
    }
    sample.run(&["auth", "status"]).with(0).showing("5 more");
}

#[test]
fn a_yaml_file_that_cannot_be_read_is_enforced_by_nothing() {
    let sample = Sample::new();
    let arguments = import(&sample, &[DEV], &["--apply"]);
    sample.script(&words(&arguments)).with(0);
    let away = sample.dir().join("away.yaml");
    let dev = sample.dir().join(DEV);
    std::fs::rename(&dev, &away).unwrap();
    std::os::unix::fs::symlink(&away, &dev).unwrap();
    sample
        .run(&["agent", "list"])
        .with(0)
        .showing("10-dev.yaml");
}

#[test]
fn under_unenforced_yaml_refuse_nothing_changes_until_the_rules_are_imported_or_removed() {
    let sample = Sample::new();
    sample
        .script(&["guard", "set", "unenforced-yaml", "never"])
        .with(1)
        .showing("cannot be");
    sample
        .script(&["guard", "set", "unenforced-yaml", "refuse"])
        .with(0);
    assert_eq!(
        sample.read("guard/settings.yaml"),
        "unenforced_yaml: refuse\n"
    );
    sample
        .run(&["guard", "status"])
        .with(0)
        .showing("unenforced_yaml refuse");
    let before = sample.files();
    for command in [
        RAISE.as_slice(),
        &LOWER,
        &["config", "set", "mcp.port", "9"],
        &["auth", "set", "touchid"],
        &["agent", "token", "new", "codex"],
    ] {
        sample
            .script(command)
            .with(6)
            .showing("unenforced_yaml: refuse")
            .showing("policy import");
    }
    // Nobody is asked for a passphrase first.
    let mut person = sample.person(&["auth", "rotate-passphrase"]);
    person.sees("unenforced_yaml: refuse");
    person.leaves().with(6);
    assert!(sample.changed(&before).is_empty());
    // Looking goes on.
    sample.run(&["agent", "list"]).with(0);
    // What a change would take is told as the change itself would be.
    let explain = [["policy", "explain"].as_slice(), &RAISE].concat();
    sample.run(&explain).with(6).showing("policy import");

    let arguments = import(&sample, &[DEV], &["--apply"]);
    sample.script(&words(&arguments)).with(0);
    sample.script(&RAISE).with(6).showing("20-prod.yaml");
    sample.script(&["policy", "remove", "20-prod.yaml"]).with(0);
    sample.script(&RAISE).with(0);
    sample.write(PROD, "version: '1'\n");
    sample.script(&LOWER).with(6);
    sample
        .script(&["guard", "set", "unenforced-yaml", "default"])
        .with(0);
    sample.script(&LOWER).with(0);
}

#[test]
fn case_6_a_yaml_file_that_is_put_there_while_the_prompt_is_up_stops_the_change() {
    let sample = Sample::new();
    for name in ["10-dev.yaml", "20-prod.yaml"] {
        sample.script(&["policy", "remove", name]).with(0);
    }
    sample
        .script(&["guard", "set", "unenforced-yaml", "refuse"])
        .with(0);
    let config = sample.read("config.yaml");
    let mut person = sample.person(&RAISE);
    person.sees("Passphrase");
    sample.write(DEV, "version: '1'\n");
    person.types(format!("{PASSPHRASE}\r"));
    person.leaves().with(6);
    assert_eq!(sample.read("config.yaml"), config);
}

#[test]
fn with_a_broken_settings_file_the_rules_must_be_enforced_and_nobody_is_locked_out() {
    let sample = Sample::new();
    sample.write("guard/settings.yaml", "unenforced_yaml: [");
    let mut person = sample.person(&RAISE);
    person.sees("unenforced_yaml: refuse");
    person.leaves().with(6);
    let mut person = sample.person(&["guard", "set", "unenforced-yaml", "report"]);
    person
        .sees("Passphrase")
        .types(format!("{PASSPHRASE}\r"))
        .sees("set to");
    person.leaves().with(0);
    sample.script(&RAISE).with(0);
}
