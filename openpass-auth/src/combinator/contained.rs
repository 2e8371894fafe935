//! Nothing that an authenticator does wrong gets past this.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use async_trait::async_trait;

use crate::{
    AuthError, Authenticator, BackendError, Challenge, Evidence, Factor, FactorSet, PromptPlace,
    Unavailable, contain,
};

/// Holds an authenticator to its challenge: deadline, factor, identity.
///
/// A panic becomes [`AuthError::Backend`]; an answer that does not come in
/// time is [`AuthError::TimedOut`], and the inner future is dropped, which
/// dismisses its prompt; evidence for another challenge, and evidence or a
/// rejection of a factor that is not declared or not accepted, is refused. The
/// deadline is the challenge's, by the monotonic clock.
///
/// # With `panic = "abort"`
///
/// A panic ends the process: nothing is caught, and there is no error to handle and
/// nothing to log. There is no evidence either, so nothing is granted and nothing
/// changes; the log's intent, if there was one, is settled at the next start. The
/// terminal's prompt gives the terminal back first (`openpass-auth-passphrase`); a
/// system's dialog goes with the process. All else that is said here holds.
#[derive(Debug)]
pub struct Contained {
    inner: Arc<dyn Authenticator>,
}

impl Contained {
    /// Holds `inner` to its challenges.
    #[must_use]
    pub fn new(inner: Arc<dyn Authenticator>) -> Self {
        Self { inner }
    }

    fn held_to(&self, challenge: &Challenge, evidence: Evidence) -> Result<Evidence, AuthError> {
        if !evidence.answers(challenge) {
            return Err(self.broke("answered another challenge"));
        }
        let factor = evidence.factor();
        self.may_claim(challenge, factor)?;
        if challenge.signed_only().contains(factor) && evidence.signature().is_none() {
            return Err(self.broke("did not sign where only a signed answer counts"));
        }
        Ok(evidence.noted(self.name()))
    }

    fn may_claim(&self, challenge: &Challenge, factor: Factor) -> Result<(), AuthError> {
        if !self.factors().contains(factor) {
            return Err(self.broke("claimed a factor that it does not declare"));
        }
        if !challenge.accepts().contains(factor) {
            return Err(self.broke("claimed a factor that the challenge does not accept"));
        }
        Ok(())
    }

    fn broke(&self, how: &str) -> AuthError {
        BackendError::new(format!("the authenticator {} {how}", self.name())).into()
    }
}

#[async_trait]
impl Authenticator for Contained {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn factors(&self) -> FactorSet {
        self.inner.factors()
    }

    fn places(&self, challenge: &Challenge) -> Vec<PromptPlace> {
        let places = AssertUnwindSafe(|| self.inner.places(challenge));
        // One that breaks here is alone: it may show its prompt anywhere.
        catch_unwind(places).unwrap_or_else(|_| vec![PromptPlace::anywhere()])
    }

    fn available(&self) -> Result<(), Unavailable> {
        self.inner.available()
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        challenge.still_open()?;
        if self.factors().intersection(challenge.accepts()).is_empty() {
            return Err(Unavailable::FactorNotAccepted.into());
        }
        // Inside the future, so that a panic before the first await is caught.
        let asking = async { self.inner.authenticate(challenge).await };
        match contain(challenge, self.name(), asking).await {
            Ok(evidence) => self.held_to(challenge, evidence),
            Err(AuthError::Rejected { factor }) => {
                self.may_claim(challenge, factor)?;
                Err(AuthError::Rejected { factor })
            }
            Err(error) => Err(error),
        }
    }
}
