//! What a staged Touch ID signs, and a yes that no key signed.

mod common;

use std::{sync::Arc, time::Duration};

use common::{AT_THE_MACHINE, DOMAIN, challenge, leaves_no_trace, pinned_now, unavailable};
use futures_lite::future::block_on;
use openpass_approval::{Approver, Approvers};
use openpass_auth::{
    AuthError, Authenticator, Binding, Challenge, Evidence, Factor, FactorSet, FirstAvailable,
    Script as Person, Unavailable,
};
use openpass_auth_macos::{BiometricAuthenticator, EnclaveKey};
use openpass_auth_macos_gnustep::{Answers, Key, Pinned, Script, Stage, set};

const SCOPE: [u8; 16] = [3; 16];
const SINCE: &str = "2026-11-27T18:00:00Z";

fn binding() -> Binding {
    Binding::new([1; 32], [2; 32]).within(SCOPE)
}

fn bound() -> Challenge {
    challenge(Duration::from_secs(60)).bound_to(binding(), FactorSet::only(Factor::Biometry))
}

fn ask(authenticator: &dyn Authenticator) -> Result<Evidence, AuthError> {
    block_on(authenticator.authenticate(&bound()))
}

/// A stage with `script`, an approver whose key was made on it before, and Touch ID with
/// that key.
fn stage_with(script: Script) -> (Stage, Approver, BiometricAuthenticator) {
    let stage = set();
    let finger = pinned_now(&Pinned::nothing());
    let (approver, key) = EnclaveKey::create("MacBook", SINCE).unwrap();
    stage.begin(script);
    (stage, approver, finger.with_approver(key))
}

fn with_key(key: Key) -> Script {
    Script {
        key,
        ..Script::default()
    }
}

fn that(answers: Answers) -> Script {
    Script {
        answers,
        ..Script::default()
    }
}

#[test]
fn the_evidence_of_a_staged_touch_verifies_by_the_approvers() {
    for answers in [Answers::Elsewhere(true, None), Answers::AtOnce(true, None)] {
        let (stage, approver, finger) = stage_with(that(answers));
        let evidence = ask(&finger).unwrap();
        let assertion = evidence.signature().unwrap();
        let approvers = Approvers::of(SCOPE).with(approver.clone());
        let approval = approvers.verify(&binding(), Factor::Biometry, assertion);
        assert_eq!(approval.unwrap().approver(), &approver);
        assert_eq!((stage.signatures(), stage.reasons().len()), (1, 1));
        leaves_no_trace(&stage);
    }
}

#[test]
fn a_yes_of_which_the_enclave_knows_nothing_is_refused() {
    let (stage, _, finger) = stage_with(that(Answers::ForgedYes));
    assert!(matches!(ask(&finger), Err(AuthError::Backend(_))));
    assert_eq!(stage.signatures(), 0);
    leaves_no_trace(&stage);
}

#[test]
fn a_yes_without_the_keys_signature_is_refused_and_ends_the_chain() {
    for key in [
        Key::GivesNothing,
        Key::Fails((DOMAIN, -1004)),
        Key::Fails(("CryptoTokenKit", -2)),
    ] {
        let (stage, _, finger) = stage_with(with_key(key));
        let passphrase = Arc::new(Person::new().yes(Factor::Passphrase));
        let chain = FirstAvailable::new(vec![Arc::new(finger), passphrase.clone()]);
        assert!(matches!(ask(&chain), Err(AuthError::Backend(_))));
        assert!(passphrase.asked().is_empty());
        leaves_no_trace(&stage);
    }
}

#[test]
fn case_30_a_key_that_went_with_the_fingers_leads_to_the_passphrase() {
    let gone = ("CryptoTokenKit", -3);
    for (key, dialogs) in [
        (Key::Fails(gone), 1),
        (Key::DoesNotOpen(gone), 0),
        (Key::OpensAsNew, 0),
    ] {
        let (stage, _, finger) = stage_with(with_key(key));
        assert_eq!(unavailable(ask(&finger)), Unavailable::SignerGone);
        assert_eq!(stage.reasons().len(), dialogs);
        let passphrase = Arc::new(Person::new().yes(Factor::Passphrase));
        let chain = FirstAvailable::new(vec![Arc::new(finger), passphrase]);
        assert_eq!(ask(&chain).unwrap().factor(), Factor::Passphrase);
        leaves_no_trace(&stage);
    }
}

#[test]
fn a_stored_key_that_was_exchanged_or_damaged_asks_nobody() {
    let (stage, approver, _) = stage_with(Script::default());
    let (_, another) = EnclaveKey::create("another", SINCE).unwrap();
    for stored in [another.stored(), b"garbage".as_slice()] {
        let key = EnclaveKey::of(&approver, stored).unwrap();
        let finger = pinned_now(&Pinned::nothing()).with_approver(key);
        assert_eq!(unavailable(ask(&finger)), Unavailable::SignerGone);
    }
    assert_eq!(stage.reasons(), [""; 0]);
    leaves_no_trace(&stage);
}

#[test]
fn without_a_key_the_same_touch_is_unsigned_and_does_not_count_where_it_has_to_be() {
    let stage = set();
    let finger = pinned_now(&Pinned::nothing());
    stage.begin(Script::default());
    assert_eq!(ask(&finger).unwrap().signature(), None);
    let signed_only = bound().with_signed_only(FactorSet::only(Factor::Biometry));
    let refused = block_on(finger.authenticate(&signed_only));
    assert_eq!(unavailable(refused), Unavailable::FactorNotAccepted);
    assert_eq!((stage.signatures(), stage.reasons().len()), (0, 1));
    leaves_no_trace(&stage);
}

#[test]
fn nothing_is_signed_by_a_no_or_by_a_finger_enrolled_meanwhile() {
    let no = Answers::Elsewhere(false, Some((DOMAIN, -1)));
    for answers in [no, Answers::EnrolsThenYes, Answers::DropsTheBlock] {
        let (stage, _, finger) = stage_with(that(answers));
        assert!(ask(&finger).is_err());
        assert_eq!(stage.signatures(), 0);
        leaves_no_trace(&stage);
    }
}

#[test]
fn a_key_can_be_made_where_no_dialog_can_be_shown_and_is_used_only_where_one_can() {
    let stage = set();
    let (_, key) = EnclaveKey::create("MacBook", SINCE).unwrap();
    let finger = BiometricAuthenticator::in_session(Pinned::nothing(), AT_THE_MACHINE | 0x1000);
    let finger = finger.with_approver(key);
    assert_eq!(unavailable(ask(&finger)), Unavailable::RemoteSession);
    assert_eq!(stage.reasons(), [""; 0]);
    leaves_no_trace(&stage);
}
