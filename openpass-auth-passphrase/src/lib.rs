//! Asks for a passphrase on the terminal or in a pinentry's dialog, and
//! verifies it.
//!
//! # What it does not do
//!
//! It does not decide whether to ask (`openpass-policy`), nor limit attempts
//! (`openpass-auth`), nor read or write vault files (the host's store).
//!
//! # Example
//!
//! ```no_run
//! use std::{sync::Arc, time::Duration};
//! use openpass_auth::{Authenticator, Challenge, Contained, Factor, FactorSet, SafeText};
//! use openpass_auth_passphrase::{PassphraseAuthenticator, PhcVerifier, TerminalPrompt};
//!
//! let verifier = PhcVerifier::new(&std::fs::read_to_string("passphrase.phc")?)?;
//! let ask = PassphraseAuthenticator::new(TerminalPrompt::new(), verifier);
//! let ask = Contained::new(Arc::new(ask));
//!
//! let what = SafeText::fill("remove agent {}", &[&SafeText::quoted("codex")]);
//! let accepts = FactorSet::only(Factor::Passphrase);
//! let challenge = Challenge::new(what, accepts, Duration::from_secs(60));
//! let evidence = futures_lite::future::block_on(ask.authenticate(&challenge))?;
//! assert!(evidence.answers(&challenge));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How it fits
//!
//! ```text
//! hosts ──► openpass-policy ──► openpass-auth ◄── openpass-auth-passphrase
//!
//! PassphraseAuthenticator ─► thread: PassphrasePrompt ─► thread: PassphraseVerifier
//!                                    TerminalPrompt               IdentityVerifier
//!                                    PinentryPrompt               PhcVerifier
//!                                    PassphraseFd                 VerifyBy
//! ```
//!
//! # Guarantees
//!
//! Numbers are those of the invariants in `ARCHITECTURE.md`.
//!
//! - (3) Every error, panic and late answer is a refusal.
//! - (7) Dropping the future gives the terminal back before the drop returns;
//!   nothing that is typed afterwards is read.
//! - (8) [`Passphrase`] is wiped, and no error or `Debug` shows any of it.
//! - (9) The terminal shows every line of the challenge, wrapped, never cut.
//! - Before a passphrase is typed, other programs of the user are kept from the
//!   process's memory, and no core file is written ([`not_dumpable`]).
//! - (20) An identity that a passphrase opens signs what was asked, by a key that is
//!   derived for that and stored nowhere ([`identity`]).
//! - What a file asks a key derivation to cost is bounded before any work.
//!
//! # Features
//!
//! None is on by default. `identity`: `IdentityVerifier` and the module
//! `identity`, for OpenPass's identity.age. It brings the crate `age` and more than
//! a hundred others; the prompts and [`PhcVerifier`] need none of them.
// Not forbidden: `disposition`, a page long, has the two calls of sigaction(2).
#![deny(unsafe_code)]

mod asking;
mod authenticator;
mod buffer;
mod cost;
mod counted;
mod disposition;
mod ends_with_host;
#[cfg(feature = "identity")]
pub mod identity;
mod not_dumpable;
mod passphrase;
mod phc;
mod prompt;
mod signing;
mod verification;
mod verifier;
mod verify_by;

pub use authenticator::PassphraseAuthenticator;
#[cfg(feature = "identity")]
pub use identity::{IdentityCheck, IdentityVerifier, OpenedIdentity};
pub use not_dumpable::not_dumpable;
pub use passphrase::{Passphrase, PassphraseError};
pub use phc::PhcVerifier;
pub use prompt::{
    Cancel, Charset, Echo, Held, NewPassphraseError, NewPassphrasePrompt, PassphraseFd,
    PassphraseFdError, PassphrasePrompt, PinentryError, PinentryPrompt, Question,
    TerminalConfirmation, TerminalPrompt,
};
pub use verification::Verification;
pub use verifier::{PassphraseVerifier, Verified, VerifyError};
pub use verify_by::VerifyBy;
