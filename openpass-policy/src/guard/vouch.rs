//! Finds who vouches for an operation: nobody, a setting, a y/N, or a person with a
//! proof.

use openpass_auth::{AuthError, Challenge, Confirmation, Factor, FactorSet, contain};

use super::{Approval, Guard, turn::Turn};
use crate::{AuthFactor, Authentication, Decision, Operation, Refusal, challenge::challenge};

/// The factor and the proof that vouched for an operation.
pub(super) struct Vouched {
    pub(super) factor: AuthFactor,
    pub(super) authenticator: Option<&'static str>,
    pub(super) reference: Option<String>,
    pub(super) approval: Option<Approval>,
}

/// The factors to ask for, and those among them that count only with a signature.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    pub(super) accepts: FactorSet,
    pub(super) signed_only: FactorSet,
}

/// The guard whose challenge a person is asked to sign.
#[derive(Debug, Clone, Copy)]
pub(super) enum OfWhom {
    /// This guard's own, with a nonce that it draws.
    Own,
    /// Another guard's, which waits for the signature.
    #[cfg_attr(
        not(feature = "approvals"),
        expect(dead_code, reason = "nothing is signed")
    )]
    Another {
        /// The nonce of its challenge.
        nonce: [u8; 32],
    },
}

impl Vouched {
    /// As policy sees it. A signature that does not hold never gets here.
    pub(super) const fn authentication(&self) -> Authentication {
        match self.approval {
            Some(_) => Authentication::signed(self.factor),
            None => Authentication::unsigned(self.factor),
        }
    }

    /// Lets a factor vouch that proves nothing, hence against no reference.
    const fn without_proof(factor: AuthFactor, authenticator: Option<&'static str>) -> Self {
        Self {
            factor,
            authenticator,
            reference: None,
            approval: None,
        }
    }
}

impl Guard {
    pub(super) async fn vouch(
        &self,
        operation: &Operation,
        decision: &Decision,
    ) -> Result<Vouched, Refusal> {
        match decision {
            Decision::Deny(denial) => Err(denial.clone().into()),
            Decision::Allow { .. } => self
                .be_courteous(operation)
                .await
                .map_err(Refusal::NotAuthenticated),
            Decision::RequireBiometry {
                accepts,
                signed_only,
                ..
            } => self
                .step_up(operation, self.askable(*accepts, *signed_only))
                .await
                .map_err(Refusal::NotAuthenticated),
        }
    }

    /// A change that policy allows as it is, after a y/N where the host wants
    /// one. Looking is never asked for.
    async fn be_courteous(&self, operation: &Operation) -> Result<Vouched, AuthError> {
        if let Some(confirmation) = &self.courtesy
            && !operation.changes().is_empty()
        {
            self.yes_or_no(operation, confirmation.as_ref()).await?;
        }
        Ok(Vouched::without_proof(AuthFactor::None, None))
    }

    /// Returns the factors to ask for. A factor that counts only signed is left out
    /// where nothing could sign it.
    pub(super) fn askable(&self, accepts: FactorSet, signed_only: FactorSet) -> Asked {
        let signed_only = match self.signatures_alone {
            true => accepts,
            false => signed_only,
        };
        let askable = |factor: &Factor| {
            !signed_only.contains(*factor) || self.can_be_signed().contains(*factor)
        };
        let accepts: FactorSet = accepts.iter().filter(askable).collect();
        let signed_only = signed_only.intersection(accepts);
        Asked {
            accepts,
            signed_only,
        }
    }

    /// Has a person vouch for `operation`, or a setting that lets it pass.
    async fn step_up(&self, operation: &Operation, asked: Asked) -> Result<Vouched, AuthError> {
        if self.signatures_alone {
            return self.ask(operation, asked).await;
        }
        if self.may_waive && self.takes(operation, AuthFactor::Waived) {
            return Ok(Vouched::without_proof(AuthFactor::Waived, None));
        }
        match &self.confirmation {
            Some(confirmation) if self.takes(operation, AuthFactor::Confirm) => {
                self.confirm(operation, confirmation.as_ref()).await
            }
            _ => self.ask(operation, asked).await,
        }
    }

    fn takes(&self, operation: &Operation, factor: AuthFactor) -> bool {
        self.engine().decide_with(operation, factor).is_ok()
    }

    async fn confirm(
        &self,
        operation: &Operation,
        confirmation: &dyn Confirmation,
    ) -> Result<Vouched, AuthError> {
        self.yes_or_no(operation, confirmation).await?;
        Ok(Vouched::without_proof(
            AuthFactor::Confirm,
            Some("confirmation"),
        ))
    }

    async fn yes_or_no(
        &self,
        operation: &Operation,
        confirmation: &dyn Confirmation,
    ) -> Result<(), AuthError> {
        let challenge = self.challenge(operation, FactorSet::EMPTY);
        let _turn = Turn::of(&challenge, confirmation.places(&challenge)).await?;
        let asking = async { confirmation.confirm(&challenge).await };
        contain(&challenge, "the confirmation", asking).await
    }

    pub(super) fn challenge(&self, operation: &Operation, accepts: FactorSet) -> Challenge {
        let engine = self.engine();
        challenge(operation, &engine, &self.notices, accepts, self.timeout)
    }
}
