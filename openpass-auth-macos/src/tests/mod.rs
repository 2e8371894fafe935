//! What the authenticators do, on a system that a test describes.

mod asking;
mod fake;
mod pinning;
mod signing;

use std::time::Duration;

use futures_lite::future::block_on;
use openpass_auth::{
    AuthError, Authenticator, Challenge, Evidence, Factor, FactorSet, SafeText, Unavailable,
};

fn challenge() -> Challenge {
    let accepts = FactorSet::from_iter(Factor::ALL);
    let summary = SafeText::literal("raise it to admin");
    Challenge::new(summary, accepts, Duration::from_secs(60))
}

fn ask(authenticator: &dyn Authenticator) -> Result<Evidence, AuthError> {
    block_on(authenticator.authenticate(&challenge()))
}

fn reason(outcome: Result<Evidence, AuthError>) -> Unavailable {
    match outcome {
        Err(AuthError::Unavailable(reason)) => reason,
        other => panic!("{other:?}"),
    }
}
