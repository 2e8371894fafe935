//! Commands that change nothing.

use std::process::Command;

use crate::sample::Sample;

#[test]
fn every_list_and_status_is_on_stdout_as_text_and_as_one_json_document() {
    let sample = Sample::new();
    sample.script(&["agent", "token", "new", "codex"]).with(0);
    let commands: [(&[&str], &str, &str); 12] = [
        (&["agent", "list"], "hermes", "agents"),
        (&["agent", "show", "codex"], "canWrite", "fields"),
        (
            &["agent", "token", "list"],
            "tok-20261123-06cf7652",
            "tokens",
        ),
        (&["auth", "status"], "passphrase", "method"),
        (&["config", "get", "mcp.port"], "8080", "values"),
        (&["config", "get", "mcp"], "mcp.bind = 127.0.0.1", "values"),
        (&["config", "validate"], "fine", "valid"),
        (&["policy", "list"], "10-dev.yaml", "policies"),
        (&["policy", "show"], "(shipped)", "policies"),
        (&["guard", "status"], "step_up", "settings"),
        (&["audit", "list"], "createToken", "lines"),
        (&["approve"], "Nothing waits", "requests"),
    ];
    for (command, text, key) in commands {
        let ended = sample.run(command).with(0);
        assert!(ended.stdout.contains(text), "{command:?}: {ended:#?}");
        let json = sample
            .run(&[command, &["--output", "json"]].concat())
            .with(0)
            .json();
        assert!(json.get(key).is_some(), "{command:?}: {json}");
    }
}

#[test]
fn no_token_is_ever_printed() {
    let sample = Sample::new();
    let made = sample.script(&["agent", "token", "new", "codex"]).with(0);
    let raw = sample.read("mcp-tokens/codex.token");
    let listed = sample.run(&["agent", "token", "list", "--output", "json"]);
    let logged = sample.run(&["audit", "list", "--output", "json"]);
    for ended in [made, listed, logged] {
        let all = [ended.stdout, ended.stderr].concat();
        assert!(!all.contains(raw.trim_end()));
    }
}

#[test]
fn a_config_that_the_product_would_not_load_as_it_is_meant_is_said_by_line() {
    let sample = Sample::new();
    let broken = sample
        .read("config.yaml")
        .replace("port: 8080", "port: many");
    sample.write("config.yaml", &broken);
    sample
        .run(&["config", "validate"])
        .with(6)
        .showing("line ")
        .showing("mcp.port");
}

#[test]
fn a_command_line_that_cannot_be_understood_is_an_answer_in_json_too() {
    let sample = Sample::new();
    for flags in [&["--output", "json"][..], &["--output=json"]] {
        let command = [&["agent", "upgrade", "codex"][..], flags].concat();
        let report = sample.run(&command).with(1).json();
        assert_eq!(report["code"], 1);
        assert!(report["error"].as_str().unwrap().contains("--tier"));
    }
}

#[test]
fn completions_and_manual_pages_come_from_the_flags() {
    let openpass = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_openpass"))
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    for shell in ["bash", "zsh", "fish"] {
        let script = openpass(&["completions", shell]);
        assert!(script.contains("rotate-passphrase"), "{shell}");
    }
    let folder = tempfile::tempdir().unwrap();
    openpass(&["man", folder.path().to_str().unwrap()]);
    let page = folder.path().join("openpass-agent-upgrade.1");
    assert!(std::fs::read_to_string(page).unwrap().contains("tier"));
    assert!(std::fs::read_dir(folder.path()).unwrap().count() > 20);
}

#[test]
fn m6_validate_warns_of_what_nobody_knows_and_names_what_was_meant() {
    let sample = Sample::new();
    let config = sample.read("config.yaml");
    let codex = "    codex:\n";
    assert!(config.contains(codex));
    let edited = config.replacen(codex, &format!("{codex}        canwrite: true\n"), 1);
    sample.write("config.yaml", &format!("{edited}auth_method: x\n"));
    sample
        .run(&["config", "validate"])
        .with(0)
        .showing("agents.codex.canwrite")
        .showing("did you mean canWrite?")
        .showing("did you mean authMethod?")
        .showing("config.yaml is fine");
    let json = sample
        .run(&["config", "validate", "--output", "json"])
        .with(0)
        .json();
    assert_eq!(json["valid"], true);
    assert_eq!(json["warnings"].as_array().unwrap().len(), 2, "{json}");
}

#[test]
fn p3_policy_list_names_what_is_not_read() {
    let sample = Sample::new();
    sample.write("policies/x.cedar~", "x");
    sample
        .run(&["policy", "list"])
        .with(0)
        .showing("Not read: \"x.cedar~\"");
}
