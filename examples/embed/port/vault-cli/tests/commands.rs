//! The built command, as its users run it.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use vault_core::{Method, Settings, Store, Tier};

/// Runs `vault` in `folder` with these words, and `stdin` to read.
fn vault(folder: &Path, words: &str, stdin: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_vault"))
        .args(words.split(' '))
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Whether it reads its stdin is its own affair.
    drop(child.stdin.take().unwrap().write_all(stdin.as_bytes()));
    child.wait_with_output().unwrap()
}

/// A vault with codex on read-only, unlocked by the passphrase.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path().join("vault"));
    store.init("open sesame", 10).unwrap();
    folder
}

fn settings(folder: &tempfile::TempDir) -> Settings {
    Store::at(folder.path().join("vault")).settings().unwrap()
}

const UPGRADE: &str = "agent upgrade codex --tier admin";

/// What a yes gives: by stdin, and by the flag.
const AFTER_A_YES: (Tier, Method) = (Tier::Admin, Method::TouchId);

#[test]
fn a_yes_is_enough() {
    for (flag, stdin) in [("", "y\n"), (" --yes", "")] {
        let folder = folder();
        for words in [UPGRADE, "auth set touchid"] {
            vault(folder.path(), &format!("{words}{flag}"), stdin);
        }
        let now = settings(&folder);
        assert_eq!((now.agents["codex"].tier, now.unlock), AFTER_A_YES);
    }
}

#[test]
fn anything_else_is_a_no() {
    for stdin in ["", "n\n", "\n", "maybe\n"] {
        let folder = folder();
        let before = settings(&folder);
        let ended = vault(folder.path(), UPGRADE, stdin);
        assert_eq!(ended.status.code(), Some(1), "{ended:?}");
        assert_eq!(settings(&folder), before);
    }
}

#[test]
fn what_is_no_command_says_so() {
    let folder = folder();
    for (words, says) in [
        ("agent upgrade codex", "vault --help"),
        ("agent upgrade codex --tier root", "none of read-only"),
        ("--loud", "--loud"),
    ] {
        let ended = vault(folder.path(), words, "");
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.code() == Some(2) && said.contains(says), "{said}");
    }
    let listed = vault(folder.path(), "agent list", "").stdout;
    assert_eq!(String::from_utf8_lossy(&listed), "codex  read-only\n");
    let again = vault(folder.path(), "init", "other\n");
    assert_eq!(again.status.code(), Some(1), "{again:?}");
    let elsewhere = vault(folder.path(), "--vault none agent list", "");
    assert_eq!(elsewhere.status.code(), Some(1), "{elsewhere:?}");
}
