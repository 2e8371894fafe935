//! What is typed, and what is left behind.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
    time::Duration,
};

use openpass_auth::{AuthError, CancelledBy, Unavailable};
use openpass_auth_passphrase::{Cancel, Passphrase, PassphrasePrompt as _, TerminalPrompt};
use windows_sys::Win32::System::Console::{ENABLE_ECHO_INPUT, ENABLE_LINE_INPUT};

use crate::stage::{Console, question};

const LONG: Duration = Duration::from_secs(60);

/// Asks, and has `act` done once the input line is there.
fn asked(console: &Console, act: impl FnOnce(&Cancel)) -> Result<Passphrase, AuthError> {
    let cancel = Cancel::new();
    thread::scope(|scope| {
        let asking = scope.spawn(|| TerminalPrompt::new().ask(&question(LONG), &cancel));
        console.reads("Passphrase: ");
        act(&cancel);
        asking.join().unwrap()
    })
}

#[test]
fn what_is_typed_is_the_passphrase_and_the_console_is_as_it_was() {
    let console = Console::new();
    let before = console.modes();
    let answer = asked(&console, |_| {
        let off = ENABLE_ECHO_INPUT | ENABLE_LINE_INPUT;
        assert_eq!(console.modes().0 & off, 0);
        console.press("grün \u{1d11e} wrong\u{17}horse\r");
    });
    assert_eq!(answer.unwrap().expose(), "grün \u{1d11e} horse");
    assert_eq!(console.modes(), before);
    let screen = console.screen();
    assert!(screen.contains("remove agent codex"), "{screen}");
    assert!(screen.contains("Passphrase: ****"), "{screen}");
    assert!(!screen.contains("horse"), "{screen}");
}

#[test]
fn what_is_typed_before_and_behind_the_answer_is_thrown_away() {
    let console = Console::new();
    console.press("ahead\r");
    let answer = asked(&console, |_| console.press("correct horse\rdel *\r"));
    assert_eq!(answer.unwrap().expose(), "correct horse");
    assert_eq!(console.unread(), 0);
}

#[test]
fn the_keys_that_refuse_refuse() {
    for key in ["\u{3}", "\u{4}", "a\u{1c}"] {
        let console = Console::new();
        let before = console.modes();
        let answer = asked(&console, |_| console.press(key));
        let person = CancelledBy::Person;
        assert!(matches!(answer, Err(AuthError::Cancelled(by)) if by == person));
        assert_eq!(console.modes(), before, "{key:?}");
    }
}

/// There is no shell to go back to.
#[test]
fn control_z_stops_nothing() {
    let console = Console::new();
    let answer = asked(&console, |_| console.press("a\u{1a}correct horse\r"));
    assert!(answer.unwrap().expose().ends_with("correct horse"));
}

#[test]
fn a_cancel_gives_the_console_back_before_it_returns() {
    let console = Console::new();
    let before = console.modes();
    let answer = asked(&console, |cancel| {
        cancel.cancel();
        assert_eq!(console.modes(), before);
    });
    let host = CancelledBy::Host;
    assert!(matches!(answer, Err(AuthError::Cancelled(by)) if by == host));
}

#[test]
fn nobody_answers_and_the_deadline_gives_the_console_back() {
    let console = Console::new();
    let before = console.modes();
    let soon = question(Duration::from_millis(200));
    let answer = TerminalPrompt::new().ask(&soon, &Cancel::new());
    assert!(matches!(answer, Err(AuthError::TimedOut)));
    assert_eq!(console.modes(), before);
}

#[test]
fn a_panic_gives_the_console_back() {
    let console = Console::new();
    let before = console.modes();
    let ended = catch_unwind(AssertUnwindSafe(|| {
        let prompt = TerminalPrompt::new();
        prompt.hold(&question(LONG), &Cancel::new(), |_| -> Result<(), _> {
            panic!("a host's own fault");
        })
    }));
    assert!(ended.is_err());
    assert_eq!(console.modes(), before);
}

#[test]
fn a_console_on_which_somebody_else_asks_is_not_taken() {
    let console = Console::new();
    let usual = console.modes().0;
    for off in [ENABLE_ECHO_INPUT, ENABLE_ECHO_INPUT | ENABLE_LINE_INPUT] {
        console.set_input_mode(usual & !off);
        let in_use = Unavailable::TerminalInUse;
        assert_eq!(TerminalPrompt::new().available(), Err(in_use));
        let answer = TerminalPrompt::new().ask(&question(LONG), &Cancel::new());
        assert!(matches!(
            answer,
            Err(AuthError::Unavailable(Unavailable::TerminalInUse))
        ));
        assert_eq!(console.modes().0, usual & !off);
    }
    console.set_input_mode(usual);
}
