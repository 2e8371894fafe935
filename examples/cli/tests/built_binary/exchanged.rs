//! identity.age exchanged for one whose passphrase the attacker knows.

use std::{fs, os::unix::fs::symlink};

use openpass_auth_passphrase::identity;

use crate::{
    raise_codex,
    support::{BY_FD_3, Ended, Openpass, RIGHT, TestVault, cheap_identity, code, put, sealed},
};

const THEIRS: &str = "a passphrase of the attacker";
const LOWER: [&str; 5] = ["agent", "upgrade", "codex", "--tier", "read-only"];
const REFUSED: &str = "not the one that this vault was pinned to";

/// The command by a script that gives `passphrase`.
pub(crate) fn script(vault: &TestVault, arguments: &[&str], passphrase: &str) -> Ended {
    let arguments = [arguments, &BY_FD_3].concat();
    Openpass::on(vault, &arguments)
        .with_fd_3(passphrase)
        .unattended()
}

pub(crate) fn raise(vault: &TestVault, passphrase: &str) -> Ended {
    raise_codex(vault, &BY_FD_3)
        .with_fd_3(passphrase)
        .unattended()
}

/// A vault that the owner's passphrase has vouched for once, at `standard`.
pub(crate) fn pinned(vault: TestVault) -> TestVault {
    let tier = ["agent", "upgrade", "codex", "--tier", "standard"];
    script(&vault, &tier, RIGHT).with(code::DONE);
    vault
}

/// What `guard status` says was changed outside the guard.
pub(crate) fn outside(vault: &TestVault) -> Vec<String> {
    let arguments = ["--output", "json", "guard", "status"];
    let status = Openpass::on(vault, &arguments).unattended().json();
    let lines = status["outside_the_guard"].as_array().unwrap().clone();
    lines
        .iter()
        .map(|line| line["text"].as_str().unwrap().to_owned())
        .collect()
}

fn is_whole(vault: &TestVault) {
    Openpass::on(vault, &["audit", "verify"])
        .unattended()
        .with(code::DONE);
}

#[test]
fn case_40_an_exchanged_identity_is_refused_and_seen_and_nothing_has_passed_when_it_is_put_back() {
    let vault = pinned(TestVault::new());
    let (own, before) = (cheap_identity(), vault.config());
    let theirs = sealed(&identity::generate(), THEIRS);
    vault.put("identity.age", &theirs);
    // More often than wrong answers are taken: it is no guess of the owner's.
    for _ in 0..5 {
        raise(&vault, THEIRS)
            .with(code::NOT_AUTHENTICATED)
            .saying(REFUSED)
            .saying("Put the old file back");
    }
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    person.is_asked();
    person.types(format!("{THEIRS}\r"));
    person
        .leaves()
        .with(code::NOT_AUTHENTICATED)
        .saying(REFUSED);
    assert_eq!(vault.config(), before);
    assert!(outside(&vault)[0].contains("identity.age was written anew"));
    let log = vault.log();
    let last = log.last().unwrap();
    assert_eq!(last["event"]["event"], "refused");
    assert!(last["event"]["reason"].as_str().unwrap().contains(REFUSED));

    vault.put("identity.age", own);
    assert_eq!(outside(&vault), [""; 0]);
    raise(&vault, THEIRS).with(code::NOT_AUTHENTICATED);
    raise(&vault, RIGHT).with(code::DONE);
    is_whole(&vault);
}

#[test]
fn case_40_guard_accept_is_not_washed_with_an_exchanged_identity() {
    let vault = pinned(TestVault::new());
    vault.put("guard/settings.yaml", "timeout: 5s\n");
    vault.put("identity.age", sealed(&identity::generate(), THEIRS));
    for _ in 0..2 {
        script(&vault, &["guard", "accept"], THEIRS)
            .with(code::NOT_AUTHENTICATED)
            .saying(REFUSED);
    }
    vault.put("identity.age", cheap_identity());
    let left = outside(&vault);
    assert!(
        left.iter().any(|line| line.contains("settings.yaml")),
        "{left:?}"
    );
}

#[test]
fn case_40_a_new_wrapping_of_the_same_key_by_the_product_is_taken_and_is_no_drift() {
    let key = identity::generate();
    let vault = pinned(TestVault::with_identity(&sealed(&key, RIGHT)));
    // As it does when it first opens a vault, and when it rotates.
    for passphrase in [RIGHT, "another one of the owner's"] {
        vault.put("identity.age", sealed(&key, passphrase));
        script(&vault, &LOWER, passphrase).with(code::DONE);
        raise(&vault, passphrase).with(code::DONE);
        assert_eq!(outside(&vault), [""; 0]);
    }
    vault.put("identity.age", sealed(&identity::generate(), THEIRS));
    script(&vault, &LOWER, THEIRS).with(code::DONE);
    raise(&vault, THEIRS).with(code::NOT_AUTHENTICATED);
}

/// What is put in identity.age's place, and what is said of it.
type Thing = (&'static str, fn(&TestVault), &'static str);

const THINGS: [Thing; 8] = [
    ("a link to another", linked_to_another, "not a regular file"),
    ("a link to itself", linked_to_itself, "not a regular file"),
    ("a folder", a_folder, "not a regular file"),
    ("a pipe", a_pipe, "not a regular file"),
    ("100 MB", too_large, "restore it from a backup"),
    ("nothing in it", |v| v.put("identity.age", ""), "restore it"),
    ("half of it", half, "restore it from a backup"),
    ("open to others", open_to_others, "chmod 600"),
];

fn gone(vault: &TestVault) -> std::path::PathBuf {
    let path = vault.path("identity.age");
    fs::rename(&path, vault.path("moved.age")).unwrap();
    path
}

fn linked_to_another(vault: &TestVault) {
    let another = vault.home().join("another.age");
    put(&another, &sealed(&identity::generate(), THEIRS));
    symlink(another, gone(vault)).unwrap();
}

fn linked_to_itself(vault: &TestVault) {
    symlink(vault.path("moved.age"), gone(vault)).unwrap();
}

fn a_folder(vault: &TestVault) {
    fs::create_dir(gone(vault)).unwrap();
}

fn a_pipe(vault: &TestVault) {
    // The command: macOS has no mknodat(2).
    let made = std::process::Command::new("mkfifo")
        .args(["-m", "600"])
        .arg(gone(vault))
        .status();
    assert!(made.unwrap().success());
}

fn too_large(vault: &TestVault) {
    let file = fs::File::options()
        .write(true)
        .open(vault.path("identity.age"));
    file.unwrap().set_len(100 << 20).unwrap();
}

fn half(vault: &TestVault) {
    let bytes = cheap_identity();
    vault.put("identity.age", bytes.get(..bytes.len() / 2).unwrap());
}

fn open_to_others(vault: &TestVault) {
    use std::os::unix::fs::PermissionsExt as _;
    let readable = fs::Permissions::from_mode(0o644);
    fs::set_permissions(vault.path("identity.age"), readable).unwrap();
}

#[test]
fn case_40_what_is_no_private_file_is_refused_with_the_cure_and_the_owner_is_not_locked_out() {
    for (what, put_there, said) in THINGS {
        let vault = pinned(TestVault::new());
        let before = vault.config();
        put_there(&vault);
        for passphrase in [RIGHT, THEIRS] {
            let ended = raise(&vault, passphrase).with(code::BROKEN);
            assert!(ended.stderr.contains(said), "{what}: {ended:#?}");
        }
        // What takes no proof, and looking, go on.
        Openpass::on(&vault, &["guard", "status"])
            .unattended()
            .with(code::DONE);
        script(&vault, &LOWER, "").with(code::DONE);
        assert_ne!(vault.config(), before, "{what}");
        let path = vault.path("identity.age");
        if path.symlink_metadata().unwrap().is_dir() {
            fs::remove_dir(&path).unwrap();
        } else {
            fs::remove_file(&path).unwrap();
        }
        vault.put("identity.age", cheap_identity());
        raise(&vault, RIGHT).with(code::DONE);
    }
}

#[test]
fn case_40_an_identity_of_another_user_is_refused_with_the_cure() {
    let vault = pinned(TestVault::new());
    let theirs = std::os::unix::fs::chown(vault.path("identity.age"), Some(12_345), None);
    if theirs.is_err() {
        // Only root can give a file away; whoever else runs this cannot be
        // given one either.
        return;
    }
    raise(&vault, RIGHT)
        .with(code::BROKEN)
        .saying("belongs to user 12345");
}
