//! Decisions.

use openpass_auth::FactorSet;

use super::{
    PolicyEngine,
    deciding::Deciding,
    encode,
    evaluate::{Answer, Evaluated},
    stack,
};
use crate::{AuthFactor, Authentication, Decision, Denial, Operation, PolicyId};

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
        own_and_shipped: &Deciding,
    ) -> Result<Vec<PolicyId>, Denial> {
        // INVARIANT: what no prompt may ask for vouches for nothing.
        if !self.can_have(given.factor()) {
            return Err(Denial::NotPermitted);
        }
        let policies = self.that_decide(request, own_and_shipped);
        let once = self.answer_once(request, given, policies)?;
        match self.evaluate(request, given, policies, &once)? {
            Evaluated::Allowed(policies) => Ok(policies),
            Evaluated::Refused(policies) => Err(denial(policies)),
        }
    }

    pub(super) fn three_way(
        &self,
        request: &encode::Encoded,
        own_and_shipped: &Deciding,
    ) -> Result<Decision, Denial> {
        let all = self.that_decide(request, own_and_shipped);
        let once = self.answer_once(request, AuthFactor::None.into(), all)?;
        let evaluate = |given| self.evaluate(request, given, all, &once);
        let in_the_way = match evaluate(AuthFactor::None.into())? {
            Evaluated::Allowed(policies) => return Ok(Decision::Allow { policies }),
            Evaluated::Refused(policies) => policies,
        };
        let (mut accepts, mut signed_only) = (FactorSet::EMPTY, FactorSet::EMPTY);
        let mut strongest = None;
        for factor in self.factors.iter() {
            let signed = Authentication::signed(factor.into());
            let mut evaluated = evaluate(factor.into())?;
            if matches!(evaluated, Evaluated::Refused(_)) && signed.is_signed() {
                evaluated = evaluate(signed)?;
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

    fn that_decide<'a>(
        &'a self,
        request: &encode::Encoded,
        own_and_shipped: &'a Deciding,
    ) -> &'a Deciding {
        match request.own_policies {
            true => own_and_shipped,
            false => &self.shipped,
        }
    }

    /// The answer of the policies that cannot tell one factor from another.
    fn answer_once(
        &self,
        request: &encode::Encoded,
        any: Authentication,
        policies: &Deciding,
    ) -> Result<Answer, Denial> {
        if policies.once.is_empty() {
            return Ok(Answer::default());
        }
        let asked = request.request(self, any)?;
        Ok(Answer::of(&policies.once, &asked, request.entities()))
    }

    fn evaluate(
        &self,
        request: &encode::Encoded,
        given: Authentication,
        policies: &Deciding,
        once: &Answer,
    ) -> Result<Evaluated, Denial> {
        let asked = request.request(self, given)?;
        Answer::of(&policies.each, &asked, request.entities()).together_with(once)
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
