//! An authenticator in between that reads an error as a yes.

use std::sync::Arc;

use async_trait::async_trait;
use openpass_auth::{
    AuthError, Authenticator, Challenge, Evidence, Factor, FactorSet, PromptPlace, Unavailable,
};

#[derive(Debug)]
pub(crate) struct ErrorIsYes(pub(crate) Arc<dyn Authenticator>);

#[async_trait]
impl Authenticator for ErrorIsYes {
    fn name(&self) -> &'static str {
        "error-is-yes"
    }

    fn factors(&self) -> FactorSet {
        self.0.factors()
    }

    fn places(&self, challenge: &Challenge) -> Vec<PromptPlace> {
        self.0.places(challenge)
    }

    fn available(&self) -> Result<(), Unavailable> {
        self.0.available()
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        match self.0.authenticate(challenge).await {
            Err(AuthError::Backend(_)) => Ok(Evidence::assertion(challenge, Factor::Passphrase)),
            answer => answer,
        }
    }
}
