//! Asks one person one question, and proves the answer.
//!
//! # What it does not do
//!
//! It does not decide whether to ask: that is `openpass-policy`. It does not
//! know Touch ID (`openpass-auth-macos`), terminals or passphrases
//! (`openpass-auth-passphrase`).
//!
//! # Example
//!
//! ```
//! use std::{sync::Arc, time::Duration};
//! use openpass_auth::{
//!     Authenticator, Challenge, Contained, Factor, FactorSet, FirstAvailable, SafeText, Script,
//! };
//!
//! let finger = Arc::new(Script::new().yes(Factor::Biometry));
//! let ask = Contained::new(Arc::new(FirstAvailable::new(vec![finger])));
//!
//! let what = SafeText::fill("remove agent {}", &[&SafeText::quoted("codex")]);
//! let accepts = FactorSet::from_iter(Factor::ALL);
//! let challenge = Challenge::new(what, accepts, Duration::from_secs(60));
//! let evidence = futures_lite::future::block_on(ask.authenticate(&challenge))?;
//! assert!(evidence.answers(&challenge));
//! assert_eq!(evidence.factor(), Factor::Biometry);
//! # Ok::<(), openpass_auth::AuthError>(())
//! ```
//!
//! # How it fits
//!
//! ```text
//! hosts ──► openpass-policy ──► openpass-auth ◄── openpass-auth-macos
//!                                             ◄── openpass-auth-passphrase
//! ```
//!
//! # Guarantees
//!
//! Numbers are those of the invariants in `ARCHITECTURE.md`.
//!
//! - (3) Any error, panic or timeout is an [`AuthError`]. [`Contained`] makes
//!   it so for authenticators that this crate did not write.
//! - (4) [`Evidence`] answers exactly one [`Challenge`].
//! - (5) [`FirstAvailable`] goes on only after [`AuthError::Unavailable`].
//! - (6) [`AttemptLimit`] and [`CoolDown`] refuse before anybody is asked, and
//!   count an answer before it is verified, a dialog before it is shown; [`OneAtATime`] shows one dialog at a
//!   time in one place.
//! - (7) Dropping the future dismisses the prompt: the contract suite checks.
//! - (8) No secret crosses [`Authenticator`].
//! - (9) [`SafeText`] escapes visibly, and counts what it does not show.
//! - (13) [`Challenge`] names who asks in every form of the question, and a
//!   prompt without room for what gives power is [`Unavailable::NoRoom`].
//! - (20) A [`Challenge`] carries what an approver signs ([`Binding`]), and
//!   [`Evidence`] its signature, which the guard verifies.
//! - Nothing blocks in `poll`: what may wait runs on a thread of its own, by
//!   [`Blocking`], which is there for authenticators and hosts too.
//!
//! # Features
//!
//! None changes behaviour. `mock`: `Script`, a person whose answers a test writes down. A
//! build without debug assertions, such as a release, does not compile with it. `mockall`:
//! `mock`, and `MockAuthenticator`.
//! `contract`: the suite in the module `contract`.
#![forbid(unsafe_code)]

// What says yes without asking anybody is for tests alone. Features are unified
// over a build: a dependency that switches this on would put it into a release.
#[cfg(all(any(feature = "mock", feature = "mockall"), not(debug_assertions)))]
compile_error!(
    "the feature `mock` of openpass-auth is for tests, and no release has it: take it from \
     [dependencies] to [dev-dependencies]; tests of optimised code keep it with \
     CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS=true"
);

mod approval;
mod attempts;
mod authenticator;
mod blocking;
mod challenge;
mod combinator;
mod confirmation;
mod contain;
#[cfg(feature = "contract")]
pub mod contract;
mod error;
mod evidence;
mod factor;
mod principal;
mod prompt_place;
#[cfg(feature = "mock")]
mod script;
mod text;

pub use approval::{Assertion, Binding, Proof};
pub use attempts::{
    AttemptStore, Attempts, Clock, Delays, Guess, Guesses, MemoryAttempts, Moment, SinceBoot,
    SystemClock, Tally,
};
pub use authenticator::Authenticator;
#[cfg(feature = "mockall")]
pub use authenticator::MockAuthenticator;
pub use blocking::{Blocking, Lost, Wanted};
pub use challenge::{
    Attempt, BriefLine, Challenge, ChallengeId, Detail, Line, Settling, ShownChange, Unsettled,
    brief,
};
pub use combinator::{
    Asker, AttemptLimit, Contained, CoolDown, FirstAvailable, OneAtATime, Place, Presence, Taken,
};
pub use confirmation::Confirmation;
pub use contain::contain;
pub use error::{AuthError, BackendError, CancelledBy, Tried, Unavailable};
pub use evidence::Evidence;
pub use factor::{Factor, FactorSet};
pub use principal::PrincipalId;
pub use prompt_place::PromptPlace;
#[cfg(feature = "mock")]
pub use script::{Asked, Script};
pub use text::{Identifier, IdentifierError, SafeText, in_ascii};
