//! What a command says in text, whatever it has to say.

use std::process::Command;

use crate::sample::Sample;

pub(crate) fn input(name: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/field")
        .join(name)
}

pub(crate) fn text_of(name: &str) -> String {
    std::fs::read_to_string(input(name)).unwrap()
}

#[test]
fn a_value_that_the_product_would_not_load_is_no_fault_of_the_file() {
    let sample = Sample::new();
    let before = sample.read("config.yaml");
    let ended = sample.run(&["config", "set", "mcp.bind", ""]).with(1);
    assert!(
        ended.stderr.contains("\"mcp.bind\" was not set: "),
        "{ended:?}"
    );
    assert!(!ended.stderr.contains("by hand"), "{ended:?}");
    assert_eq!(sample.read("config.yaml"), before);
}

#[test]
fn c13_a_value_forges_no_line_and_drives_no_terminal_whatever_it_is_written_to() {
    let sample = Sample::new();
    let config = sample.read("config.yaml");
    let config: Vec<&str> = config
        .lines()
        .filter(|line| !line.starts_with("defaultAgent:"))
        .collect();
    let config = config.join("\n");
    let hostile = "\"x\\nmcp.port = 1\\e[2J\\u202e\"";
    sample.write(
        "config.yaml",
        &format!("{config}\ndefaultAgent: {hostile}\n"),
    );
    for command in [&["config", "get", "defaultAgent"][..], &["config", "get"]] {
        let ended = sample.run(command).with(0);
        assert!(!ended.stdout.contains(['\u{1b}', '\u{202e}']), "{ended:#?}");
        assert!(!ended.stdout.contains("\nmcp.port = 1"), "{ended:#?}");
        drop(ended.showing("x\\u{a}mcp.port = 1\\u{1b}[2J\\u{202e}"));
    }
    let json = ["config", "get", "defaultAgent", "--output", "json"];
    let json = sample.run(&json).with(0).json();
    assert_eq!(
        json["values"]["defaultAgent"],
        "x\nmcp.port = 1\u{1b}[2J\u{202e}"
    );
    let long = "l".repeat(400);
    sample.write("config.yaml", &format!("{config}\ndefaultAgent: {long}\n"));
    let ended = sample.run(&["config", "get", "defaultAgent"]).with(0);
    assert_eq!(ended.stdout, format!("{long}\n"));
}

#[test]
fn c5_unimported_rules_are_told_of_in_one_line_where_it_helps() {
    let sample = Sample::new();
    let told = |command: &[&str]| {
        let ended = sample.run(command);
        ended.stderr.matches("not enforced here").count()
    };
    for quiet in [
        &["agent", "list"][..],
        &["agent", "show", "codex"],
        &["config", "get"],
        &["audit", "list"],
        &["policy", "matrix"],
    ] {
        assert_eq!(told(quiet), 0, "{quiet:?}");
    }
    for telling in [
        &["guard", "status"][..],
        &["auth", "status"],
        &["agent", "upgrade", "codex", "--tier", "admin", "--dry-run"],
    ] {
        assert_eq!(told(telling), 1, "{telling:?}");
    }
    let stderr = sample.run(&["auth", "status"]).stderr;
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
}

#[test]
fn c2_a_method_that_stays_is_not_said_to_change() {
    let sample = Sample::new();
    let command = ["auth", "set", "passphrase", "--dry-run"];
    let ended = sample.run(&command);
    assert!(
        !ended.stderr.contains("from passphrase to passphrase"),
        "{ended:#?}"
    );
}

#[test]
fn c6_a_name_that_is_taken_has_an_exit_code_of_its_own() {
    let sample = Sample::new();
    let add = ["agent", "add", "codex", "--tier", "read-only"];
    drop(sample.script(&add).with(16).showing("already"));
    drop(sample.run(&["init"]).with(16));
}

#[test]
fn c6_a_log_that_cannot_be_written_has_an_exit_code_of_its_own() {
    let sample = Sample::new();
    sample.write("guard/log.lock/a-folder", "in the way");
    // There is no name left under which it could be moved aside.
    for number in 0..100 {
        sample.write(&format!("guard/log.lock.aside-{number}"), "");
    }
    let set = [
        "config",
        "set",
        "clipboard.auto_clear_duration",
        "45",
        "--yes",
    ];
    let ended = sample.run(&set).with(14);
    drop(ended.showing("guard log cannot be written"));
}

#[test]
fn c8_one_is_one() {
    let sample = Sample::new();
    let file = sample.dir().join("one.yaml");
    sample.write(
        "one.yaml",
        text_of("22-policy-test-bom.yaml").trim_start_matches('\u{feff}'),
    );
    let ended = sample.run(&["policy", "test", file.to_str().unwrap()]);
    drop(ended.showing("1 test: "));
    drop(
        sample
            .script(&["agent", "upgrade", "codex", "--tier", "admin"])
            .with(0),
    );
    let verified = sample.run(&["audit", "verify"]).with(0);
    assert!(!verified.stdout.contains("1 lines"), "{verified:#?}");
}

#[test]
fn c15_the_request_and_what_it_comes_to_have_two_names_and_both_are_shown() {
    let sample = Sample::new();
    let code = crate::approval::left_by(&sample, "hermes");
    let ended = sample.script(&["approve", &code]).with(0);
    let line = ended
        .stderr
        .lines()
        .find(|line| line.starts_with("Request "));
    let line = line.unwrap();
    assert!(line.starts_with(&format!("Request {code}; ")), "{line}");
    assert!(line.contains(" fingerprint "), "{line}");
    assert!(!ended.stderr.contains("Code "), "{ended:#?}");
}

#[test]
fn c19_a_profile_that_is_passed_over_is_said_to_be() {
    let sample = Sample::new();
    let ended = sample.run(&["auth", "status", "--profile", "work"]).with(0);
    drop(ended.showing("Warning: the profile is ignored, as in OpenPass: --vault names"));
    let status = sample.run(&["auth", "status"]).with(0);
    assert!(!status.stderr.contains("profile"), "{status:#?}");
}

#[test]
fn c21_no_tests_are_not_0_of_0_that_failed() {
    let sample = Sample::new();
    sample.write("none.yaml", "tests: []\n");
    sample.write("none.json", "[]\n");
    for file in ["none.yaml", "none.json"] {
        let file = sample.dir().join(file);
        let ended = sample
            .run(&["policy", "test", file.to_str().unwrap()])
            .with(1);
        assert!(!ended.stderr.contains("0 of 0"), "{ended:#?}");
        drop(ended.showing("no test in the file"));
    }
}

#[test]
fn c21_a_file_that_is_not_there_is_named_and_ends_with_2() {
    let sample = Sample::new();
    for command in [
        &["man", "/nowhere/at/all"][..],
        &["policy", "test", "/nowhere/at/all"],
        &["policy", "apply", "/nowhere/at/all"],
        &["policy", "import", "/nowhere/at/all"],
        &["policy", "matrix", "--diff", "/nowhere/at/all"],
    ] {
        drop(sample.run(command).with(2).showing("/nowhere/at/all"));
    }
}

#[test]
fn c21_completions_have_the_tiers_and_no_formats_of_one_command_alone() {
    let sample = Sample::new();
    let script = sample.run(&["completions", "bash"]).with(0).stdout;
    assert!(script.contains("read-only standard admin"), "tiers");
    assert!(
        script.contains("text json") && !script.contains("html"),
        "formats"
    );
    drop(
        sample
            .run(&["policy", "matrix", "--output", "html"])
            .with(0),
    );
    let tier = ["agent", "upgrade", "codex", "--tier", "safe", "--dry-run"];
    assert_ne!(sample.run(&tier).stderr.matches("invalid value").count(), 1);
    let help = sample.run(&["--help"]).with(0).stdout;
    for part in ["OPENPASS_AGENT", "13  it waits for a person"] {
        assert!(help.contains(part), "{part}: {help}");
    }
}

#[test]
fn p15_a_reader_that_has_gone_hears_no_complaint() {
    let sample = Sample::new();
    for list in [
        "agent list",
        "agent list --output json",
        "completions bash",
        "--help",
    ] {
        let script = format!(
            "{{ {} --vault {} {list}; echo \"ended $?\" >&2; }} | true",
            env!("CARGO_BIN_EXE_openpass"),
            sample.dir().display()
        );
        // Whether the reader goes first is the system's affair: ask it often.
        for _ in 0..8 {
            let run = Command::new("sh").args(["-c", &script]).output().unwrap();
            let stderr = String::from_utf8(run.stderr).unwrap();
            assert!(
                stderr == "ended 0\n" || stderr == "ended 141\n",
                "{list}: {stderr}"
            );
        }
    }
}

#[test]
fn c11_a_name_in_a_table_imitates_no_other_cell() {
    let sample = Sample::new();
    let config = sample.read("config.yaml");
    let odd = "    \"x   admin  none\":\n        tier: read-only\n";
    let config = config.replacen("agents:\n", &format!("agents:\n{odd}"), 1);
    sample.write("config.yaml", &config);
    drop(
        sample
            .run(&["agent", "list"])
            .with(0)
            .showing("\n\"x   admin  none\" "),
    );
}
