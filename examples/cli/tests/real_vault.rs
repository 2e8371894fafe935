//! The built command on the vault that the real product made, with its own
//! identity.
#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    dead_code,
    reason = "throw-away vaults; a panic is how a test fails; not every helper is used here"
)]

#[path = "support/mod.rs"]
mod support;

use std::{fs, path::Path};

use support::{
    Openpass, TestVault, code,
    vault::{CONFIG, put, with_codex_as_admin},
};

/// From the package's folder, in which cargo runs the tests.
const SAMPLE: &str = "../testkit/sample-vault";

/// A copy of the whole sample vault.
fn sample() -> TestVault {
    let vault = TestVault::nowhere();
    copy(Path::new(SAMPLE), vault.dir());
    // Under another name in this repository, where git would obey it.
    fs::rename(vault.path("gitignore"), vault.path(".gitignore")).unwrap();
    vault
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            // As the product makes them, whatever the original's mode is now.
            put(&target, &fs::read(entry.path()).unwrap());
        }
    }
}

const UPGRADE: [&str; 5] = ["agent", "upgrade", "codex", "--tier", "admin"];

#[test]
fn the_right_passphrase_raises_codex_and_every_other_byte_stays() {
    let vault = sample();
    let mut expected = vault.files();
    let config = expected.get_mut(&vault.path("config.yaml")).unwrap();
    assert_eq!(config.1, CONFIG.as_bytes(), "the fixture is the sample's");
    config.1 = with_codex_as_admin(CONFIG).into_bytes();
    let mut person = Openpass::on(&vault, &UPGRADE).at_a_terminal();
    person.answers();
    person.leaves().with(code::DONE);
    assert_eq!(vault.files(), expected);
}

#[test]
fn three_wrong_ones_change_nothing() {
    let vault = sample();
    let before = vault.files();
    let mut person = Openpass::on(&vault, &UPGRADE).at_a_terminal();
    for _ in 0..3 {
        person.is_asked();
        person.types("incorrect horse battery staple\r");
    }
    person.leaves().with(code::NOT_AUTHENTICATED);
    assert_eq!(vault.files(), before);
}
