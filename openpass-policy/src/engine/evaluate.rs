//! One evaluation: policies, a request, and what Cedar answers.

use cedar_policy::{AuthorizationError, Authorizer, Decision, Entities, PolicySet, Request};

use super::policy_id;
use crate::{Denial, PolicyId};

/// The result for a request with one factor, signed or not.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Evaluated {
    Allowed(Vec<PolicyId>),
    Refused(Vec<PolicyId>),
}

/// The answer of some of the policies that decide together.
#[derive(Default)]
pub(super) struct Answer {
    /// The satisfied permits, where no forbid is satisfied.
    permits: Vec<PolicyId>,
    /// The satisfied forbids.
    forbids: Vec<PolicyId>,
    /// The policies that could not be evaluated.
    failed: Vec<PolicyId>,
}

impl Answer {
    pub(super) fn of(policies: &PolicySet, request: &Request, entities: &Entities) -> Self {
        let response = Authorizer::new().is_authorized(request, policies, entities);
        let diagnostics = response.diagnostics();
        let reasons = diagnostics.reason().map(policy_id).collect();
        let (permits, forbids) = match response.decision() {
            Decision::Allow => (reasons, Vec::new()),
            Decision::Deny => (Vec::new(), reasons),
        };
        let failed = diagnostics.errors().map(|error| match error {
            AuthorizationError::PolicyEvaluationError(error) => policy_id(error.policy_id()),
        });
        Self {
            permits,
            forbids,
            failed: failed.collect(),
        }
    }

    /// The answer of both parts together, as Cedar gives it of all of their policies: a
    /// forbid overrides every permit, of whichever part.
    ///
    /// INVARIANT: an evaluation with any error is a refusal. Cedar skips a
    /// policy that errors, a forbid too, and may then say Allow.
    pub(super) fn together_with(self, other: &Self) -> Result<Evaluated, Denial> {
        let both = |mut one: Vec<PolicyId>, other: &[PolicyId]| {
            one.extend_from_slice(other);
            one.sort();
            one
        };
        let failed = both(self.failed, &other.failed);
        if !failed.is_empty() {
            return Err(Denial::PolicyErrors { policies: failed });
        }
        let forbids = both(self.forbids, &other.forbids);
        let permits = both(self.permits, &other.permits);
        Ok(match forbids.is_empty() && !permits.is_empty() {
            true => Evaluated::Allowed(permits),
            false => Evaluated::Refused(forbids),
        })
    }
}

#[cfg(test)]
mod tests;
