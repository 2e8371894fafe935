//! The wall clock jumps, by libfaketime. The clocks that count from the machine's start do
//! not: no program can set those.

use std::{fs, path::Path};

use crate::{
    fault::checked,
    support::{ASKS, BY_FD_3, CONFIG, Openpass, RIGHT, Run, TestVault, code, with_codex_as_admin},
};

/// Where Debian's package libfaketime has it.
const LIBRARY: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";
const RAISE: [&str; 5] = ["agent", "upgrade", "codex", "--tier", "admin"];
fn can_jump() -> bool {
    let is_there = Path::new(LIBRARY).exists();
    checked("clocks that jump: libfaketime is not installed", is_there)
}

/// Runs it with the wall clock that the file `clock` of the vault's home says, again each
/// time that it is looked at.
fn by_the_clock(run: Run, vault: &TestVault) -> Run {
    run.with("LD_PRELOAD", LIBRARY)
        .with("FAKETIME_TIMESTAMP_FILE", vault.home().join("clock"))
        .with("FAKETIME_NO_CACHE", "1")
        .with("FAKETIME_DONT_FAKE_MONOTONIC", "1")
}

fn set(vault: &TestVault, offset: &str) {
    fs::write(vault.home().join("clock"), offset).unwrap();
}

#[test]
fn a_clock_that_jumps_while_the_prompt_is_up_ends_no_approval_and_breaks_no_log() {
    if !can_jump() {
        return;
    }
    for jump in ["+400d", "-400d"] {
        let vault = TestVault::new();
        set(&vault, "+0");
        let mut person = by_the_clock(Openpass::on(&vault, &RAISE), &vault).at_a_terminal();
        person.sees(ASKS);
        set(&vault, jump);
        person.answers_what_was_asked();
        drop(person.leaves().with(code::DONE));
        assert_eq!(vault.config(), with_codex_as_admin(CONFIG), "{jump}");
        let verify = Openpass::on(&vault, &["audit", "verify"]);
        drop(verify.without_a_terminal().with(code::DONE));
        let lower = ["agent", "upgrade", "codex", "--tier", "read-only", "--yes"];
        let lower = Openpass::on(&vault, &lower).without_a_terminal();
        drop(lower.with(code::DONE));
    }
}

#[test]
fn a_clock_that_jumps_forgives_no_wrong_answer() {
    if !can_jump() {
        return;
    }
    for jump in ["+400d", "-400d"] {
        let vault = TestVault::new();
        set(&vault, "+0");
        let answers = |passphrase: &str| {
            let raise = [&RAISE[..], &BY_FD_3].concat();
            let run = by_the_clock(Openpass::on(&vault, &raise), &vault);
            run.with_fd_3(passphrase).without_a_terminal()
        };
        let is_locked_out = || answers(RIGHT).stderr.contains("locked out");
        for _ in 0..3 {
            drop(answers("a wrong passphrase"));
        }
        // For 30 s by the clock that nobody sets.
        assert!(is_locked_out());
        set(&vault, jump);
        assert!(is_locked_out(), "{jump}");
        assert_eq!(vault.config(), CONFIG);
    }
}

#[test]
fn a_request_waits_no_longer_for_a_clock_that_jumps() {
    if !can_jump() {
        return;
    }
    for (jump, waits) in [
        ("+14m", true),
        ("-4m", true),
        ("+16m", false),
        ("-10m", false),
    ] {
        let vault = TestVault::new();
        set(&vault, "+0");
        let hermes = Openpass::on(&vault, &RAISE).with("OPENPASS_AGENT", "hermes");
        let left = by_the_clock(hermes, &vault).without_a_terminal();
        drop(left.with(code::WAITS));
        let lists = || {
            let list = by_the_clock(Openpass::on(&vault, &["approve"]), &vault);
            let list = list.without_a_terminal().with(code::DONE);
            list.stdout.contains("hermes")
        };
        assert!(lists());
        set(&vault, jump);
        assert_eq!(lists(), waits, "{jump}");
        // What was over once stays so, though the clock is put back.
        set(&vault, "+0");
        assert_eq!(lists(), waits, "{jump}");
    }
}
