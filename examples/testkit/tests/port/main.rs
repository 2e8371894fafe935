//! The stand-in of `examples/embed/port` with its guard, as `.ci/port.sh` builds it: not
//! by `cargo test`, whose builds unwind where the product's abort.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test")]

mod vault;

use openpass_testkit::{ASKS, RIGHT};
use rustix::process::Signal;

use self::vault::Vault;

openpass_testkit::leave_the_terminal!();

const UPGRADE: &str = "agent upgrade codex --tier admin";
const UNLOCK: &str = "auth set touchid";
/// ^C, and ^D on an empty line.
const CANCELS: [&str; 2] = ["\u{3}", "\u{4}"];

#[test]
#[ignore = "takes a build of .ci/port.sh"]
fn the_right_passphrase_makes_both_changes_and_gives_the_terminal_back() {
    let vault = Vault::new();
    let mut person = vault.run(UPGRADE).at_a_terminal();
    person.sees(r#"raise agent "codex" from read-only to admin"#);
    person.answers();
    let ended = person.leaves().with(0).showing("done: put agent");
    assert_eq!(ended.prompts(), 1);
    let mut person = vault.run(UNLOCK).at_a_terminal();
    person.sees("passphrase → touchid");
    person.answers();
    person.leaves().with(0);
    assert!(vault.settings().contains(r#""tier": "admin""#));
    assert!(vault.settings().contains(r#""unlock": "touchid""#));
    assert_eq!(vault.events(), ["intent", "outcome", "intent", "outcome"]);
}

#[test]
#[ignore = "takes a build of .ci/port.sh"]
fn a_y_at_the_prompt_is_a_wrong_passphrase() {
    for (words, answer) in [(UPGRADE, "y\r"), (UNLOCK, "yes\r")] {
        let vault = Vault::new();
        let ended = vault.run(words).at_a_terminal().answers_by(answer);
        ended.with(1).saying("wrong");
        vault.is_as_it_was();
    }
}

#[test]
#[ignore = "takes a build of .ci/port.sh"]
fn a_yes_flag_does_not_answer() {
    for words in [UPGRADE, UNLOCK] {
        for keys in CANCELS {
            let vault = Vault::new();
            let person = vault.run(&format!("{words} --yes")).at_a_terminal();
            person.answers_by(keys).with(1);
            vault.is_as_it_was();
        }
    }
}

#[test]
#[ignore = "takes a build of .ci/port.sh"]
fn without_a_terminal_nobody_answers() {
    for words in [UPGRADE, UNLOCK] {
        for (flag, stdin) in [("", "y\n"), (" --yes", "y\n"), (" --yes", RIGHT)] {
            let vault = Vault::new();
            let run = vault.run(&format!("{words}{flag}")).reading(stdin);
            run.without_a_terminal().with(1).saying("no terminal");
            vault.is_as_it_was();
        }
    }
}

#[test]
#[ignore = "takes a build of .ci/port.sh"]
fn a_cancel_and_a_signal_change_nothing_and_give_the_terminal_back() {
    for keys in CANCELS {
        let vault = Vault::new();
        vault.run(UPGRADE).at_a_terminal().answers_by(keys).with(1);
        vault.is_as_it_was();
    }
    for signal in [Signal::INT, Signal::TERM] {
        let vault = Vault::new();
        let mut person = vault.run(UPGRADE).at_a_terminal();
        person.is_asked();
        person.signals(signal);
        assert_eq!(person.leaves().signal(), Some(signal.as_raw()));
        vault.is_as_it_was();
    }
}

#[test]
#[ignore = "takes a build of .ci/port.sh"]
fn an_end_amid_the_prompt_changes_nothing() {
    for signal in [Signal::ABORT, Signal::KILL] {
        let vault = Vault::new();
        let mut person = vault.run(UNLOCK).at_a_terminal();
        person.is_asked();
        person.types(RIGHT).signals(signal);
        let ended = match signal {
            // Nothing of the program runs any more that could give the terminal back.
            Signal::KILL => person.ends().0,
            _ => person.leaves(),
        };
        assert_eq!(ended.signal(), Some(signal.as_raw()));
        vault.is_as_it_was();
    }
}

#[test]
#[ignore = "takes a build of .ci/port.sh"]
fn a_verifier_that_panics_ends_the_program_before_anything_changed() {
    let vault = Vault::new();
    let mut person = vault.run_panicking(UPGRADE).at_a_terminal();
    person.is_asked();
    person.answers_what_was_asked();
    let ended = person.leaves();
    assert_eq!(ended.signal(), Some(Signal::ABORT.as_raw()), "{ended:?}");
    assert!(ended.stderr.contains("a verifier that panics"), "{ended:?}");
    vault.is_as_it_was();
}

#[test]
#[ignore = "takes a build of .ci/port.sh"]
fn of_two_at_once_the_second_sees_that_the_state_changed() {
    let vault = Vault::new();
    let mut first = vault.run(UPGRADE).at_a_terminal();
    let mut second = vault.run(UNLOCK).at_a_terminal();
    first.sees(ASKS);
    second.sees(ASKS);
    first.answers_what_was_asked();
    first.leaves().with(0);
    let after = vault.settings();
    second.answers_what_was_asked();
    second.leaves().with(1).saying("no longer fits the state");
    assert_eq!(vault.settings(), after);
}

#[test]
#[ignore = "takes a build of .ci/port.sh"]
fn what_takes_power_away_takes_a_y_as_before() {
    let vault = Vault::new();
    let mut person = vault.run(UPGRADE).at_a_terminal();
    person.answers();
    person.leaves().with(0);
    let lower = "agent upgrade codex --tier standard";
    let no = vault.run(lower).reading("n\n").without_a_terminal();
    no.with(1).saying("nobody said yes");
    let yes = vault.run(lower).reading("y\n").without_a_terminal();
    yes.with(0);
    assert!(vault.settings().contains(r#""tier": "standard""#));
}
