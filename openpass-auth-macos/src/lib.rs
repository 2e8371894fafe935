//! Asks for Touch ID, and proves the answer.
//!
//! No real Mac has run this crate yet. It is checked and linked for macOS on
//! Linux, and its Objective-C part runs against a stand-in for `LAContext` on
//! GNUstep; how Apple's own `LAContext` behaves is taken from its
//! documentation. `docs/macos.md` has the checklist for the first run.
//!
//! # What it does not do
//!
//! It asks for no passphrase (`openpass-auth-passphrase`) and does not decide
//! whether to ask (`openpass-policy`). Without a key its yes is a boolean in this
//! process: it proves to an honest program that an enrolled finger was there, and
//! protects no secret from another program of the same user. With an [`EnclaveKey`] the
//! yes is also a signature, which others verify (`openpass-approval`).
//!
//! # Example
//!
//! ```
//! use openpass_auth::{Authenticator, Contained};
//! use openpass_auth_macos::biometry_first;
//! use std::{path::Path, sync::Arc};
//!
//! // `passphrase` is openpass-auth-passphrase's authenticator.
//! fn ways_to_ask(passphrase: impl Authenticator + 'static, folder: &Path) -> Contained {
//!     let ways = biometry_first(passphrase, folder.join("enrolment"));
//!     Contained::new(Arc::new(ways))
//! }
//! ```
//!
//! # How it fits
//!
//! ```text
//! hosts ──► openpass-policy ──► openpass-approval ──► openpass-auth
//!                                        ▲
//!                              openpass-auth-macos ──► LAContext, Secure Enclave
//! ```
//!
//! # Guarantees
//!
//! Numbers are those of the invariants in `ARCHITECTURE.md`.
//!
//! - (3) An unknown code, another domain, silence, a dropped question and a yes
//!   with an error are refusals.
//! - (4) One fresh context a prompt, without reuse of an earlier finger; a late
//!   yes counts for nothing.
//! - (5) Lockout, a changed enrolment and "Use passphrase…" are reasons of
//!   their own; a wrong finger and a cancel are no reason to ask another way.
//! - (7) Dropping the future takes the dialog down.
//! - (9) The dialog shows the challenge's summary and code, bounded, with a
//!   count of what is not shown.
//! - (20) Where an approver's key is set and the challenge says what to sign, there is
//!   no evidence without the key's signature, made by the context that said yes.
#![cfg_attr(
    not(any(target_os = "macos", openpass_gnustep, test)),
    expect(
        dead_code,
        reason = "without an LAContext, what it would say is never said"
    )
)]

// The stand-in for `LAContext` is for tests on systems that have none. Neither
// a release nor macOS may ever be built with it.
#[cfg(all(openpass_gnustep, not(debug_assertions)))]
compile_error!("cfg(openpass_gnustep) puts a stand-in in Touch ID's place; no release has it");
#[cfg(all(openpass_gnustep, target_os = "macos"))]
compile_error!("cfg(openpass_gnustep) puts a stand-in in Touch ID's place; macOS has its own");

mod authenticator;
mod biometry_first;
mod boot_clock;
mod enclave_key;
mod enrolment;
mod exchange;
mod gate;
#[cfg(openpass_gnustep)]
mod gnustep;
mod key_failure;
#[cfg(any(target_os = "macos", openpass_gnustep))]
mod la_context;
mod la_error;
mod pin_file;
mod prompt;
mod reason;
mod renews_pin;
#[cfg(target_os = "macos")]
mod secure_enclave;
#[cfg(target_os = "macos")]
mod session;
mod signing;
mod system;
#[cfg(test)]
mod tests;

pub use authenticator::BiometricAuthenticator;
pub use biometry_first::biometry_first;
pub use boot_clock::BootClock;
pub use enclave_key::EnclaveKey;
pub use enrolment::{EnrolmentPin, EnrolmentStore};
#[cfg(openpass_gnustep)]
pub use gnustep::{Enclave, set_enclave, set_session};
pub use pin_file::PinFile;
pub use reason::dialog_text;
pub use renews_pin::RenewsPin;
