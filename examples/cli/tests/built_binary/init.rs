//! Making a vault.

use std::{fs, os::unix::fs::PermissionsExt as _};

use crate::{
    raise_codex,
    support::{Openpass, Person, RIGHT, Run, TestVault, code},
};

const FIRST: &str = "New passphrase: ";
const AGAIN: &str = "Once more: ";

fn init(vault: &TestVault) -> Run {
    Openpass::on(vault, &["init"])
}

fn chooses(person: &mut Person, first: &str, again: Option<&str>) {
    person.sees(FIRST);
    person.types(format!("{first}\r"));
    if let Some(again) = again {
        person.sees(AGAIN);
        person.types(format!("{again}\r"));
    }
}

#[test]
fn a_vault_made_at_a_terminal_opens_with_its_passphrase_and_can_be_changed() {
    let vault = TestVault::nowhere();
    let mut person = init(&vault).at_a_terminal();
    person.sees("Choose a passphrase for the new vault: at least 12 characters.");
    chooses(&mut person, RIGHT, Some(RIGHT));
    let ended = person.leaves().with(code::DONE);
    assert!(ended.stdout.contains(vault.dir_text()));
    assert!(ended.stdout.contains("Recipient: age1"));

    let before = vault.config();
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    person.answers();
    person.leaves().with(code::DONE);
    let changed: Vec<_> = before
        .lines()
        .zip(
            vault
                .config()
                .lines()
                .map(str::to_owned)
                .collect::<Vec<_>>(),
        )
        .filter(|(old, new)| old != new)
        .map(|(_, new)| new)
        .collect();
    assert_eq!(changed.len(), 11, "{changed:?}");
    assert_eq!(changed[0], "        tier: admin");
}

#[test]
fn a_vault_made_by_a_script_opens_with_its_passphrase() {
    let vault = TestVault::nowhere();
    let run = Openpass::on(
        &vault,
        &["init", "--passphrase-fd", "3", "--output", "json"],
    );
    let ended = run.with_fd_3(format!("{RIGHT}\n")).without_a_terminal();
    let made = ended.with(code::DONE).json();
    assert_eq!(made["vault"], vault.dir_text());
    assert!(made["recipient"].as_str().unwrap().starts_with("age1"));
    let flags = "--yes --no-biometric --reason r --passphrase-fd 3";
    let flags: Vec<&str> = flags.split(' ').collect();
    for (passphrase, expected) in [("wrong", code::NOT_AUTHENTICATED), (RIGHT, code::DONE)] {
        let run = raise_codex(&vault, &flags).with_fd_3(passphrase);
        run.without_a_terminal().with(expected);
    }
}

#[test]
fn its_files_are_for_the_owner_alone_and_the_secret_ones_are_not_committed() {
    let vault = TestVault::nowhere();
    let run = Openpass::on(&vault, &["init", "--passphrase-fd", "3"]);
    run.with_fd_3(RIGHT).without_a_terminal().with(code::DONE);
    let mode = |name: &str| {
        let metadata = fs::metadata(vault.path(name)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    assert_eq!(mode(""), 0o700);
    assert_eq!(mode("entries"), 0o700);
    assert_eq!(mode("config.yaml"), 0o600);
    assert_eq!(mode("identity.age"), 0o600);
    let ignored = fs::read_to_string(vault.path(".gitignore")).unwrap();
    for name in ["identity.age", "mcp-tokens/", "guard/"] {
        assert!(ignored.lines().any(|line| line == name), "{name}");
    }
}

#[test]
fn what_is_no_new_passphrase_makes_no_vault() {
    for (first, again, saying) in [
        (
            RIGHT,
            Some("incorrect horse battery stap"),
            "the two passphrases differ",
        ),
        ("eleven char", None, "at least 12 characters"),
        ("", None, "empty"),
        ("\x03", None, "cancelled"),
        (RIGHT, Some("\x03"), "cancelled"),
        ("\x04", None, "cancelled"),
    ] {
        let vault = TestVault::nowhere();
        let mut person = init(&vault).at_a_terminal();
        chooses(&mut person, first, again);
        if !saying.contains("cancelled") {
            person.sees(FIRST);
            person.types("\x03");
        }
        let ended = person.leaves().with(code::NOT_AUTHENTICATED).saying(saying);
        assert_ne!(ended.signal(), Some(0));
        assert!(!vault.path("").exists(), "{first:?}");
    }
}

#[test]
fn c21_a_new_passphrase_that_cannot_serve_is_asked_for_again() {
    let vault = TestVault::nowhere();
    let mut person = init(&vault).at_a_terminal();
    chooses(&mut person, "eleven char", None);
    chooses(&mut person, RIGHT, Some("incorrect horse battery stap"));
    chooses(&mut person, RIGHT, Some(RIGHT));
    person.leaves().with(code::DONE);
    assert!(vault.path("identity.age").exists());
}

#[test]
fn cancelling_is_not_authenticated_and_having_no_terminal_is_nobody_to_ask() {
    let vault = TestVault::nowhere();
    let mut person = init(&vault).at_a_terminal();
    chooses(&mut person, "\x03", None);
    person.leaves().with(code::NOT_AUTHENTICATED);
    let piped = init(&vault).reading(format!("{RIGHT}\n{RIGHT}\n"));
    let piped = piped.with("OPENPASS_PASSPHRASE", RIGHT);
    piped.without_a_terminal().with(code::NOBODY_TO_ASK);
    assert!(!vault.path("").exists());
}

#[test]
fn killed_before_the_passphrase_is_chosen_nothing_is_there() {
    let vault = TestVault::nowhere();
    let mut person = init(&vault).at_a_terminal();
    chooses(&mut person, RIGHT, None);
    person.sees(AGAIN);
    person.kills();
    drop(person.ends());
    assert!(!vault.path("").exists());
}

#[test]
fn a_vault_that_is_there_is_never_replaced() {
    let vault = TestVault::new();
    let before = vault.files();
    let ended = init(&vault).unattended().with(code::TAKEN).unasked();
    ended.saying("there is a vault in");
    let run = Openpass::on(&vault, &["init", "--passphrase-fd", "3"]);
    run.with_fd_3(RIGHT).without_a_terminal().with(code::TAKEN);
    assert_eq!(vault.files(), before);
}

#[test]
fn half_a_vault_is_not_replaced_either() {
    for missing in ["config.yaml", "identity.age"] {
        let vault = TestVault::new();
        fs::remove_file(vault.path(missing)).unwrap();
        let before = vault.files();
        let run = Openpass::on(&vault, &["init", "--passphrase-fd", "3"]);
        let ended = run.with_fd_3(RIGHT).without_a_terminal();
        drop(ended.with(code::NO_VAULT).saying("is not whole"));
        assert_eq!(vault.files(), before, "{missing}");
    }
}

#[test]
fn case_2_a_new_passphrase_comes_from_no_other_descriptor() {
    for (number, redirection) in [("0", "0<&0"), ("2", "0<&0"), ("3", "3<>/dev/tty")] {
        let vault = TestVault::nowhere();
        let run = Openpass::on(&vault, &["init", "--passphrase-fd", number]);
        let run = run.reading(format!("{RIGHT}\n")).redirected(redirection);
        run.unattended().with(code::USAGE).unasked();
        assert!(!vault.path("").exists());
    }
}

#[test]
fn a_folder_that_cannot_hold_a_vault_is_said() {
    let vault = TestVault::nowhere();
    fs::write(vault.dir(), "a file\n").unwrap();
    let run = Openpass::on(&vault, &["init", "--passphrase-fd", "3"]);
    let ended = run
        .with_fd_3(RIGHT)
        .without_a_terminal()
        .with(code::NOT_WRITTEN);
    ended.saying("cannot be written");
    assert_eq!(fs::read_to_string(vault.dir()).unwrap(), "a file\n");
}
