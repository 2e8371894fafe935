//! The authenticator with security keys in software: what they sign is verified as a
//! guard does, and whatever else they answer is no yes.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails; clippy sees helpers as no tests"
)]

mod contract;
mod counted;
mod errors;
mod person;
mod register;
mod signs;
mod soft;
mod terminal;

use std::{sync::Arc, time::Duration};

use futures_lite::future::block_on;
use openpass_approval::Approver;
use openpass_auth::{
    AuthError, Authenticator as _, Binding, Challenge, Evidence, Factor, FactorSet, SafeText,
};
use openpass_auth_fido2::SecurityKeyAuthenticator;

use person::Person;
use soft::Soft;

/// The PIN of every key here.
const PIN: &str = "right-pin-2468";
const SCOPE: [u8; 16] = [7; 16];
const SINCE: &str = "2026-11-27T18:00:00Z";

fn binding() -> Binding {
    Binding::new([2; 32], [3; 32]).within(SCOPE)
}

fn bound_to(binding: Binding) -> Challenge {
    let what = SafeText::literal("raise agent codex to admin");
    let accepts = FactorSet::only(Factor::SecurityKey);
    Challenge::new(what, accepts, Duration::from_secs(120)).bound_to(binding, accepts)
}

/// A key, and the approver that it was made.
fn enrolled() -> (Soft, Approver) {
    let key = Soft::new();
    let fresh = SecurityKeyAuthenticator::new(key.clone(), Person::typing(PIN), []);
    let approver = fresh.register("blue", SINCE, Duration::from_secs(120));
    let approver = block_on(approver).unwrap();
    (key, approver)
}

/// What comes of asking for a touch of `key`.
fn asked(key: &Soft, person: &Arc<Person>, approver: &Approver) -> Result<Evidence, AuthError> {
    let asks = SecurityKeyAuthenticator::new(key.clone(), Arc::clone(person), [approver.clone()]);
    block_on(asks.authenticate(&bound_to(binding())))
}
