//! Asks for Touch ID through LAContext; elsewhere it answers Unavailable.
#![forbid(unsafe_code)]

use async_trait::async_trait;
use openpass_auth::{
    AuthError, Authenticator, Challenge, Evidence, Factor, FactorSet, Unavailable,
};

/// Touch ID. So far it answers [`Unavailable::NotSupported`] on every system,
/// so that hosts are written once.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct BiometricAuthenticator {}

impl BiometricAuthenticator {
    /// An authenticator that asks for Touch ID.
    #[must_use]
    pub const fn new() -> Self {
        Self {}
    }
}

#[async_trait]
impl Authenticator for BiometricAuthenticator {
    fn name(&self) -> &'static str {
        "touch-id"
    }

    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::Biometry)
    }

    fn available(&self) -> Result<(), Unavailable> {
        Err(Unavailable::NotSupported)
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        challenge.admits(Factor::Biometry)?;
        Err(Unavailable::NotSupported.into())
    }
}
