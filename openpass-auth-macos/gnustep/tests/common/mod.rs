//! What the tests of the GNUstep run share.
#![allow(dead_code, reason = "no test binary uses all of it")]

use std::{sync::Arc, time::Duration};

use futures_lite::future::block_on;
use openpass_auth::{
    AuthError, Authenticator, Challenge, Evidence, Factor, FactorSet, SafeText, Script as Person,
    Unavailable,
};
use openpass_auth_macos::{BiometricAuthenticator, RenewsPin};
use openpass_auth_macos_gnustep::{Pinned, Script, Stage, contexts_alive, set};

/// A graphic, local session.
pub const AT_THE_MACHINE: u32 = 0x0010;

/// LocalAuthentication's domain of errors.
pub const DOMAIN: &str = "com.apple.LocalAuthentication";

/// A stage with `script`, and an authenticator whose pin is the enrolment
/// "mine".
pub fn stage_with(script: Script) -> (Stage, BiometricAuthenticator) {
    let stage = set();
    let finger = pinned_now(&Pinned::nothing());
    stage.begin(script);
    (stage, finger)
}

/// An authenticator that pins, in `store`, the enrolment that the script says
/// now.
pub fn pinned_now(store: &Arc<Pinned>) -> BiometricAuthenticator {
    let finger = BiometricAuthenticator::in_session(store.clone(), AT_THE_MACHINE);
    let passphrase = Arc::new(Person::new().yes(Factor::Passphrase));
    let renews = RenewsPin::new(passphrase, finger.clone());
    assert!(ask(&renews).is_ok());
    assert!(renews.take_failure().is_none());
    finger
}

pub fn challenge(timeout: Duration) -> Challenge {
    let summary = SafeText::literal("raise it to admin");
    Challenge::new(summary, FactorSet::from_iter(Factor::ALL), timeout)
}

pub fn ask(authenticator: &dyn Authenticator) -> Result<Evidence, AuthError> {
    let challenge = challenge(Duration::from_secs(60));
    let evidence = block_on(authenticator.authenticate(&challenge))?;
    assert!(evidence.answers(&challenge));
    Ok(evidence)
}

/// Why nobody could be asked.
pub fn unavailable(outcome: Result<Evidence, AuthError>) -> Unavailable {
    match outcome {
        Err(AuthError::Unavailable(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

/// Nothing is left over and nothing was done that may not be.
pub fn leaves_no_trace(stage: &Stage) {
    stage.wait_until(|| contexts_alive() == 0);
    assert_eq!(stage.open(), 0);
    assert_eq!(stage.wrongs(), [""; 0]);
}
