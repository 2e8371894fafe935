//! A person here, asked about an operation that another guard is waiting to grant.

use std::sync::Arc;

use openpass_auth::{Assertion, AuthError, Factor, Unavailable};

use super::{CalledOff, Case, Guard, OfWhom, vouch::Asked};
use crate::{Decision, Operation, Refusal};

/// An approver's signature for another guard's challenge. It grants nothing here.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignedElsewhere {
    /// The factor that the person proved with.
    pub factor: Factor,
    /// The signature, for the guard that waits to verify.
    pub assertion: Assertion,
}

impl SignedElsewhere {
    /// The signature `assertion` by `factor`, as it came from another process.
    #[must_use]
    pub const fn new(factor: Factor, assertion: Assertion) -> Self {
        Self { factor, assertion }
    }
}

impl Guard {
    /// Asks a person here about `operation`, which a guard elsewhere wants a signature for,
    /// and returns that signature. `nonce` is that of the other guard's challenge.
    ///
    /// This guard has to be of the same place as the other
    /// ([`with_approvers`](Self::with_approvers)), and `operation` has to be worked out here:
    /// the person is shown what this process knows, and signs its digest. Where that is not
    /// the operation that the other guard asks about, the signature does not hold there.
    ///
    /// No grant and no intent come of it: the guard that waits logs both. A refusal is put on
    /// this guard's log.
    ///
    /// # Cancellation
    ///
    /// Dropping the future dismisses the prompt; nothing was signed.
    ///
    /// # Errors
    ///
    /// [`Refusal`]: policy says no, or asks for no proof that could be signed; nobody
    /// answered; or none of the approvers could sign.
    pub async fn sign_for(
        &self,
        operation: Operation,
        nonce: [u8; 32],
    ) -> Result<SignedElsewhere, Refusal> {
        let case = Arc::new(Case {
            decision: self.engine().decide(&operation),
            operation: Arc::new(operation),
            audit: Arc::clone(&self.audit),
        });
        let called_off = CalledOff::armed(Arc::clone(&case));
        match self.signed_for(&case, nonce).await {
            Ok(signed) => {
                called_off.disarm();
                Ok(signed)
            }
            Err(refusal) => {
                let logged = case.refuse(refusal.to_string());
                called_off.disarm();
                Err(refusal.or_unlogged(logged.await))
            }
        }
    }

    async fn signed_for(&self, case: &Case, nonce: [u8; 32]) -> Result<SignedElsewhere, Refusal> {
        let accepts = match &case.decision {
            Decision::Deny(denial) => return Err(denial.clone().into()),
            Decision::RequireBiometry { accepts, .. } => *accepts,
            // The guard that waits would not have asked.
            Decision::Allow { .. } => {
                return Err(Refusal::NotAuthenticated(
                    Unavailable::FactorNotAccepted.into(),
                ));
            }
        };
        let signable = accepts.intersection(self.can_be_signed());
        let asked = Asked {
            accepts: signable,
            signed_only: signable,
        };
        let signed = self
            .ask_as(&case.operation, asked, OfWhom::Another { nonce })
            .await;
        let (vouched, evidence) = signed.map_err(Refusal::NotAuthenticated)?;
        // INVARIANT (15): the policies that are in force now take it, signed as it is.
        self.engine()
            .decide_with(&case.operation, vouched.authentication())?;
        match evidence.signature() {
            Some(assertion) => Ok(SignedElsewhere {
                factor: evidence.factor(),
                assertion: assertion.clone(),
            }),
            None => Err(Refusal::NotAuthenticated(AuthError::from(
                Unavailable::NoApprover,
            ))),
        }
    }
}
