//! Signals that come while a prompt is up.

use std::{
    os::unix::process::CommandExt as _,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use openpass_auth_passphrase::TerminalPrompt;
use rustix::process::Signal;
use signal_hook::consts::{SIGABRT, SIGTERM};

use crate::{
    RIGHT,
    child::{ROLE, ask, asks, question, report},
    person::Person,
    shell::AtShell,
};

const ASKS: &str = "Passphrase: ";
const STOPPED: &str = "stopped, the terminal as it was";

#[test]
fn case_34_a_deadly_signal_finds_the_terminal_restored_and_still_kills() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT] {
        let mut shell = AtShell::with_job("ask");
        shell.person.sees(ASKS);
        shell.person.types("half a pass");
        shell.person.sees("***********");
        shell.sends(signal);
        let end = format!(
            "ended by signal {}, the terminal as it was",
            signal.as_raw()
        );
        assert_eq!(shell.person.hears(), end);
        assert!(!shell.person.screen().contains("half"));
    }
}

#[test]
fn case_34_an_abort_finds_the_terminal_restored_and_still_ends_it() {
    let ended = "ended by signal 6, the terminal as it was";
    let mut shell = AtShell::with_job("verify by aborting");
    shell.person.sees(ASKS);
    shell.person.types(format!("{RIGHT}\r"));
    assert_eq!(shell.person.hears(), ended);

    // Also one that comes from outside, and what was typed goes nowhere.
    let mut shell = AtShell::with_job("ask");
    shell.person.sees(ASKS);
    shell.person.types("half a pass");
    shell.person.sees("***********");
    shell.sends(Signal::ABORT);
    assert_eq!(shell.person.hears(), ended);
    assert!(!shell.person.screen().contains("half"));
}

#[test]
fn case_34_a_host_that_goes_on_after_an_abort_signal_is_asked_again() {
    let mut shell = AtShell::with_job("ask, with a handler of aborts");
    shell.person.sees(ASKS);
    shell.sends(Signal::ABORT);
    // The prompt finds the terminal given back, and takes it again.
    shell.person.sees(ASKS);
    shell.person.types(format!("{RIGHT}\r"));
    assert_eq!(shell.person.hears(), "yes");
    assert_eq!(shell.person.hears(), "the handler ran");
}

/// The host's own handler, which lets the program go on.
pub(crate) fn ask_with_a_handler_of_aborts() {
    let ran = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(SIGABRT, Arc::clone(&ran)).unwrap();
    report(&ask(&asks(TerminalPrompt::new()), &question(60)));
    if ran.load(Ordering::SeqCst) {
        report("the handler ran");
    }
}

#[test]
fn case_34_control_z_stops_it_and_it_asks_again_when_it_is_continued() {
    let mut shell = AtShell::with_job("ask");
    shell.person.sees(ASKS);
    shell.person.types("half a pass\x1als\n");
    assert_eq!(shell.person.hears(), STOPPED);
    assert!(shell.person.echo_is_on());
    shell.tells_the_shell("fg");
    shell.person.sees("Approve: raise agent \"codex\"");
    shell.person.sees(ASKS);
    assert!(!shell.person.echo_is_on());
    // What was typed before is gone, and so is what was typed to the shell.
    shell.person.types(format!("{RIGHT}\r"));
    assert_eq!(shell.person.hears(), "yes");
    let end = "ended by itself, the terminal as it was";
    assert_eq!(shell.person.hears(), end);
    assert!(!shell.person.screen().contains("half"));
}

#[test]
fn case_34_a_stop_signal_does_the_same_as_often_as_it_comes() {
    let mut shell = AtShell::with_job("ask");
    for _ in 0..3 {
        shell.person.sees(ASKS);
        shell.sends(Signal::TSTP);
        assert_eq!(shell.person.hears(), STOPPED);
        shell.tells_the_shell("fg");
    }
    shell.person.sees(ASKS);
    shell.person.types("\x03");
    assert_eq!(shell.person.hears(), "cancelled by the person");
}

#[test]
fn case_34_stopped_behind_its_back_it_turns_echo_off_again() {
    let mut shell = AtShell::with_job("ask");
    shell.person.sees(ASKS);
    shell.sends(Signal::STOP);
    // SIGSTOP cannot be caught: the shell finds the mode as the prompt set it.
    assert_eq!(shell.person.hears(), "stopped, the terminal changed");
    assert!(shell.person.echo_is_on(), "the shell sets its own");
    shell.tells_the_shell("fg");
    shell.person.sees(ASKS);
    assert!(!shell.person.echo_is_on());
    shell.person.types(format!("{RIGHT}\r"));
    assert_eq!(shell.person.hears(), "yes");
    assert!(!shell.person.screen().contains("correct"));
}

#[test]
fn case_34_continued_in_the_background_it_leaves_the_terminal_alone() {
    for stop in [Signal::TSTP, Signal::STOP] {
        let mut shell = AtShell::with_job("ask");
        shell.person.sees(ASKS);
        shell.sends(stop);
        assert!(shell.person.hears().starts_with("stopped"));
        shell.tells_the_shell("bg");
        assert_eq!(shell.person.hears(), "cancelled by the system");
        let end = "ended by itself, the terminal as it was";
        assert_eq!(shell.person.hears(), end);
    }
}

#[test]
fn case_34_a_signal_that_the_host_ignores_stays_ignored() {
    let mut shell = AtShell::with_job("ask, deaf");
    shell.person.sees(ASKS);
    shell.sends(Signal::HUP);
    shell.sends(Signal::TSTP);
    shell.person.types("\x1a");
    shell.person.sees("\x07");
    shell.person.types(format!("{RIGHT}\r"));
    assert_eq!(shell.person.hears(), "yes");
}

/// Becomes `command`, which ignores two signals from its start.
pub(crate) fn exec_deaf(command: &mut Command) {
    let mut shell = Command::new("/bin/sh");
    shell
        .args(["-c", "trap '' HUP TSTP; exec \"$@\"", "sh"])
        .arg(command.get_program())
        .args(command.get_args())
        .env(ROLE, "ask");
    panic!("{}", shell.exec());
}

#[test]
fn case_34_the_hosts_own_handler_runs_once_the_terminal_is_restored() {
    let mut shell = AtShell::with_job("ask with a handler");
    shell.person.sees(ASKS);
    shell.sends(Signal::TERM);
    assert_eq!(shell.person.hears(), "cancelled by the system");
    assert_eq!(shell.person.hears(), "the handler ran");
    assert_eq!(shell.person.hears(), "and runs again");
}

/// Two signals at the host's handler: one while it asks, one afterwards.
pub(crate) fn ask_with_a_handler() {
    let ran = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(SIGTERM, Arc::clone(&ran)).unwrap();
    report(&ask(&asks(TerminalPrompt::new()), &question(60)));
    // It was sent before the answer, to a process with other threads.
    while !ran.swap(false, Ordering::SeqCst) {
        std::thread::yield_now();
    }
    report("the handler ran");
    signal_hook::low_level::raise(SIGTERM).unwrap();
    if ran.load(Ordering::SeqCst) {
        report("and runs again");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn every_disposition_is_given_back_as_it_was() {
    for end in [format!("{RIGHT}\r"), "\x03".to_owned(), "\x1c".to_owned()] {
        let mut person = Person::at("ask, and compare dispositions");
        person.sees(ASKS);
        person.types(end);
        person.hears();
        assert_eq!(person.hears(), "the same");
    }
}

/// Compares what the kernel says of this process's signals.
pub(crate) fn ask_and_compare_dispositions() {
    let before = dispositions();
    report(&ask(&asks(TerminalPrompt::new()), &question(60)));
    if dispositions() == before {
        report("the same");
    } else {
        report(&format!("{before:?} became {:?}", dispositions()));
    }
}

/// Which signals are caught and which ignored (proc(5)).
fn dispositions() -> Vec<String> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let of_signals = |line: &&str| line.starts_with("SigIgn") || line.starts_with("SigCgt");
    status
        .lines()
        .filter(of_signals)
        .map(String::from)
        .collect()
}

#[test]
fn case_34_a_resize_changes_nothing() {
    let mut person = Person::at("ask");
    person.sees(ASKS);
    person.types("correct horse");
    person.sees("*************");
    for columns in [20, 200, 1, 80] {
        person.resizes_to(columns);
    }
    person.types(" battery staple\r");
    person.ends_with("yes");
    assert!(!person.screen().contains("correct"));
}
