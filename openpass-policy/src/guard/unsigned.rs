//! A build that takes no approvers' signatures.

use openpass_auth::{AuthError, BackendError, Challenge, Evidence, FactorSet};

use super::{Guard, OfWhom};
use crate::Operation;

/// There is none without the feature `approvals`.
#[derive(Debug, Clone)]
pub(crate) enum Approval {}

impl Guard {
    pub(super) const fn can_be_signed(&self) -> FactorSet {
        FactorSet::EMPTY
    }

    pub(super) fn bound(
        &self,
        challenge: Challenge,
        _: &Operation,
        _: OfWhom,
    ) -> Result<Challenge, AuthError> {
        Ok(challenge)
    }

    /// INVARIANT (20, fail closed): what cannot be verified counts for nothing.
    pub(super) fn verified(
        &self,
        _: &Challenge,
        evidence: &Evidence,
    ) -> Result<Option<Approval>, AuthError> {
        match evidence.signature() {
            None => Ok(None),
            Some(_) => Err(BackendError::new(
                "the answer is signed, and this program was built without what verifies it",
            )
            .into()),
        }
    }
}
