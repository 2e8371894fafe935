//! Another identity in the pinned one's place, which is meant.

use std::path::PathBuf;

use openpass_auth_passphrase::identity::{self, SecretKey};

use crate::{
    exchanged::{outside, pinned, raise, script},
    first_use::with_entries,
    raise_codex,
    support::{Ended, Openpass, RIGHT, TestVault, code, encrypted_to, put, sealed},
};

const NEW: &str = "the passphrase of a new key";
const TIMEOUT: [&str; 4] = ["guard", "set", "timeout", "90s"];
const ACCEPT: [&str; 3] = ["guard", "accept", "--identity"];

/// A pinned vault whose key was exchanged, entries and all, as by a device
/// that took it over; the old identity.age lies elsewhere.
struct Moved {
    vault: TestVault,
    old: PathBuf,
    keys: [String; 2],
}

fn moved() -> Moved {
    let (before, after) = (identity::generate(), identity::generate());
    let vault = pinned(with_entries(&before));
    let old = vault.home().join("old.age");
    put(&old, &sealed(&before, RIGHT));
    reencrypted(&vault, &after);
    let keys = [before, after].map(|key| key.recipient().unwrap());
    Moved { vault, old, keys }
}

fn reencrypted(vault: &TestVault, key: &SecretKey) {
    vault.put("identity.age", sealed(key, NEW));
    for name in [
        "manifest.age",
        "entries/top.age",
        "entries/dev/deep/one.age",
    ] {
        vault.put(name, encrypted_to(key));
    }
}

fn at_a_terminal(vault: &TestVault, arguments: &[&str], passphrase: &str) -> Ended {
    let run = Openpass::on(vault, arguments).with_rows(40);
    let mut person = run.at_a_terminal();
    person.is_asked();
    person.types(format!("{passphrase}\r"));
    person.leaves()
}

#[test]
fn case_40_another_key_counts_for_nothing_before_it_is_accepted_and_never_by_a_script() {
    let Moved { vault, .. } = moved();
    raise(&vault, NEW).with(code::NOT_AUTHENTICATED);
    script(&vault, &["guard", "accept"], NEW).with(code::USAGE);
    script(&vault, &ACCEPT, NEW)
        .with(code::NOT_AUTHENTICATED)
        .saying("at a terminal");
    script(&vault, &ACCEPT, RIGHT).with(code::NOT_AUTHENTICATED);
    raise(&vault, NEW).with(code::NOT_AUTHENTICATED);
}

#[test]
fn case_40_the_old_passphrase_and_the_old_file_accept_it_by_a_script_too() {
    let Moved { vault, old, .. } = moved();
    let accept = ["guard", "accept", "--old-identity", old.to_str().unwrap()];
    script(&vault, &accept, NEW).with(code::NOT_AUTHENTICATED);
    let attackers = vault.home().join("attackers.age");
    put(&attackers, &sealed(&identity::generate(), NEW));
    let theirs = [&accept[..3], &[attackers.to_str().unwrap()]].concat();
    script(&vault, &theirs, NEW)
        .with(code::NOT_AUTHENTICATED)
        .saying("not the identity that this vault was pinned to");
    script(&vault, &accept, RIGHT).with(code::DONE);
    assert_eq!(outside(&vault), [""; 0]);
    raise(&vault, RIGHT).with(code::NOT_AUTHENTICATED);
    let ended = raise(&vault, NEW).with(code::DONE);
    assert!(!ended.stderr.contains("vouched for itself"), "{ended:#?}");
}

#[test]
fn case_40_its_own_passphrase_accepts_it_at_a_terminal_and_is_told_with_both_keys() {
    let Moved { vault, keys, .. } = moved();
    let ended = at_a_terminal(&vault, &ACCEPT, NEW).with(code::DONE);
    assert!(ended.screen.contains("identity.age"), "{ended:#?}");
    let lines = vault.log();
    let mut intents = lines
        .iter()
        .filter(|line| line["event"]["event"] == "intent");
    let intent = intents.next_back().unwrap().to_string();
    for key in &keys {
        assert!(intent.contains(key), "{intent}");
    }
    let told = raise(&vault, NEW).with(code::DONE);
    let verified = Openpass::on(&vault, &["audit", "verify"]).unattended();
    let verified = verified.with(code::DONE);
    for text in [&told.stderr, &verified.stdout] {
        assert!(text.contains("vouched for itself"), "{text}");
        for key in &keys {
            assert!(text.contains(key), "{text}");
        }
    }
}

#[test]
fn case_40_and_50_another_key_does_not_take_over_what_made_it_easier_to_approve() {
    let (before, after) = (identity::generate(), identity::generate());
    let vault = pinned(with_entries(&before));
    let confirm = ["guard", "set", "step_up", "confirm"];
    at_a_terminal(&vault, &confirm, RIGHT).with(code::DONE);
    // Under it, a y is enough.
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    person.sees("[y/N]");
    person.types("\x03");
    person.leaves().with(code::NOT_AUTHENTICATED);
    reencrypted(&vault, &after);
    at_a_terminal(&vault, &ACCEPT, NEW).with(code::DONE);
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    person.is_asked();
    person.types("\x03");
    person.leaves().with(code::NOT_AUTHENTICATED);
}

#[test]
fn case_40_a_key_that_does_not_open_every_entry_is_not_accepted_by_its_own_passphrase() {
    let Moved { vault, .. } = moved();
    vault.put("entries/kept.age", encrypted_to(&identity::generate()));
    at_a_terminal(&vault, &ACCEPT, NEW)
        .with(code::NOT_AUTHENTICATED)
        .saying("1 of 4 files");
    raise(&vault, NEW).with(code::NOT_AUTHENTICATED);
}

#[test]
fn case_40_entries_behind_a_link_or_with_another_ending_are_no_way_past_that() {
    for hidden in ["dev/behind", "dev/behind.AGE"] {
        let Moved { vault, .. } = moved();
        let kept = encrypted_to(&identity::generate());
        if hidden.ends_with("AGE") {
            vault.put(&format!("entries/{hidden}"), kept);
        } else {
            vault.put("elsewhere/kept.age", kept);
            let link = vault.dir().join("entries").join(hidden);
            std::os::unix::fs::symlink(vault.dir().join("elsewhere"), link).unwrap();
        }
        at_a_terminal(&vault, &ACCEPT, NEW)
            .with(code::NOT_AUTHENTICATED)
            .saying("1 of 4 files");
        raise(&vault, NEW).with(code::NOT_AUTHENTICATED);
    }
}

#[test]
fn case_40_a_rotation_of_ours_keeps_the_pin() {
    let vault = pinned(TestVault::new());
    let keys = |vault: &TestVault| {
        let lines = vault.log();
        let left = lines.iter().filter_map(|line| {
            let pinned = &line["event"]["pin"]["recipient"];
            pinned.as_str().map(str::to_owned)
        });
        left.collect::<Vec<String>>()
    };
    let arguments = [
        "auth",
        "rotate-passphrase",
        "--yes",
        "--no-biometric",
        "--reason",
        "a test",
        "--passphrase-fd",
        "3",
        "--new-passphrase-fd",
        "4",
    ];
    let new = vault.home().join("new");
    put(&new, NEW.as_bytes());
    Openpass::on(&vault, &arguments)
        .with_fd_3(RIGHT)
        .redirected(&format!("4<'{}'", new.display()))
        .unattended()
        .with(code::DONE);
    let all = keys(&vault);
    assert_eq!(all.len(), 2, "{all:?}");
    assert_eq!(all.first(), all.last());
    assert_eq!(outside(&vault), [""; 0]);
    raise(&vault, RIGHT).with(code::NOT_AUTHENTICATED);
    raise(&vault, NEW).with(code::DONE);
}

/// The attacker's identity in the owner's place by its own passphrase, with
/// what it approved meanwhile; then the owner's files are put back.
fn hijacked() -> (Moved, PathBuf) {
    hijacked_and(|_| {})
}

/// The same, and what the attacker does before that.
fn hijacked_and(covers: impl FnOnce(&TestVault)) -> (Moved, PathBuf) {
    let (before, after) = (identity::generate(), identity::generate());
    let vault = pinned(with_entries(&before));
    let names = [
        "identity.age",
        "manifest.age",
        "entries/top.age",
        "entries/dev/deep/one.age",
    ];
    let owners = names.map(|name| (name, std::fs::read(vault.dir().join(name)).unwrap()));
    let theirs = vault.home().join("theirs.age");
    put(&theirs, &sealed(&after, NEW));
    reencrypted(&vault, &after);
    at_a_terminal(&vault, &ACCEPT, NEW).with(code::DONE);
    raise(&vault, NEW).with(code::DONE);
    assert_eq!(outside(&vault), [""; 0]);
    covers(&vault);
    for (name, bytes) in owners {
        vault.put(name, bytes);
    }
    let old = vault.home().join("old.age");
    put(&old, &sealed(&before, RIGHT));
    let keys = [before, after].map(|key| key.recipient().unwrap());
    (Moved { vault, old, keys }, theirs)
}

#[test]
fn case_40_an_identity_that_vouched_for_itself_hands_the_pin_on_to_nobody() {
    let (Moved { vault, .. }, theirs) = hijacked();
    let hand_back = [
        "guard",
        "accept",
        "--old-identity",
        theirs.to_str().unwrap(),
    ];
    script(&vault, &hand_back, NEW)
        .with(code::NOT_AUTHENTICATED)
        .saying("vouched for itself");
    script(&vault, &TIMEOUT, RIGHT).with(code::NOT_AUTHENTICATED);
}

#[test]
fn case_40_what_it_approved_counts_no_more_once_the_owners_identity_is_back() {
    let (Moved { vault, keys, .. }, _) = hijacked();
    let ended = at_a_terminal(&vault, &ACCEPT, RIGHT).with(code::DONE);
    assert!(ended.screen.contains("counts no"), "{ended:#?}");
    let changed = outside(&vault);
    assert!(
        changed.iter().any(|what| what.contains("codex")),
        "{changed:?}"
    );
    let ended = script(&vault, &["guard", "restore"], RIGHT).with(code::DONE);
    assert!(ended.stderr.contains(&keys[0]), "{ended:#?}");
    assert_eq!(outside(&vault), [""; 0]);
    let show = ["--output", "json", "agent", "show", "codex"];
    let shown = Openpass::on(&vault, &show).unattended().json();
    assert_eq!(shown["tier"], "standard");
}

#[test]
fn case_40_the_owners_old_file_takes_back_the_pin_by_a_script_too() {
    let (Moved { vault, old, .. }, _) = hijacked();
    let accept = ["guard", "accept", "--old-identity", old.to_str().unwrap()];
    script(&vault, &accept, NEW).with(code::NOT_AUTHENTICATED);
    script(&vault, &accept, RIGHT).with(code::DONE);
    assert!(!outside(&vault).is_empty());
    script(&vault, &TIMEOUT, NEW).with(code::NOT_AUTHENTICATED);
    script(&vault, &TIMEOUT, RIGHT).with(code::DONE);
}

/// Without the lines by which it was accepted, the log still shows that another
/// key is pinned.
#[test]
fn case_36_and_40_lines_that_are_removed_hide_no_identity_that_vouched_for_itself() {
    let (Moved { vault, keys, .. }, _) = hijacked_and(|vault| {
        let path = vault.dir().join("guard/log.jsonl");
        let log = std::fs::read_to_string(&path).unwrap();
        let accepted = log.lines().find(|line| line.contains("acceptDrift"));
        let accepted: serde_json::Value = serde_json::from_str(accepted.unwrap()).unwrap();
        let digest = accepted["digest"].as_str().unwrap();
        let left: Vec<&str> = log.lines().filter(|line| !line.contains(digest)).collect();
        assert_eq!(log.lines().count() - left.len(), 3);
        put(&path, format!("{}\n", left.join("\n")).as_bytes());
        script(vault, &["guard", "set-log-aside"], NEW).with(code::DONE);
    });
    at_a_terminal(&vault, &ACCEPT, RIGHT).with(code::DONE);
    let changed = outside(&vault);
    assert!(
        changed.iter().any(|what| what.contains("codex")),
        "{changed:?}"
    );
    let verified = Openpass::on(&vault, &["audit", "verify"]).unattended();
    assert!(verified.stdout.contains(&keys[1]), "{verified:?}");
}
