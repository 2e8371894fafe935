//! A vault whose identity the guard has not seen before.

use std::{fs, os::unix::fs::symlink};

use openpass_auth_passphrase::identity::{self, SecretKey};

use crate::{
    exchanged::raise,
    raise_codex,
    support::{RIGHT, TestVault, code, encrypted_to, sealed},
};

const FIRST: &str = "for the first time";

/// A vault with a manifest and two entries that `key` opens.
pub(crate) fn with_entries(key: &SecretKey) -> TestVault {
    let vault = TestVault::with_identity(&sealed(key, RIGHT));
    for name in [
        "manifest.age",
        "entries/top.age",
        "entries/dev/deep/one.age",
    ] {
        vault.put(name, encrypted_to(key));
    }
    vault
}

#[test]
fn case_40_the_first_use_is_told_as_one_and_pins_the_key_that_the_intent_names() {
    let key = identity::generate();
    let vault = with_entries(&key);
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    person.answers();
    let ended = person.leaves().with(code::DONE);
    // Lines are broken where the screen ends.
    let screen = ended
        .screen
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    assert!(screen.contains(FIRST), "{}", ended.screen);
    let intent = &vault.log()[0];
    let reference = intent["event"]["reference"].as_str().unwrap();
    let recipient = key.recipient().unwrap();
    assert!(reference.starts_with(&recipient), "{reference}");
    let notices = intent["event"]["notices"].to_string();
    assert!(notices.contains(FIRST), "{notices}");
    let pin = &vault.log()[1]["event"]["pin"];
    assert_eq!(pin["recipient"], recipient);
    vault.put("config.yaml", crate::support::CONFIG);
    let ended = raise(&vault, RIGHT).with(code::DONE);
    assert!(!ended.stderr.contains(FIRST), "{ended:#?}");
}

#[test]
fn case_40_a_vault_without_entries_is_told_as_such() {
    let vault = TestVault::new();
    raise(&vault, RIGHT)
        .with(code::DONE)
        .saying(FIRST)
        .saying("no entry that it could open");
}

#[test]
fn case_40_an_identity_that_does_not_open_every_entry_is_not_this_vaults() {
    let (own, another) = (identity::generate(), identity::generate());
    let refused = |vault: &TestVault, said: &str| {
        let before = vault.files();
        raise(vault, RIGHT)
            .with(code::NOT_AUTHENTICATED)
            .saying(said)
            .saying("nothing was changed");
        assert_eq!(vault.files(), before);
    };
    // The attacker's own: it opens nothing.
    let vault = with_entries(&own);
    vault.put("identity.age", sealed(&another, RIGHT));
    refused(&vault, "3 of 3 files");
    // It opens the manifest and what was put there, but for one.
    vault.put("manifest.age", encrypted_to(&another));
    vault.put("entries/top.age", encrypted_to(&another));
    refused(
        &vault,
        "entries/dev/deep/one.age (encrypted to another key)",
    );
    // What is damaged, or a link, is no proof either, and says which it is.
    let vault = with_entries(&own);
    vault.put("entries/half.age", "age-encryption.org/v1\n-> X25519");
    refused(&vault, "entries/half.age (it is not an age file");
    fs::remove_file(vault.path("entries/half.age")).unwrap();
    symlink(
        vault.path("entries/top.age"),
        vault.path("entries/link.age"),
    )
    .unwrap();
    refused(&vault, "entries/link.age (a link, which is not followed)");
    fs::remove_file(vault.path("entries/link.age")).unwrap();
    vault.put("entries/.DS_Store", "not an entry");
    raise(&vault, RIGHT).with(code::DONE);
}
