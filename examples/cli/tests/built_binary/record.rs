//! The guard's folder and its log.

use std::{fs, os::unix::fs::PermissionsExt as _};

use crate::{
    raise_codex,
    support::{Openpass, RIGHT, TestVault, code},
};

#[test]
fn the_intent_comes_before_the_outcome_and_both_name_the_operation() {
    let vault = TestVault::new();
    let flags = ["--reason", "a <reason> \u{202e}\x1b[2J\n{\"ts\":0}"];
    let mut person = raise_codex(&vault, &flags).at_a_terminal();
    person.answers();
    person.leaves().with(code::DONE);
    assert_eq!(vault.events(), ["intent", "prepared", "outcome"]);
    let mut log = vault.log();
    assert_eq!(log[1]["digest"], log[0]["digest"]);
    log.remove(1);
    for line in &log {
        assert_eq!(line["action"], "widenAgent");
        assert_eq!(line["resource"]["agent"]["name"], "codex");
        assert_eq!(line["principal"]["kind"], "user");
        assert_eq!(line["channel"], "cli");
        assert_eq!(line["vault"], vault.dir_text());
        assert_eq!(line["reason"], flags[1]);
        assert_eq!(line["digest"], log[0]["digest"]);
        assert_eq!(line["digest"].as_str().unwrap().len(), 64);
        assert_eq!(line["changes"].as_array().unwrap().len(), 11);
        assert!(line["ts"].as_str().unwrap().ends_with('Z'));
    }
    assert_eq!(log[0]["event"]["factor"], "passphrase");
    assert_eq!(log[1]["event"]["outcome"]["outcome"], "done");
}

#[test]
fn a_refusal_says_what_policy_said_and_why() {
    let vault = TestVault::new();
    let person = raise_codex(&vault, &[]).at_a_terminal();
    person.answers_by("\x03").with(code::NOT_AUTHENTICATED);
    let log = vault.log();
    assert_eq!(vault.events(), ["refused"]);
    assert_eq!(log[0]["event"]["policy"]["decision"], "require-biometry");
    let reason = log[0]["event"]["reason"].as_str().unwrap();
    assert!(reason.contains("cancelled by the person"));
}

#[test]
fn a_line_is_added_for_each_event_and_none_is_lost() {
    let vault = TestVault::new();
    for _ in 0..3 {
        raise_codex(&vault, &[])
            .without_a_terminal()
            .with(code::NOBODY_TO_ASK);
    }
    let arguments = ["agent", "upgrade", "claude-code", "--tier", "read-only"];
    let mut person = Openpass::on(&vault, &arguments).at_a_terminal();
    person.sees(crate::PROCEED);
    person.types("y\r");
    person.leaves().with(code::DONE);
    let expected = [
        "refused", "refused", "refused", "intent", "prepared", "outcome",
    ];
    assert_eq!(vault.events(), expected);
}

#[test]
fn the_folder_is_for_the_owner_alone_and_is_not_committed() {
    let vault = TestVault::new();
    let person = raise_codex(&vault, &[]).at_a_terminal();
    person.answers_by("\x03").with(code::NOT_AUTHENTICATED);
    let mode = |name: &str| {
        let metadata = fs::metadata(vault.path(name)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    assert_eq!(mode("guard"), 0o700);
    assert_eq!(mode("guard/log.jsonl"), 0o600);
    let ignored = fs::read_to_string(vault.path("guard/.gitignore")).unwrap();
    assert_eq!(ignored, "*\n");
}

#[test]
fn no_passphrase_right_or_wrong_is_in_any_file_of_the_vault() {
    let vault = TestVault::new();
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    person.is_asked();
    person.types("a wrong hunter2hunter2\r");
    person.answers();
    let ended = person.leaves().with(code::DONE);
    let streams = [&ended.stdout, &ended.stderr, &ended.screen];
    assert!(streams.iter().all(|stream| !stream.contains("hunter2")));
    let mut texts = vec![fs::read(vault.path("guard/log.jsonl")).unwrap()];
    texts.extend(vault.files().into_values().map(|(_, bytes)| bytes));
    for text in texts {
        let text = String::from_utf8_lossy(&text);
        assert!(!text.contains("hunter2") && !text.contains(RIGHT));
    }
}

#[test]
fn the_products_own_logs_and_files_are_left_alone() {
    let vault = TestVault::new();
    let before = vault.files();
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    person.answers();
    person.leaves().with(code::DONE);
    let mut after = vault.files();
    let config = vault.path("config.yaml");
    let (mode, _) = after.remove(&config).unwrap();
    assert_eq!(mode & 0o777, 0o600);
    let mut before = before;
    before.remove(&config);
    assert_eq!(after, before);
}
