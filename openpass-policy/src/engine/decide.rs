//! Decisions.

use cedar_policy::{Decision as CedarDecision, PolicySet};
use openpass_auth::FactorSet;

use super::{PolicyEngine, encode, policy_id, stack};
use crate::{AuthFactor, Authentication, Decision, Denial, Operation, PolicyId};

/// The result of one evaluation, with one factor, signed or not.
enum Evaluated {
    Allowed(Vec<PolicyId>),
    Refused(Vec<PolicyId>),
}

impl PolicyEngine {
    /// Decides on `operation`.
    ///
    /// Policy is asked as if nobody had answered, then as if each factor had just been
    /// given that [can be asked for](Self::factors): as it is, and where that is not
    /// enough, signed by an approver. This is policy alone: what can
    /// be asked on this machine is the authenticators' matter. Of an operation that
    /// [comes to](Operation::coming_to) others, the strictest answer counts.
    pub fn decide(&self, operation: &Operation) -> Decision {
        let decided = stack::for_levels(self.levels, || {
            let each = whole_and_parts(operation).map(|operation| {
                let request = encode::encoded(self, operation)?;
                let policies = self.policies.slice(request.addressed());
                self.three_way(&request, &policies)
            });
            each.reduce(|one, other| one?.and(other?))
                .unwrap_or(Err(Denial::NotPermitted))
        });
        decided.unwrap_or_else(Decision::Deny)
    }

    /// Whether `operation` may run now that a factor was given, signed by an approver
    /// or not; an [`AuthFactor`] alone is not signed. This, after the prompt, is the
    /// only yes that counts.
    ///
    /// # Errors
    ///
    /// Why it may not.
    pub fn decide_with(
        &self,
        operation: &Operation,
        given: impl Into<Authentication>,
    ) -> Result<Vec<PolicyId>, Denial> {
        let given = given.into();
        stack::for_levels(self.levels, || {
            let mut all = Vec::new();
            for operation in whole_and_parts(operation) {
                let request = encode::encoded(self, operation)?;
                let policies = self.policies.slice(request.addressed());
                all.extend(self.suffices(&request, given, &policies)?);
            }
            all.sort();
            all.dedup();
            Ok(all)
        })
    }

    pub(super) fn suffices(
        &self,
        request: &encode::Encoded,
        given: Authentication,
        own_and_shipped: &PolicySet,
    ) -> Result<Vec<PolicyId>, Denial> {
        // INVARIANT: what no prompt may ask for vouches for nothing.
        if !self.can_have(given.factor()) {
            return Err(Denial::NotPermitted);
        }
        match self.evaluate(request, given, own_and_shipped)? {
            Evaluated::Allowed(policies) => Ok(policies),
            Evaluated::Refused(policies) => Err(denial(policies)),
        }
    }

    pub(super) fn three_way(
        &self,
        request: &encode::Encoded,
        own_and_shipped: &PolicySet,
    ) -> Result<Decision, Denial> {
        let in_the_way = match self.evaluate(request, AuthFactor::None.into(), own_and_shipped)? {
            Evaluated::Allowed(policies) => return Ok(Decision::Allow { policies }),
            Evaluated::Refused(policies) => policies,
        };
        let (mut accepts, mut signed_only) = (FactorSet::EMPTY, FactorSet::EMPTY);
        let mut strongest = None;
        for factor in self.factors.iter() {
            let unsigned = Authentication::from(factor);
            let signed = Authentication::signed(factor.into());
            let mut evaluated = self.evaluate(request, unsigned, own_and_shipped)?;
            if matches!(evaluated, Evaluated::Refused(_)) && signed.is_signed() {
                evaluated = self.evaluate(request, signed, own_and_shipped)?;
                if matches!(evaluated, Evaluated::Allowed(_)) {
                    signed_only = signed_only.with(factor);
                }
            }
            match evaluated {
                Evaluated::Allowed(_) => accepts = accepts.with(factor),
                Evaluated::Refused(policies) => {
                    strongest.get_or_insert(policies);
                }
            }
        }
        if accepts.is_empty() {
            return Err(denial(strongest.unwrap_or_default()));
        }
        Ok(Decision::RequireBiometry {
            accepts,
            signed_only,
            policies: in_the_way,
        })
    }

    // INVARIANT: an evaluation with any error is a refusal. Cedar skips a
    // policy that errors, a forbid too, and may then say Allow.
    fn evaluate(
        &self,
        encoded: &encode::Encoded,
        given: Authentication,
        own_and_shipped: &PolicySet,
    ) -> Result<Evaluated, Denial> {
        let request = encoded.request(self, given)?;
        let policies = match encoded.own_policies {
            true => own_and_shipped,
            false => &self.shipped,
        };
        let response = self
            .authorizer
            .is_authorized(&request, policies, encoded.entities());
        let diagnostics = response.diagnostics();
        let mut errors: Vec<PolicyId> = diagnostics
            .errors()
            .map(|error| match error {
                cedar_policy::AuthorizationError::PolicyEvaluationError(e) => {
                    policy_id(e.policy_id())
                }
            })
            .collect();
        if !errors.is_empty() {
            errors.sort();
            return Err(Denial::PolicyErrors { policies: errors });
        }
        let mut policies: Vec<PolicyId> = diagnostics.reason().map(policy_id).collect();
        policies.sort();
        Ok(match response.decision() {
            CedarDecision::Allow => Evaluated::Allowed(policies),
            CedarDecision::Deny => Evaluated::Refused(policies),
        })
    }
}

/// The operation, and all that it comes to.
pub(super) fn whole_and_parts(operation: &Operation) -> impl Iterator<Item = &Operation> {
    core::iter::once(operation).chain(operation.parts())
}

fn denial(policies: Vec<PolicyId>) -> Denial {
    if policies.is_empty() {
        Denial::NotPermitted
    } else {
        Denial::Forbidden { policies }
    }
}
