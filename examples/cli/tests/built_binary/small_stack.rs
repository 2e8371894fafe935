//! A first thread with little stack: `ulimit -s`, and musl at its start.

use crate::{
    raise_codex,
    support::{CONFIG, TestVault, code, with_codex_as_admin},
};

#[test]
fn a_passphrase_makes_an_agent_admin_with_256_kib_of_stack() {
    let vault = TestVault::new();
    let run = raise_codex(&vault, &[]).by_shell("ulimit -s 256 && exec \"$@\"");
    let mut person = run.at_a_terminal();
    person.answers();
    person.leaves().with(code::DONE);
    assert_eq!(vault.config(), with_codex_as_admin(CONFIG));
}
