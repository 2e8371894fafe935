//! What becomes of questions, by Debian's polkitd and by stand-ins for what is broken.
//!
//! `.ci/polkit.sh` runs these tests, each group in a mount namespace with a bus at
//! `/run/dbus/system_bus_socket`. They ask as an ordinary user; a helper of root's
//! answers, as the person's agent or as polkit itself.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails; clippy sees helpers as no tests"
)]

mod agent;
mod broken;
mod contract;
mod control;
mod real;
mod stand_in;

use std::time::Duration;

use futures_lite::future::block_on;
use openpass_auth::{
    AuthError, Authenticator, Challenge, Evidence, Factor, FactorSet, SafeText, Unavailable,
};
use openpass_auth_polkit::{ActionId, PolkitAuthenticator};

/// Long enough for any answer that comes at all.
const MINUTE: Duration = Duration::from_secs(60);

fn polkit(action: &str) -> PolkitAuthenticator {
    assert!(
        std::env::var_os("OPENPASS_POLKIT").is_some(),
        "these tests need a bus of their own: run .ci/polkit.sh"
    );
    PolkitAuthenticator::new(ActionId::new(action).unwrap())
}

fn challenge(timeout: Duration) -> Challenge {
    let what = SafeText::fill("remove agent {}", &[&SafeText::quoted("codex $(user) <b>")]);
    Challenge::new(what, FactorSet::only(Factor::SystemLogin), timeout)
}

fn ask(action: &str) -> Result<Evidence, AuthError> {
    block_on(polkit(action).authenticate(&challenge(MINUTE)))
}

/// Why nobody was asked, by both functions that tell.
fn unavailable(action: &str) -> String {
    let before = polkit(action).available().unwrap_err();
    let asked = ask(action).unwrap_err();
    assert!(
        matches!(&asked, AuthError::Unavailable(why) if *why == before),
        "{before} and {asked}"
    );
    match before {
        Unavailable::SystemLogin { why } => why.to_string(),
        other => panic!("{other:?}"),
    }
}
