//! What the system answers, and what is made of it.

mod common;

use std::sync::Arc;

use common::{DOMAIN, ask, leaves_no_trace, stage_with, unavailable};
use openpass_auth::{
    AuthError, Authenticator, CancelledBy, Factor, FirstAvailable, Script as Person, Unavailable,
};
use openpass_auth_macos_gnustep::{Answers, Error, Script, UNKNOWN_DOMAIN};

fn that(answers: Answers) -> Script {
    Script {
        answers,
        ..Script::default()
    }
}

/// The outcome in one word, for a table.
fn word(outcome: Result<impl Sized, AuthError>) -> String {
    match outcome {
        Ok(_) => "yes".to_owned(),
        Err(AuthError::Unavailable(reason)) => format!("{reason:?}"),
        Err(AuthError::Rejected { .. }) => "rejected".to_owned(),
        Err(AuthError::Cancelled(by)) => format!("cancelled by {by:?}"),
        Err(AuthError::Backend(_)) => "broke".to_owned(),
        Err(other) => format!("{other:?}"),
    }
}

/// Every code of `LAError`, the undocumented one, and some that are none.
/// GNUstep keeps 32 bits of a code; the wider ones are tested without it.
const CODES: [(isize, &str); 22] = [
    (-1, "rejected"),
    (-2, "cancelled by Person"),
    (-3, "PassphraseChosen"),
    (-4, "cancelled by System"),
    (-5, "NoBiometry"),
    (-6, "NoBiometry"),
    (-7, "NotEnrolled"),
    (-8, "BiometryLockedOut"),
    (-9, "cancelled by Host"),
    (-10, "broke"),
    (-11, "broke"),
    (-12, "NoBiometry"),
    (-13, "NoBiometry"),
    (-14, "broke"),
    (-1004, "NotInteractive"),
    (-1000, "NotInteractive"),
    (0, "broke"),
    (1, "broke"),
    (-15, "broke"),
    (-1001, "broke"),
    (i32::MAX as isize, "broke"),
    (i32::MIN as isize, "broke"),
];

#[test]
fn a_yes_from_another_thread_is_evidence() {
    let (stage, finger) = stage_with(that(Answers::Elsewhere(true, None)));
    assert_eq!(ask(&finger).unwrap().factor(), Factor::Biometry);
    assert_eq!(stage.reasons(), ["raise it to admin"]);
    assert_eq!(stage.invalidated(), 1);
    leaves_no_trace(&stage);
}

#[test]
fn a_yes_before_the_call_returns_is_evidence() {
    let (stage, finger) = stage_with(that(Answers::AtOnce(true, None)));
    assert_eq!(ask(&finger).unwrap().factor(), Factor::Biometry);
    leaves_no_trace(&stage);
}

#[test]
fn every_code_of_the_reply_has_its_meaning() {
    let (stage, finger) = stage_with(Script::default());
    for (code, meaning) in CODES {
        stage.change(that(Answers::Elsewhere(false, Some((DOMAIN, code)))));
        assert_eq!(word(ask(&finger)), meaning, "{code}");
    }
    assert_eq!(stage.reasons().len(), CODES.len());
    leaves_no_trace(&stage);
}

#[test]
fn every_code_before_the_dialog_has_its_meaning_and_nothing_is_shown() {
    let (stage, finger) = stage_with(Script::default());
    for (code, meaning) in CODES {
        stage.change(Script {
            can_evaluate: Err(Some((DOMAIN, code))),
            ..Script::default()
        });
        assert_eq!(word(ask(&finger)), meaning, "{code}");
        assert!(finger.available().is_err(), "{code}");
    }
    assert_eq!(stage.reasons(), [""; 0]);
    leaves_no_trace(&stage);
}

#[test]
fn case_33_a_known_code_of_another_domain_is_a_failure() {
    let (stage, finger) = stage_with(Script::default());
    for (code, _) in CODES {
        let error: Option<Error> = Some((UNKNOWN_DOMAIN, code));
        stage.change(that(Answers::Elsewhere(false, error)));
        assert_eq!(word(ask(&finger)), "broke", "{code}");
    }
    leaves_no_trace(&stage);
}

#[test]
fn case_33_a_no_without_an_error_is_a_failure() {
    let (stage, finger) = stage_with(that(Answers::Elsewhere(false, None)));
    assert_eq!(word(ask(&finger)), "broke");
    stage.change(Script {
        can_evaluate: Err(None),
        ..Script::default()
    });
    assert_eq!(word(ask(&finger)), "broke");
    assert_eq!(finger.available(), Err(Unavailable::NoBiometry));
    leaves_no_trace(&stage);
}

#[test]
fn case_33_a_yes_with_an_error_is_a_failure() {
    let error = Some((DOMAIN, -1));
    let (stage, finger) = stage_with(that(Answers::Elsewhere(true, error)));
    assert_eq!(word(ask(&finger)), "broke");
    leaves_no_trace(&stage);
}

#[test]
fn case_33_a_block_that_is_let_go_ends_the_prompt_at_once() {
    let (stage, finger) = stage_with(that(Answers::DropsTheBlock));
    // It would be the deadline's word if anybody waited.
    assert_eq!(word(ask(&finger)), "broke");
    leaves_no_trace(&stage);
}

#[test]
fn case_28_lockout_and_the_passphrase_button_lead_to_the_passphrase() {
    for code in [-8, -3] {
        let error = Some((DOMAIN, code));
        let (stage, finger) = stage_with(that(Answers::Elsewhere(false, error)));
        let passphrase = Arc::new(Person::new().yes(Factor::Passphrase));
        let chain = FirstAvailable::new(vec![Arc::new(finger), passphrase]);
        assert_eq!(ask(&chain).unwrap().factor(), Factor::Passphrase);
        leaves_no_trace(&stage);
    }
}

#[test]
fn a_wrong_finger_and_a_cancel_end_the_chain() {
    for (code, by) in [(-1, None), (-2, Some(CancelledBy::Person))] {
        let error = Some((DOMAIN, code));
        let (stage, finger) = stage_with(that(Answers::Elsewhere(false, error)));
        let passphrase = Arc::new(Person::new().yes(Factor::Passphrase));
        let chain = FirstAvailable::new(vec![Arc::new(finger), passphrase.clone()]);
        match ask(&chain) {
            Err(AuthError::Rejected { .. }) => assert_eq!(by, None),
            Err(AuthError::Cancelled(found)) => assert_eq!(by, Some(found)),
            other => panic!("{other:?}"),
        }
        assert!(passphrase.asked().is_empty());
        leaves_no_trace(&stage);
    }
}

#[test]
fn case_28_lockout_before_the_dialog_is_a_reason_of_its_own() {
    let (stage, finger) = stage_with(Script {
        can_evaluate: Err(Some((DOMAIN, -8))),
        ..Script::default()
    });
    assert_eq!(finger.available(), Err(Unavailable::BiometryLockedOut));
    assert_eq!(unavailable(ask(&finger)), Unavailable::BiometryLockedOut);
    leaves_no_trace(&stage);
}
