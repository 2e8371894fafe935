//! Prompts on a terminal, which a person declines.

use std::{os::unix::process::CommandExt as _, process::Stdio};

use rustix::process::Signal;

use crate::stage::{Ended, RIGHT, Stage};

/// At the prompt for the passphrase.
const CONTROL_C: &str = "\x03";

#[test]
fn case_48_what_a_person_declines_on_their_own_terminal_holds_nothing_up() {
    let stage = Stage::new();
    for _ in 1..=4 {
        let ended = stage.at_a_terminal(40).answers_by(CONTROL_C).with(10);
        let ended = ended.saying("cancelled by the person");
        assert!(ended.screen.contains("Approve"), "{ended:#?}");
    }
    // Nothing was counted, or nothing was ever written that could be.
    assert_eq!(stage.counted("declines"), 0);
    assert_eq!(stage.counted("failures"), 0);
}

#[test]
fn case_48_signals_and_ends_at_a_prompt_or_its_pages_are_no_wrong_answers() {
    let stage = Stage::new();
    // One screen, and pages of which the first is shown.
    for (rows, prompt) in [(40, "Passphrase: "), (8, "q refuses. ")] {
        for signal in [Signal::TERM, Signal::HUP, Signal::INT, Signal::KILL] {
            let mut person = stage.at_a_terminal(rows);
            person.sees(prompt);
            person.signals(signal);
            let (ended, restored) = person.ends();
            assert_eq!(ended.signal(), Some(signal.as_raw()), "{ended:?}");
            // Nobody notices SIGKILL.
            assert!(restored || signal == Signal::KILL, "{signal:?}");
            assert_eq!(stage.counted("failures"), 0, "{signal:?}");
            assert_eq!(stage.counted("declines"), 0, "{signal:?}");
        }
    }
    let mut person = stage.at_a_terminal(40);
    person.answers();
    person.leaves().with(0);
}

#[test]
fn an_approval_after_a_declined_prompt_is_taken() {
    let stage = Stage::new();
    stage.at_a_terminal(40).answers_by(CONTROL_C).with(10);
    let mut person = stage.at_a_terminal(40);
    person.answers();
    person.leaves().with(0);
    assert_eq!(stage.counted("declines"), 0);
}

#[test]
fn case_48_a_no_to_a_change_that_only_narrows_holds_nothing_up() {
    let stage = Stage::new();
    assert_eq!(stage.answer(RIGHT).code, 0);
    stage.narrow();
    for _ in 1..=4 {
        let mut person = stage.at_a_terminal(40);
        person.sees("Proceed? [y/N] ").types("n\r");
        person.leaves().with(10);
    }
    assert_eq!(stage.counted("declines"), 0);
}

#[test]
fn case_24_what_is_refused_without_a_prompt_does_not_count() {
    let stage = Stage::new();
    for _ in 0..3 {
        // In the background of a terminal, if there is one.
        let ended: Ended = std::process::Command::new(env!("CARGO_BIN_EXE_openpass"))
            .args(stage.upgrade())
            .process_group(0)
            .env_remove("OPENPASS_AGENT")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .output()
            .unwrap()
            .into();
        assert_eq!(ended.code, 11, "{}", ended.said);
    }
    assert_eq!(stage.counted("declines"), 0);
}
