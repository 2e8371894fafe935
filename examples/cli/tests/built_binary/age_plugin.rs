//! Programs that an age file names are never started.

use std::{fs, os::unix::fs::PermissionsExt as _};

use openpass_testkit::sealed_text;

use crate::{
    raise_codex,
    support::{BY_FD_3, Openpass, RIGHT, Run, TestVault, code},
};

/// Puts programs with the names of plugins on the path, which leave a mark.
fn with_plugins(run: Run, vault: &TestVault) -> Run {
    let folder = vault.home().join("bin");
    fs::create_dir_all(&folder).unwrap();
    for name in [
        "age-plugin-mark",
        "age-plugin-yubikey",
        "age-plugin-..",
        "mark",
    ] {
        let program = folder.join(name);
        fs::write(&program, "#!/bin/sh\necho \"$0 $*\" >>\"$HOME/mark\"\n").unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    }
    run.with("PATH", format!("{}:/usr/bin:/bin", folder.display()))
}

fn is_unmarked(vault: &TestVault) {
    let mark = fs::read_to_string(vault.home().join("mark"));
    assert!(mark.is_err(), "a plugin was started: {mark:?}");
}

/// A header that only a plugin could open (<https://c2sp.org/age>).
const TO_A_PLUGIN: &str = "age-encryption.org/v1
-> mark AAAA
AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
";

#[test]
fn an_identity_that_names_a_plugin_is_broken_and_starts_no_program() {
    let inside = |text: &str| sealed_text(&format!("{text}\n"));
    for identity in [
        inside("AGE-PLUGIN-MARK-1QQPQYPQX"),
        inside("AGE-PLUGIN-..-1QQPQYPQX"),
        inside("AGE-PLUGIN-../../BIN/MARK-1QQPQYPQX"),
        TO_A_PLUGIN.as_bytes().to_vec(),
        b"AGE-PLUGIN-MARK-1QQPQYPQX\n".to_vec(),
    ] {
        let vault = TestVault::with_identity(&identity);
        let before = vault.files();
        let run = with_plugins(raise_codex(&vault, &BY_FD_3), &vault).with_fd_3(RIGHT);
        let ended = run.without_a_terminal();
        assert_ne!(ended.code(), code::DONE, "{ended:#?}");
        assert!(ended.stderr.contains("identity"), "{ended:#?}");
        is_unmarked(&vault);
        assert_eq!(vault.files(), before);
    }
}

#[test]
fn a_recipient_that_names_a_plugin_starts_no_program() {
    let vault = TestVault::new();
    vault.put(
        "recipients.txt",
        "age1mark1qqpqypqx\nage1yubikey1qqpqypqx\n",
    );
    let run = |arguments: &[&str]| with_plugins(Openpass::on(&vault, arguments), &vault);
    for look in [&["guard", "status"] as &[&str], &["audit", "verify"]] {
        drop(run(look).without_a_terminal());
    }
    let raise = with_plugins(raise_codex(&vault, &BY_FD_3), &vault);
    raise.with_fd_3(RIGHT).without_a_terminal().with(code::DONE);
    is_unmarked(&vault);
}
