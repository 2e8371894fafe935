//! When the dialog is shown, what it says, and when it is taken down.

mod common;

use std::{sync::Arc, thread, time::Duration};

use common::{
    AT_THE_MACHINE, ask, challenge, leaves_no_trace, pinned_now, stage_with, unavailable,
};
use futures_lite::future::{self, block_on};
use openpass_auth::{
    AuthError, Authenticator, Challenge, Factor, FactorSet, SafeText, Unavailable,
};
use openpass_auth_macos::BiometricAuthenticator;
use openpass_auth_macos_gnustep::{Answers, Pinned, Script, Stage, set};

const LONG: Duration = Duration::from_secs(60);

fn silent() -> (Stage, BiometricAuthenticator) {
    stage_with(Script {
        answers: Answers::Nothing,
        ..Script::default()
    })
}

/// Asks `challenge` until the dialog is up, then drops the future.
fn ask_and_drop(stage: &Stage, finger: &BiometricAuthenticator, challenge: &Challenge) {
    let shown = stage.reasons().len() + 1;
    let asking = async { drop(finger.authenticate(challenge).await) };
    let looking = async {
        while stage.reasons().len() < shown {
            future::yield_now().await;
        }
    };
    block_on(future::or(asking, looking));
}

#[test]
fn case_33_no_reply_ends_at_the_deadline_and_takes_the_dialog_down() {
    let (stage, finger) = silent();
    let short = challenge(Duration::from_millis(100));
    let outcome = block_on(finger.authenticate(&short));
    assert!(matches!(outcome, Err(AuthError::TimedOut)), "{outcome:?}");
    stage.wait_until(|| stage.invalidated() == 1);
    leaves_no_trace(&stage);
}

#[test]
fn case_33_a_yes_after_the_deadline_counts_for_nothing() {
    let (stage, finger) = silent();
    let short = Arc::new(challenge(Duration::from_millis(100)));
    let asking = {
        let short = Arc::clone(&short);
        thread::spawn(move || block_on(finger.authenticate(&short)))
    };
    stage.wait_until(|| stage.reasons().len() == 1 && short.time_left().is_zero());
    assert!(stage.says_yes_now());
    let outcome = asking.join().unwrap();
    assert!(matches!(outcome, Err(AuthError::TimedOut)), "{outcome:?}");
    leaves_no_trace(&stage);
}

#[test]
fn a_future_that_is_never_polled_makes_no_context() {
    let (stage, finger) = silent();
    let challenge = challenge(LONG);
    drop(finger.authenticate(&challenge));
    assert_eq!(stage.contexts_made(), 0);
    assert_eq!(stage.reasons(), [""; 0]);
}

#[test]
fn case_23_dropping_the_future_right_after_the_start_leaves_no_dialog() {
    let stage = set();
    let store = Pinned::nothing();
    let finger = pinned_now(&store);
    stage.begin(Script {
        answers: Answers::Nothing,
        ..Script::default()
    });
    let challenge = challenge(LONG);
    for _ in 0..50 {
        block_on(future::poll_once(finger.authenticate(&challenge)));
    }
    drop(finger);
    // Each prompt's thread holds the store for as long as it runs.
    stage.wait_until(|| Arc::strong_count(&store) == 1);
    assert_eq!(stage.invalidated(), stage.contexts_made());
    leaves_no_trace(&stage);
}

#[test]
fn case_23_dropping_the_future_takes_the_dialog_down_and_a_late_yes_finds_nobody() {
    let (stage, finger) = silent();
    ask_and_drop(&stage, &finger, &challenge(LONG));
    stage.wait_until(|| stage.invalidated() == 1);
    leaves_no_trace(&stage);
    assert!(stage.says_yes_now());

    // Nor does it answer the next question.
    let short = challenge(Duration::from_millis(50));
    let outcome = block_on(finger.authenticate(&short));
    assert!(matches!(outcome, Err(AuthError::TimedOut)), "{outcome:?}");
    leaves_no_trace(&stage);
}

#[test]
fn dropping_the_future_after_the_answer_does_nothing_more() {
    let (stage, finger) = stage_with(Script::default());
    let challenge = challenge(LONG);
    let mut asking = finger.authenticate(&challenge);
    assert!(block_on(&mut asking).is_ok());
    drop(asking);
    assert_eq!(stage.invalidated(), 1);
    leaves_no_trace(&stage);
}

#[test]
fn an_empty_reason_is_never_sent() {
    let (stage, finger) = stage_with(Script::default());
    for nothing in ["", " ", ".", " . "] {
        let accepts = FactorSet::only(Factor::Biometry);
        let challenge = Challenge::new(SafeText::escape(nothing), accepts, LONG);
        assert!(block_on(finger.authenticate(&challenge)).is_ok());
    }
    assert!(stage.reasons().iter().all(|reason| reason.len() > 10));
    leaves_no_trace(&stage);
}

#[test]
fn case_22_the_reason_arrives_as_it_was_made_safe() {
    let (stage, finger) = stage_with(Script::default());
    let name = SafeText::quoted("co\u{202e}dex\0\u{1b}[2J é 指");
    let summary = SafeText::fill("raise agent {} to admin (7 more powers)", &[&name]);
    let accepts = FactorSet::only(Factor::Biometry);
    let challenge =
        Challenge::new(summary.clone(), accepts, LONG).with_code(SafeText::literal("K7QX"));
    assert!(block_on(finger.authenticate(&challenge)).is_ok());
    assert_eq!(stage.reasons(), [format!("{summary} [K7QX]")]);
    leaves_no_trace(&stage);
}

#[test]
fn the_button_says_use_passphrase_or_is_hidden() {
    let (stage, finger) = stage_with(Script::default());
    assert!(ask(&finger).is_ok());
    assert!(ask(&finger.clone().biometric_only()).is_ok());
    let accepts = FactorSet::only(Factor::Biometry);
    let finger_only = Challenge::new(SafeText::literal("raise it"), accepts, LONG);
    assert!(block_on(finger.authenticate(&finger_only)).is_ok());
    assert_eq!(stage.buttons(), ["Use passphrase…", "", ""]);
    leaves_no_trace(&stage);
}

#[test]
fn case_31_where_nobody_would_see_it_there_is_no_dialog_and_no_context() {
    let stage = set();
    for (attributes, why) in [
        (AT_THE_MACHINE | 0x1000, Unavailable::RemoteSession),
        (0x0001, Unavailable::NoGraphicSession),
    ] {
        let finger = BiometricAuthenticator::in_session(Pinned::nothing(), attributes);
        assert_eq!(finger.available(), Err(why.clone()));
        assert_eq!(unavailable(ask(&finger)), why);
    }
    assert_eq!(stage.contexts_made(), 0);
    assert_eq!(stage.reasons(), [""; 0]);
}
