//! A passphrase that is being verified.

use std::{sync::Arc, time::Duration};

use openpass_auth::{AuthError, BackendError, Blocking, CancelledBy};

use crate::{Cancel, Passphrase, PassphraseVerifier, Question, Verified, VerifyError};

/// The time between two looks for a cancel.
const TICK: Duration = Duration::from_millis(20);

/// The verification of a passphrase, on a thread of its own.
///
/// Dropping it leaves the thread to its end, since a key derivation cannot be
/// stopped: a few seconds, after which its verdict goes nowhere.
#[derive(Debug)]
pub struct Verification(Blocking<Result<Verified, VerifyError>>);

impl Verification {
    /// Has `verifier` look at `passphrase`, which is wiped afterwards.
    ///
    /// # Errors
    ///
    /// [`AuthError::Backend`] if no thread can be started.
    pub fn start(
        verifier: Arc<dyn PassphraseVerifier>,
        passphrase: Passphrase,
    ) -> Result<Self, AuthError> {
        let verify = move || {
            let said = verifier.verify(&passphrase);
            // Before anybody acts on the verdict.
            drop(passphrase);
            said
        };
        Ok(Self(Blocking::start("openpass-verify", verify)?))
    }

    /// The verdict, if it comes within `at_most`. `Ok` is the only yes; a
    /// verifier that panicked is [`AuthError::Backend`].
    ///
    /// It blocks, for a prompt that has something to do meanwhile: never call
    /// it inside `poll`.
    pub fn wait(&mut self, at_most: Duration) -> Option<Result<Verified, AuthError>> {
        let said = self.0.wait(at_most)?;
        let broke = |lost| {
            let message = "the passphrase could not be verified: the verifier failed";
            AuthError::from(BackendError::caused_by(message, lost))
        };
        Some(said.map_err(broke).and_then(|said| Ok(said?)))
    }

    /// Waits for the verdict, the question's deadline or a cancel.
    pub(crate) fn wait_for(
        &mut self,
        question: &Question,
        cancel: &Cancel,
    ) -> Result<Verified, AuthError> {
        loop {
            if let Some(said) = self.wait(TICK.min(question.time_left())) {
                return said;
            }
            if cancel.is_cancelled() {
                return Err(AuthError::Cancelled(CancelledBy::Host));
            }
            if question.time_left().is_zero() {
                return Err(AuthError::TimedOut);
            }
        }
    }
}
