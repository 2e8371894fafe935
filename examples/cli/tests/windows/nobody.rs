//! Where nobody can be asked, or nobody need be.

use crate::{
    lower_claude, raise_codex,
    support::{CONFIG, Openpass, TestVault, code},
};

#[test]
fn case_32_without_a_console_it_refuses_at_once_and_says_what_to_do() {
    let vault = TestVault::new();
    let before = vault.files();
    for flags in [&[] as &[&str], &["--no-biometric"], &["--reason", "ci"]] {
        let ended = raise_codex(&vault, flags).without_a_terminal();
        // A prompt that waited would end otherwise: nobody answered in time.
        let ended = ended
            .with(code::NOBODY_TO_ASK)
            .saying("no terminal to ask on");
        let ended = ended.saying("Hint: run it in a console of your own");
        assert!(!ended.stderr.contains("--passphrase-fd"), "{ended:#?}");
    }
    assert_eq!(vault.files(), before);
}

#[test]
fn yes_is_no_answer_to_a_critical_change() {
    let vault = TestVault::new();
    for flags in [&["--yes"] as &[&str], &["--yes", "--biometric"]] {
        let ended = raise_codex(&vault, flags).without_a_terminal();
        ended.with(code::USAGE).saying("--no-biometric");
    }
    assert_eq!(vault.config(), CONFIG);
}

#[test]
fn a_file_descriptor_is_refused_and_the_console_is_named() {
    let vault = TestVault::new();
    let flags = "--yes --no-biometric --reason r --passphrase-fd 3";
    let flags: Vec<&str> = flags.split(' ').collect();
    for ended in [
        raise_codex(&vault, &flags).without_a_terminal(),
        raise_codex(&vault, &flags).at_a_terminal(&[]),
    ] {
        let ended = ended.with(code::USAGE).unasked();
        let ended = ended.saying("not read from a file descriptor on Windows");
        ended.saying("on the console");
    }
    assert_eq!(vault.config(), CONFIG);
    let nowhere = TestVault::nowhere();
    let init = Openpass::on(&nowhere, &["init", "--passphrase-fd", "3"]);
    let ended = init.without_a_terminal().with(code::USAGE);
    ended.saying("on the console");
    assert!(!nowhere.path("config.yaml").exists());
}

#[test]
fn what_is_read_and_what_takes_power_takes_no_console() {
    let vault = TestVault::new();
    let list = Openpass::on(&vault, &["agent", "list", "--output", "json"]);
    let agents = list.without_a_terminal().with(code::DONE).json();
    let agents = agents["agents"].as_array().unwrap();
    assert!(
        agents.iter().any(|agent| agent["name"] == "codex"),
        "{agents:?}"
    );
    lower_claude(&vault).without_a_terminal().with(code::DONE);
    assert_ne!(vault.config(), CONFIG);
    assert_eq!(vault.events(), ["intent", "prepared", "outcome"]);
}

/// As the product finds it.
#[test]
fn the_vault_is_in_the_users_folder_by_userprofile() {
    let vault = TestVault::new();
    std::fs::rename(vault.dir(), vault.home().join(".openpass")).unwrap();
    for (home, expected) in [(vault.home(), code::DONE), (vault.dir(), code::NO_VAULT)] {
        let list = Openpass::at_home(home, &["agent", "list"]).with("HOME", vault.home());
        list.without_a_terminal().with(expected);
    }
}
