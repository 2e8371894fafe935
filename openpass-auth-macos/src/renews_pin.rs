//! A passphrase vouches for the fingers that are enrolled.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use openpass_auth::{
    AuthError, Authenticator, Challenge, Evidence, Factor, FactorSet, PromptPlace, Unavailable,
};

use crate::BiometricAuthenticator;

/// Wraps the passphrase authenticator: after its yes, the enrolment of that
/// moment is pinned, and fingers count again.
///
/// This is the only way to make a pin. Evidence of another factor, for another
/// challenge or past the deadline pins nothing. Wrap only an authenticator that a
/// person answers. Do not wrap an authenticator that reads a passphrase from a script:
/// nobody is there to say that the fingers are theirs.
///
/// The passphrase is asked for whenever the enrolment is not the pinned one,
/// and it then accepts the new one. Tell the person so beforehand, if
/// [`BiometricAuthenticator`] answers
/// [`Unavailable::EnrolmentChanged`]: they may know of no new finger.
///
/// A renewal that fails takes nothing from the evidence. The old pin, or none,
/// stays, so that the passphrase comes first the next time too; the host can
/// ask for the cause with [`take_failure`](Self::take_failure).
#[derive(Debug)]
pub struct RenewsPin {
    inner: Arc<dyn Authenticator>,
    biometry: BiometricAuthenticator,
    failure: Mutex<Option<AuthError>>,
}

impl RenewsPin {
    /// Renews the pin of `biometry` after each passphrase that `inner` proves.
    #[must_use]
    pub fn new(inner: Arc<dyn Authenticator>, biometry: BiometricAuthenticator) -> Self {
        Self {
            inner,
            biometry,
            failure: Mutex::new(None),
        }
    }

    /// The reason why the last renewal failed, once. `None` when it did not, or
    /// when there was none.
    #[must_use]
    pub fn take_failure(&self) -> Option<AuthError> {
        self.failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    async fn renew(&self, challenge: &Challenge) {
        // Half of what is left: the evidence must still arrive in time.
        let limit = challenge.time_left() / 2;
        let failure = self.biometry.renew_pin(limit).await.err();
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = failure;
    }
}

#[async_trait]
impl Authenticator for RenewsPin {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn factors(&self) -> FactorSet {
        self.inner.factors()
    }

    fn places(&self, challenge: &Challenge) -> Vec<PromptPlace> {
        self.inner.places(challenge)
    }

    fn available(&self) -> Result<(), Unavailable> {
        self.inner.available()
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        let evidence = self.inner.authenticate(challenge).await?;
        let proves = evidence.answers(challenge) && evidence.factor() == Factor::Passphrase;
        let admitted = match evidence.signature() {
            Some(_) => challenge.admits_signed(Factor::Passphrase),
            None => challenge.admits(Factor::Passphrase),
        };
        if proves && admitted.is_ok() {
            self.renew(challenge).await;
        }
        Ok(evidence)
    }
}
