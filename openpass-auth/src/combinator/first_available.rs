//! Try one authenticator after the other.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    AuthError, Authenticator, BackendError, Challenge, Evidence, FactorSet, PromptPlace, Tried,
    Unavailable,
};

/// Asks the first authenticator that can ask.
///
/// Only [`AuthError::Unavailable`] leads to the next one. A wrong answer, a
/// cancel, a lockout, a timeout or a fault ends the chain: a person who says no
/// to one dialog must not see further ones until they say yes.
#[derive(Debug)]
pub struct FirstAvailable {
    chain: Vec<Arc<dyn Authenticator>>,
}

impl FirstAvailable {
    /// Asks in the order of `chain`. An empty one is never available.
    #[must_use]
    pub fn new(chain: Vec<Arc<dyn Authenticator>>) -> Self {
        Self { chain }
    }
}

#[async_trait]
impl Authenticator for FirstAvailable {
    fn name(&self) -> &'static str {
        "first-available"
    }

    fn factors(&self) -> FactorSet {
        self.chain
            .iter()
            .fold(FactorSet::EMPTY, |set, link| set.union(link.factors()))
    }

    /// Returns the places of every authenticator of the chain that has a factor which
    /// `challenge` accepts. Which of them can ask is known only later.
    fn places(&self, challenge: &Challenge) -> Vec<PromptPlace> {
        let asked = self.chain.iter().filter(|link| {
            let both = link.factors().intersection(challenge.accepts());
            !both.is_empty()
        });
        asked.flat_map(|link| link.places(challenge)).collect()
    }

    fn available(&self) -> Result<(), Unavailable> {
        let mut tried = Vec::new();
        for link in &self.chain {
            match link.available() {
                Ok(()) => return Ok(()),
                Err(reason) => tried.push(Tried::new(link.name(), link.factors(), reason)),
            }
        }
        Err(Unavailable::Each(tried))
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        let mut tried = Vec::new();
        for link in &self.chain {
            challenge.still_open()?;
            match ask(link.as_ref(), challenge).await {
                Err(AuthError::Unavailable(reason)) => {
                    tried.push(Tried::new(link.name(), link.factors(), reason))
                }
                outcome => return outcome,
            }
        }
        Err(Unavailable::Each(tried).into())
    }
}

/// Asks one link, which may prove only what it declares.
async fn ask(link: &dyn Authenticator, challenge: &Challenge) -> Result<Evidence, AuthError> {
    let factors = link.factors();
    if factors.intersection(challenge.accepts()).is_empty() {
        return Err(Unavailable::FactorNotAccepted.into());
    }
    let outcome = link.authenticate(challenge).await;
    let claimed = match &outcome {
        Ok(evidence) => evidence.factor(),
        Err(AuthError::Rejected { factor }) => *factor,
        Err(_) => return outcome,
    };
    if !factors.contains(claimed) {
        return Err(BackendError::new(format!(
            "{} claimed {claimed}, which it does not declare",
            link.name()
        ))
        .into());
    }
    outcome.map(|evidence| evidence.noted(link.name()))
}
