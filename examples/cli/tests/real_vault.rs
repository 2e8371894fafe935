//! The built command on the vault that the real product made, with its own
//! identity.
// They sit at a terminal of Unix; `tests/windows` sits at a console.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    dead_code,
    reason = "a panic is how a test fails; not every helper is used here"
)]

#[path = "support/mod.rs"]
mod support;

use support::{CONFIG, Openpass, TestVault, code, with_codex_as_admin};

const UPGRADE: [&str; 5] = ["agent", "upgrade", "codex", "--tier", "admin"];

#[test]
fn the_right_passphrase_raises_codex_and_every_other_byte_stays() {
    let vault = TestVault::whole();
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
    let vault = TestVault::whole();
    let before = vault.files();
    let mut person = Openpass::on(&vault, &UPGRADE).at_a_terminal();
    for _ in 0..3 {
        person.is_asked();
        person.types("incorrect horse battery staple\r");
    }
    person.leaves().with(code::NOT_AUTHENTICATED);
    assert_eq!(vault.files(), before);
}
