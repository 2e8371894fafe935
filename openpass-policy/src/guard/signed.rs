//! Approvers' signatures: what they sign, and whether they hold.

use std::sync::Arc;

use openpass_approval::{Approval, Approvers};
use openpass_auth::{AuthError, BackendError, Binding, Challenge, Evidence, FactorSet};

use super::{Guard, OfWhom};
use crate::Operation;

impl Guard {
    /// Takes the signatures of `approvers`, and of nobody else.
    ///
    /// Each question then says what is to be signed: the operation's digest, the seals of
    /// the approved state before and after ([`Operation::sealed`]), and a
    /// nonce that the operating system draws for it. Evidence that is signed counts only if the
    /// signature holds ([`Approvers::verify`]); evidence that is not counts as before,
    /// where policy takes it unsigned.
    ///
    /// The approvers are of one place, by its id. A host keeps both, and makes a guard anew
    /// when they change.
    ///
    /// ```
    /// use openpass_approval::{Approvers, read_key_set};
    /// use openpass_auth::FirstAvailable;
    /// use openpass_policy::{Guard, MemorySink, PolicyEngine};
    ///
    /// # let (keys, id) = (br#"{"keys": []}"#, [7; 16]);
    /// # let phones = FirstAvailable::new(Vec::new());
    /// let approvers = read_key_set(keys)?
    ///     .into_iter()
    ///     .fold(Approvers::of(id), Approvers::with);
    /// let guard = Guard::new(PolicyEngine::shipped()?, phones, MemorySink::new())
    ///     .with_approvers(approvers);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_approvers(mut self, approvers: impl Into<Arc<Approvers>>) -> Self {
        self.approvers = approvers.into();
        self
    }

    /// Takes every proof only with an approver's signature, and neither a y/N nor a waiver
    /// in its place: for a host that keeps what was approved, and wants nothing there that
    /// a program could have written by itself.
    ///
    /// What policy allows without a proof is allowed as before. Policy can ask the same for
    /// some operations, by `context.authentication.approver`.
    #[must_use]
    pub const fn with_signatures_alone(mut self) -> Self {
        self.signatures_alone = true;
        self
    }

    /// The factors for which a signature could count.
    pub(super) fn can_be_signed(&self) -> FactorSet {
        self.approvers.factors()
    }

    /// `challenge`, with what an approver is to sign.
    ///
    /// INVARIANT (20): without a fresh nonce there is no question, so that no signature
    /// serves twice.
    pub(super) fn bound(
        &self,
        challenge: Challenge,
        operation: &Operation,
        of_whom: OfWhom,
    ) -> Result<Challenge, AuthError> {
        let Some(scope) = self.approvers.scope() else {
            return Ok(challenge);
        };
        let nonce = match of_whom {
            OfWhom::Own => fresh_nonce()?,
            OfWhom::Another { nonce } => nonce,
        };
        let mut binding = Binding::new(*operation.digest().as_bytes(), nonce).within(*scope);
        if let Some(seals) = operation.seals() {
            binding = binding.between(seals.before, seals.after);
        }
        Ok(challenge.bound_to(binding, self.approvers.factors()))
    }

    /// The approval that `evidence` carries, if it carries one.
    ///
    /// INVARIANT (20, fail closed): a signature that does not hold makes the evidence
    /// worth nothing, also where it would have counted unsigned.
    pub(super) fn verified(
        &self,
        challenge: &Challenge,
        evidence: &Evidence,
    ) -> Result<Option<Approval>, AuthError> {
        let Some(assertion) = evidence.signature() else {
            return Ok(None);
        };
        let unasked = || BackendError::new("the answer is signed, and nothing was to be signed");
        let factor = evidence.factor();
        let binding = challenge.binding_for(factor).ok_or_else(unasked)?;
        let verified = self.approvers.verify(binding, factor, assertion);
        let refused = |error| {
            BackendError::caused_by(
                format!("the answer is not signed as it must be: {error}"),
                error,
            )
        };
        Ok(Some(verified.map_err(refused)?))
    }
}

fn fresh_nonce() -> Result<[u8; 32], AuthError> {
    let mut nonce = [0; 32];
    getrandom::fill(&mut nonce).map_err(|_| {
        BackendError::new("the operating system gave no random bytes for the question")
    })?;
    Ok(nonce)
}
