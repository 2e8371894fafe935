//! `agent list` and `auth status`: they ask nobody and write nothing.

use serde_json::json;

use crate::support::{CONFIG, Openpass, TestVault, code};

#[test]
fn the_list_has_every_agent_with_what_is_in_effect() {
    let vault = TestVault::new();
    let before = vault.files();
    let run = Openpass::on(&vault, &["agent", "list"]);
    let ended = run.without_a_terminal().with(code::DONE);
    let rows: Vec<Vec<&str>> = ended
        .stdout
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    let expected = [
        "AGENT TIER APPROVAL CAN WRITE CAN CONFIGURE",
        "ci-bot standard prompt no no",
        "claude-code standard prompt no no",
        "cli custom none yes no",
        "codex read-only deny no no",
        "default custom deny no no",
        "hermes admin none yes yes",
        "openclaw read-only deny no no",
        "opencode custom deny no no",
    ];
    let expected: Vec<Vec<&str>> = expected
        .iter()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(rows, expected);
    assert_eq!(ended.stderr, "");
    assert_eq!(vault.files(), before);
    assert!(!vault.path("guard").exists());
}

#[test]
fn the_list_as_json_is_one_document_with_a_count() {
    let vault = TestVault::new();
    let run = Openpass::on(&vault, &["--output", "json", "agent", "list"]);
    let listing = run.without_a_terminal().with(code::DONE).json();
    assert_eq!(listing["count"], 8);
    let names: Vec<&str> = listing["agents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|agent| agent["name"].as_str().unwrap())
        .collect();
    assert_eq!(names.len(), 8);
    assert_eq!((names[0], names[7]), ("ci-bot", "opencode"));
}

#[test]
fn a_config_without_agents_lists_none() {
    for text in ["", "agents:\n", "agents: {}\n", "authMethod: passphrase\n"] {
        let vault = TestVault::new();
        vault.put("config.yaml", text);
        let run = Openpass::on(&vault, &["agent", "list", "--output", "json"]);
        let listing = run.without_a_terminal().with(code::DONE).json();
        assert_eq!(listing["agents"], json!([]), "{text:?}");
        assert_eq!(listing["count"], 0, "{text:?}");
    }
}

#[test]
fn the_status_names_vault_and_method_in_the_products_order() {
    let methods = [
        ("authMethod: passphrase\n", "passphrase"),
        ("authMethod: Touch-ID\n", "touchid"),
        // Something is written, so the product does not look at useTouchID.
        ("authMethod: nonsense\nuseTouchID: true\n", "passphrase"),
        ("authMethod: ''\nuseTouchID: On\n", "touchid"),
        (
            "useTouchID: true\nvault:\n    authMethod: passphrase\n",
            "passphrase",
        ),
        (
            "useTouchID: true\nvault:\n    useTouchID: false\n",
            "touchid",
        ),
        ("authMethod: passphrase\nuseTouchID: true\n", "passphrase"),
        ("vault:\n    authMethod: biometrics\n", "touchid"),
        ("vault:\n    useTouchID: true\n", "touchid"),
        ("", "passphrase"),
    ];
    for (config, method) in methods {
        let vault = TestVault::new();
        vault.put("config.yaml", config);
        let run = Openpass::on(&vault, &["auth", "status", "--output", "json"]);
        let status = run.without_a_terminal().with(code::DONE).json();
        assert_eq!(status["method"], method, "{config:?}");
        assert_eq!(status["vault"], vault.dir_text());
        assert_eq!(status["touch_id_available"], false);
        assert_eq!(status["cache"]["persistent"], false);
    }
}

#[test]
fn the_status_as_text_has_its_four_lines() {
    let vault = TestVault::new();
    let run = Openpass::on(&vault, &["auth", "status"]);
    let ended = run.without_a_terminal().with(code::DONE);
    let labels: Vec<&str> = ended
        .stdout
        .lines()
        .map(|line| line.split(':').next().unwrap())
        .collect();
    assert_eq!(labels, ["Vault", "Method", "Touch ID", "Cache"]);
}

#[test]
fn looking_fails_on_a_broken_vault_with_the_same_codes() {
    for arguments in [["agent", "list"], ["auth", "status"]] {
        let vault = TestVault::nowhere();
        let run = Openpass::on(&vault, &arguments);
        run.without_a_terminal().with(code::NO_VAULT);
        let vault = TestVault::new();
        vault.put("config.yaml", CONFIG.replace("agents:", "agents: ["));
        let run = Openpass::on(&vault, &arguments);
        run.without_a_terminal().with(code::BROKEN).saying("line ");
    }
}

#[test]
fn help_and_version_are_on_stdout_and_no_error() {
    let vault = TestVault::nowhere();
    for arguments in [
        &["--help"][..],
        &["--version"],
        &["agent", "upgrade", "--help"],
    ] {
        let ended = Openpass::at_home(vault.home(), arguments).unattended();
        let ended = ended.with(code::DONE);
        assert!(!ended.stdout.is_empty() && ended.stderr.is_empty());
    }
    let ended = Openpass::at_home(vault.home(), &[]).unattended();
    ended.with(code::USAGE);
}
