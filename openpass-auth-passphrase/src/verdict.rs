//! A passphrase that is being verified.

use std::{
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use openpass_auth::{AuthError, BackendError, CancelledBy};

use crate::{Cancel, Passphrase, PassphraseVerifier, Question, Verified, VerifyError};

/// How often a cancel is looked for.
const TICK: Duration = Duration::from_millis(20);

/// What will be said of a passphrase, worked out on a thread of its own.
///
/// Dropping it leaves the thread to its end, since a key derivation cannot be
/// stopped: a few seconds, after which its verdict goes nowhere.
#[derive(Debug)]
pub struct Verdict(mpsc::Receiver<Result<Verified, VerifyError>>);

impl Verdict {
    /// Has `verifier` look at `passphrase`, which is wiped afterwards.
    ///
    /// # Errors
    ///
    /// [`AuthError::Backend`] if no thread can be started.
    pub fn start(
        verifier: Arc<dyn PassphraseVerifier>,
        passphrase: Passphrase,
    ) -> Result<Self, AuthError> {
        let (sender, verdict) = mpsc::sync_channel(1);
        thread::Builder::new()
            .name("openpass-verify".to_owned())
            .spawn(move || {
                let said = verifier.verify(&passphrase);
                // Before anybody acts on the verdict.
                drop(passphrase);
                // Nobody listens any more after a cancel, which is as it should be.
                drop(sender.send(said));
            })
            .map_err(|error| {
                BackendError::caused_by("no thread could be started to verify on", error)
            })?;
        Ok(Self(verdict))
    }

    /// The verdict, if it comes within `at_most`. `Ok` is the only yes; a
    /// verifier that panicked is [`AuthError::Backend`].
    #[must_use]
    pub fn wait(&self, at_most: Duration) -> Option<Result<Verified, AuthError>> {
        match self.0.recv_timeout(at_most) {
            Ok(said) => Some(said.map_err(AuthError::from)),
            Err(mpsc::RecvTimeoutError::Timeout) => None,
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                let broke = "the passphrase could not be verified: the verifier broke";
                Some(Err(BackendError::new(broke).into()))
            }
        }
    }

    /// Waits for the verdict, the question's deadline or a cancel.
    pub(crate) fn wait_for(
        &self,
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
