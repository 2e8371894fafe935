//! Asks for a touch of a security key, which signs what is approved.
//!
//! The key has no screen. So the terminal shows the whole question, takes the key's PIN
//! where it has one, and says when to touch it. What the key signs is bound to this one
//! question; the guard verifies it, and so can anybody later (`openpass-approval`).
//!
//! # What it does not do
//!
//! It does not decide whether to ask (`openpass-policy`), keeps no approvers, and asks
//! nobody whether one may be added: [`SecurityKeyAuthenticator::register`] only makes it.
//! It sets no PIN and resets no key.
//!
//! # Example
//!
//! ```no_run
//! # use openpass_auth_fido2::Keys;
//! # fn ask(keys: impl Keys + 'static, approvers: Vec<openpass_approval::Approver>) {
//! use std::{sync::Arc, time::Duration};
//! use openpass_auth::{
//!     Authenticator, Binding, Challenge, Contained, Factor, FactorSet, SafeText,
//! };
//! use openpass_auth_fido2::SecurityKeyAuthenticator;
//! use openpass_auth_passphrase::TerminalPrompt;
//!
//! // With the feature `hid`: let keys = openpass_auth_fido2::HidKeys::new();
//! let ask = SecurityKeyAuthenticator::new(keys, TerminalPrompt::new(), approvers);
//! let ask = Contained::new(Arc::new(ask));
//!
//! let what = SafeText::fill("remove agent {}", &[&SafeText::quoted("codex")]);
//! let accepts = FactorSet::only(Factor::SecurityKey);
//! // A guard does this: the operation's digest, a fresh nonce, the vault's id.
//! let binding = Binding::new([2; 32], [3; 32]).within([7; 16]);
//! let challenge = Challenge::new(what, accepts, Duration::from_secs(60)).bound_to(binding, accepts);
//! let evidence = futures_lite::future::block_on(ask.authenticate(&challenge));
//! assert!(evidence.is_ok_and(|it| it.signature().is_some()));
//! # }
//! ```
//!
//! # How it fits
//!
//! ```text
//! hosts ──► openpass-policy ──► openpass-approval ◄── openpass-auth-fido2
//!
//! SecurityKeyAuthenticator ─► thread: Keys (which key is it?)
//!                                     KeyPrompt ─► thread: Keys (PIN, touch)
//!                                     TerminalPrompt       HidKeys
//! ```
//!
//! # Guarantees
//!
//! Numbers are those of the invariants in `ARCHITECTURE.md`.
//!
//! - (3) Every error, panic and late answer is a refusal; each [`KeyError`] has words of
//!   its own, which name the cure.
//! - (4) The signature is over the challenge's digest and nonce, and over presence and
//!   verification: it is verified here before it is evidence, and again by the guard.
//! - (7) Dropping the future gives the terminal back, and tells the key to stop waiting.
//! - (8) [`Pin`] is wiped, and no error or `Debug` shows any of it.
//! - (9) The terminal shows every line of the challenge.
//!
//! # Features
//!
//! None is on by default. `hid`: `HidKeys`, the keys that are plugged in, by the crate
//! `ctap-hid-fido2`. On Linux it needs `libudev` (Debian: `libudev-dev`) and a C compiler.
#![forbid(unsafe_code)]

mod answers;
mod authenticator;
mod credential;
mod error;
mod find;
#[cfg(feature = "hid")]
mod hid;
mod keys;
mod pin;
mod prompt;
mod register;
mod run;
mod terminal;
mod touch;

pub use authenticator::SecurityKeyAuthenticator;
pub use error::KeyError;
#[cfg(feature = "hid")]
pub use hid::HidKeys;
pub use keys::{AssertionRequest, CredentialRequest, Key, Keys, Signed, Verifies};
pub use pin::{Pin, PinError};
pub use prompt::KeyPrompt;
pub use touch::{Touch, Touching};
