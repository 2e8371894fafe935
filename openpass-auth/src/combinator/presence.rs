//! A person who proves that they are here has acted.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    AttemptStore, AuthError, Authenticator, Blocking, Challenge, Evidence, FactorSet, PromptPlace,
    Unavailable,
};

/// Makes what agents' prompts came to forgotten once a person gives a proof,
/// and the dialogs that the person declined.
///
/// Wrap all that asks for a person's own commands, the terminal too. It holds
/// nobody back and counts nothing.
///
/// # Errors
///
/// Those of what it wraps. That the proof cannot be noted is an
/// [`AuthError::Backend`], so that a yes and what is remembered of it agree.
#[derive(Debug)]
pub struct Presence<A: ?Sized> {
    store: Arc<dyn AttemptStore>,
    inner: Arc<A>,
}

impl<A: ?Sized> Presence<A> {
    /// Notes the proofs that `inner` gives, in `store`.
    #[must_use]
    pub fn new(inner: Arc<A>, store: Arc<dyn AttemptStore>) -> Self {
        Self { store, inner }
    }
}

#[async_trait]
impl<A: Authenticator + ?Sized> Authenticator for Presence<A> {
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
        if super::counts(&evidence, challenge) {
            let store = Arc::clone(&self.store);
            let note = move || store.update(&mut |attempts| attempts.a_person_proved());
            Blocking::start("openpass-counts", note)?.await??;
        }
        Ok(evidence)
    }
}
