//! The vault's files, as Windows has them.

use std::{fs::File, os::windows::fs::OpenOptionsExt as _};

use crate::{
    lower_claude,
    support::{CONFIG, Openpass, TestVault, code},
};

/// Others may read (`FILE_SHARE_READ`), and neither write nor replace.
const READ: u32 = 1;

#[test]
fn a_file_that_another_program_keeps_to_itself_is_left_whole_and_the_reason_is_told() {
    let vault = TestVault::new();
    let path = vault.path("config.yaml");
    let held = File::options()
        .read(true)
        .share_mode(READ)
        .open(&path)
        .unwrap();
    let refused = lower_claude(&vault).without_a_terminal();
    let refused = refused.with(code::NOT_WRITTEN);
    refused.saying("another program has it open");
    assert_eq!(vault.config(), CONFIG);
    drop(held);
    lower_claude(&vault).without_a_terminal().with(code::DONE);
    assert_ne!(vault.config(), CONFIG);
}

#[test]
fn a_name_that_windows_takes_for_another_is_refused() {
    let vault = TestVault::new();
    for (name, expected) in [
        ("con", code::USAGE),
        ("LPT1", code::USAGE),
        ("worker.", code::USAGE),
        ("worker:x", code::USAGE),
        ("CODEX", code::TAKEN),
    ] {
        let add = ["agent", "add", name, "--tier", "read-only", "--dry-run"];
        let ended = Openpass::on(&vault, &add).without_a_terminal();
        ended.with(expected).saying(&format!("{name:?}"));
    }
    assert_eq!(vault.config(), CONFIG);
}
