//! Who answers.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use openpass_auth::{
    AuthError, Authenticator, Challenge, Evidence, Factor, FactorSet, Unavailable,
};

/// Reads the question, and says yes with the strongest factor that is accepted.
#[derive(Debug, Default, Clone)]
pub(crate) struct Reads {
    questions: Arc<Mutex<Vec<String>>>,
}

impl Reads {
    /// Every question so far: what is to happen, who asks, and the details.
    pub(crate) fn questions(&self) -> Vec<String> {
        self.questions.lock().unwrap().clone()
    }
}

#[async_trait]
impl Authenticator for Reads {
    fn name(&self) -> &'static str {
        "reads"
    }
    fn factors(&self) -> FactorSet {
        FactorSet::from_iter(Factor::ALL)
    }
    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }
    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        let details = challenge.details();
        let question = format!("{}\n{details:?}", challenge.statement());
        self.questions.lock().unwrap().push(question);
        let factor = challenge.accepts().iter().next().unwrap();
        Ok(Evidence::assertion(challenge, factor))
    }
}
