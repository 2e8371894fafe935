//! `policy explain`: every command line, taken as the command itself takes it.

use crate::{approval::left_by, sample::Sample};

const RULES: &str = "version: \"1.0\"\nrules:\n  - name: r\n    priority: 1\n    conditions:\n      agent_id: codex\n      path: dev/**\n    action: allow\n";
const OWN: &str = "@id(\"own.x\") forbid (principal is OpenPass::Agent, action, resource);\n";
const JSON: [&str; 2] = ["--output", "json"];

/// A vault with something for every command to do.
fn busy() -> Sample {
    let sample = Sample::new();
    drop(sample.script(&["guard", "set", "timeout", "90s"]).with(0));
    sample.write("recipients.txt", "age1x\n");
    sample.write("own.cedar", OWN);
    sample.write("rules.yaml", RULES);
    sample
}

#[test]
fn c1_every_command_that_changes_something_is_explained_as_it_would_be_decided() {
    let sample = busy();
    let code = left_by(&sample, "hermes");
    let path = |name: &str| sample.dir().join(name).to_str().unwrap().to_owned();
    let (own, rules) = (path("own.cedar"), path("rules.yaml"));
    let commands: [&[&str]; 18] = [
        &["agent", "upgrade", "codex", "--tier", "admin"],
        &["agent", "add", "new", "--tier", "read-only"],
        &[
            "agent",
            "profile",
            "edit",
            "codex",
            "--set",
            "canWrite=true",
        ],
        &[
            "agent",
            "profile",
            "edit",
            "hermes",
            "--set",
            "canWrite=false",
        ],
        &["agent", "remove", "codex"],
        &["agent", "token", "new", "codex", "--tools", "list_entries"],
        &["agent", "token", "rotate", "hermes"],
        &["agent", "token", "revoke", "tok-20261123-98755ef2"],
        &["auth", "rotate-passphrase"],
        &["config", "set", "agents.codex.canWrite", "true"],
        &["config", "set", "agents.hermes.canWrite", "false"],
        &["config", "set", "clipboard.auto_clear_duration", "45"],
        &["policy", "apply", &own],
        &["policy", "remove", "10-dev.yaml"],
        &["policy", "import", &rules, "--apply"],
        &["guard", "accept"],
        &["guard", "restore"],
        &["approve", &code],
    ];
    for command in commands {
        let dry = sample.run(&[command, &["--dry-run"], &JSON].concat());
        let explain = [&["policy", "explain"], command, &JSON].concat();
        let explained = sample.run(&explain).with(0).json();
        let dry = dry.with(0).json();
        for member in ["action", "decision", "accepts", "policies"] {
            assert_eq!(explained[member], dry[member], "{member}: {command:?}");
        }
        let apart = [&["policy", "explain", "--output", "json", "--"], command].concat();
        let apart = sample.run(&apart).with(0).json();
        assert_eq!(apart["decision"], dry["decision"], "{command:?}");
    }
}

#[test]
fn c1_what_the_command_would_be_refused_for_is_what_explain_says() {
    let sample = busy();
    let commands: [&[&str]; 7] = [
        &["config", "set", "agents.codex.canWrite", "maybe"],
        &["config", "set", "mcp.port", "many"],
        &["agent", "upgrade", "nobody", "--tier", "admin"],
        &["agent", "upgrade", "codex", "--tier", "nothing"],
        &["policy", "apply", "/nowhere/at/all"],
        &["guard", "set", "step-up", "nothing"],
        &["approve", "ABCD-EFGH"],
    ];
    for command in commands {
        let itself = sample.run(&[command, &["--dry-run"]].concat());
        let explained = sample.run(&[&["policy", "explain"], command].concat());
        assert_eq!(
            explained.code(),
            itself.code(),
            "{explained:#?} {itself:#?}"
        );
        let error = explained
            .stderr
            .lines()
            .find(|line| line.to_lowercase().starts_with("error: "));
        let (_, error) = error.unwrap().split_once(": ").unwrap();
        assert!(itself.stderr.contains(error), "{explained:#?} {itself:#?}");
    }
}

#[test]
fn c1_its_own_flags_and_the_commands_flags_stand_in_any_order() {
    let sample = Sample::new();
    let raise = ["agent", "upgrade", "codex", "--tier", "admin"];
    let own = ["--as", "agent:openclaw", "--factor=biometry"];
    for words in [[&own[..], &raise].concat(), [&raise[..], &own].concat()] {
        let explain = [&["policy", "explain"], &words[..], &JSON].concat();
        let explained = sample.run(&explain).with(0).json();
        assert_eq!(explained["request"]["principal"]["name"], "openclaw");
        assert_eq!(explained["with_factor"]["factor"], "biometry");
        assert_eq!(explained["decision"], "deny");
    }
    let look = ["policy", "explain", "agent", "list"];
    drop(sample.run(&look).with(0).showing("allow"));
    let nothing = ["policy", "explain", "completions", "bash"];
    drop(
        sample
            .run(&nothing)
            .with(1)
            .showing("policy decides nothing"),
    );
    for what in [
        &["guard"][..],
        &["recipients"],
        &["devices"],
        &["repair", "reset"],
    ] {
        drop(sample.run(&[&["policy", "explain"], what].concat()).with(0));
    }
}

#[test]
fn c1_an_explanation_changes_nothing_and_asks_nobody() {
    let sample = busy();
    let before = sample.files();
    let log = sample.read("guard/log.jsonl");
    let command = ["policy", "explain", "agent", "remove", "codex", "--yes"];
    let mut person = sample.person(&command);
    person.sees("decision");
    person.leaves().with(0);
    assert!(sample.changed(&before).is_empty());
    assert_eq!(sample.read("guard/log.jsonl"), log);
}
