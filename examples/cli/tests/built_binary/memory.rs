//! What other programs of the same user get of the process.

use std::{thread, time::Instant};

use crate::{
    raise_codex,
    support::{BY_FD_3, CONFIG, RIGHT, TestVault, code, with_codex_as_admin},
    user::{Ordinary, as_a_user, can_be_read, core_limits, memory_opens, process},
};

#[test]
fn case_55_while_it_asks_no_program_of_the_user_reads_its_memory_and_no_core_is_left() {
    let vault = TestVault::new();
    let run = as_a_user(raise_codex(&vault, &[]), &vault, "exec \"$@\"");
    let mut person = run.at_a_terminal();
    person.is_asked();
    let process = process(&vault);
    assert!(!can_be_read(process));
    assert!(!memory_opens(process));
    assert_eq!(core_limits(process), ["0", "0"]);
    person.types(format!("{RIGHT}\r"));
    person.leaves().with(code::DONE);
    assert_eq!(vault.config(), with_codex_as_admin(CONFIG));
}

#[test]
fn case_55_of_any_other_program_the_same_look_finds_it() {
    let ordinary = Ordinary::starts();
    let end = Instant::now() + std::time::Duration::from_secs(120);
    // Until it runs the program it was started for, it is root's own.
    while !can_be_read(ordinary.process()) {
        assert!(Instant::now() < end, "it cannot be read");
        thread::yield_now();
    }
}

#[test]
fn case_55_a_user_who_is_not_root_can_still_hand_over_a_passphrase() {
    let vault = TestVault::new();
    // The pipe is made by that user: a pipe of root's opens for root alone.
    let piped = "cat | { exec 3<&0 0</dev/null; exec \"$@\"; }";
    let run = as_a_user(raise_codex(&vault, &BY_FD_3), &vault, piped);
    let ended = run.reading(RIGHT).unattended();
    ended.with(code::DONE).unasked();
    assert_eq!(vault.config(), with_codex_as_admin(CONFIG));
}

#[test]
fn case_55_a_user_who_is_not_root_can_hand_over_a_file_too() {
    let vault = TestVault::new();
    let held = vault.home().join("held");
    std::fs::write(&held, RIGHT).unwrap();
    let opened = format!("exec 3<{}; exec \"$@\"", held.display());
    let run = as_a_user(raise_codex(&vault, &BY_FD_3), &vault, &opened);
    let ended = run.unattended();
    ended.with(code::DONE).unasked();
    assert_eq!(vault.config(), with_codex_as_admin(CONFIG));
}
