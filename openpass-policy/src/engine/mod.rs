//! The policy decision point (PDP). Only this folder names Cedar.

mod builder;
mod encode;
mod extend;
mod index;
mod limits;
mod load;
mod narrow;
#[cfg(feature = "author")]
mod scope;
mod shape;
mod source;
mod stack;
#[cfg(feature = "author")]
mod tools;
mod validate;

use core::fmt;
#[cfg(feature = "author")]
use std::collections::BTreeSet;

use cedar_policy::{Authorizer, Decision as CedarDecision, Entities, PolicySet, Schema};
use openpass_auth::{Factor, FactorSet};

use crate::{AuthFactor, Decision, Denial, Operation, PolicyId, PolicyLoadError};
use index::Index;

pub use builder::EngineBuilder;
pub use index::PolicyInfo;
pub use source::PolicySource;

/// Decides whether an operation may run, and what must be proved first.
///
/// It holds the shipped guards and default permits, and a user's own policies
/// behind them. Those decide on everything but
/// [repair](crate::Action::is_repair) by the person at the command line, which
/// the shipped policies decide alone. It is pure: no clock, no file, no state.
#[derive(Clone)]
pub struct PolicyEngine {
    authorizer: Authorizer,
    schema: Schema,
    policies: PolicySet,
    /// The shipped policies alone: they decide on repair.
    shipped: PolicySet,
    actions: Entities,
    index: Index,
    /// The policies of a user's own that look at the time of day.
    need_time: Vec<PolicyId>,
    /// The policies of a user's own that compute something, and so may fail.
    #[cfg(feature = "author")]
    may_fail: BTreeSet<PolicyId>,
    /// How deep the deepest policy nests.
    levels: usize,
}

impl fmt::Debug for PolicyEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicyEngine")
            .field("policies", &self.policies.policies().count())
            .finish_non_exhaustive()
    }
}

/// What one evaluation, with one factor, came to.
enum Evaluated {
    Allowed(Vec<PolicyId>),
    Refused(Vec<PolicyId>),
}

impl PolicyEngine {
    /// The shipped guards and default permits alone.
    ///
    /// # Errors
    ///
    /// None in a binary whose tests pass: the shipped files are part of it.
    pub fn shipped() -> Result<Self, PolicyLoadError> {
        Self::with_policies(&[])
    }

    /// The shipped guards and default permits, and a user's own policies.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with any of the files. Never a part of the
    /// policies.
    pub fn with_policies(own: &[PolicySource]) -> Result<Self, PolicyLoadError> {
        Self::builder().policies(own).build()
    }

    /// An engine with more than that: a host's own actions.
    #[must_use]
    pub fn builder() -> EngineBuilder {
        EngineBuilder::default()
    }

    /// Every policy that is in force, by id.
    pub fn policies(&self) -> impl Iterator<Item = &PolicyInfo> {
        self.index.values()
    }

    /// The policy with this id.
    #[must_use]
    pub fn policy(&self, id: &PolicyId) -> Option<&PolicyInfo> {
        self.index.get(id)
    }

    #[cfg(feature = "verify")]
    pub(crate) const fn schema(&self) -> &Schema {
        &self.schema
    }

    #[cfg(feature = "verify")]
    pub(crate) const fn cedar(&self) -> &PolicySet {
        &self.policies
    }

    /// An engine with other policies under the same ids: a mutant, to be
    /// refuted.
    #[cfg(all(test, feature = "verify"))]
    pub(crate) fn with_cedar(&self, policies: PolicySet) -> Self {
        Self {
            shipped: policies.clone(),
            policies,
            ..self.clone()
        }
    }

    pub(crate) const fn needs_time(&self) -> bool {
        !self.need_time.is_empty()
    }

    /// The policies of a user's own that look at the time of day: what they
    /// decide at one time says nothing of another.
    #[must_use]
    pub fn looking_at_the_time(&self) -> &[PolicyId] {
        &self.need_time
    }

    /// Decides on `operation`.
    ///
    /// Policy is asked as if nobody had answered, then as if biometry, and as
    /// if the passphrase, had just been given. This is policy alone: what can
    /// be asked on this machine is the authenticators' matter.
    pub fn decide(&self, operation: &Operation) -> Decision {
        stack::for_levels(self.levels, || self.three_way(operation)).unwrap_or_else(Decision::Deny)
    }

    /// Whether `operation` may run now that `factor` was given. This, after
    /// the prompt, is the only yes that counts.
    ///
    /// # Errors
    ///
    /// Why it may not.
    pub fn decide_with(
        &self,
        operation: &Operation,
        factor: AuthFactor,
    ) -> Result<Vec<PolicyId>, Denial> {
        stack::for_levels(self.levels, || {
            let request = encode::Encoded::new(self, operation)?;
            match self.evaluate(&request, factor)? {
                Evaluated::Allowed(policies) => Ok(policies),
                Evaluated::Refused(policies) => Err(denial(policies)),
            }
        })
    }

    fn three_way(&self, operation: &Operation) -> Result<Decision, Denial> {
        let request = encode::Encoded::new(self, operation)?;
        let in_the_way = match self.evaluate(&request, AuthFactor::None)? {
            Evaluated::Allowed(policies) => return Ok(Decision::Allow { policies }),
            Evaluated::Refused(policies) => policies,
        };
        let mut accepts = FactorSet::EMPTY;
        let mut strongest = None;
        for factor in Factor::ALL {
            match self.evaluate(&request, factor.into())? {
                Evaluated::Allowed(_) => accepts = accepts.union(FactorSet::only(factor)),
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
            policies: in_the_way,
        })
    }

    // INVARIANT: an evaluation with any error is a refusal. Cedar skips a
    // policy that errors, a forbid too, and may then say Allow.
    fn evaluate(&self, encoded: &encode::Encoded, factor: AuthFactor) -> Result<Evaluated, Denial> {
        let request = encoded.request(self, factor)?;
        let policies = match encoded.own_policies {
            true => &self.policies,
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

fn policy_id(id: &cedar_policy::PolicyId) -> PolicyId {
    let text: &str = id.as_ref();
    PolicyId::new(text)
}

fn denial(policies: Vec<PolicyId>) -> Denial {
    if policies.is_empty() {
        Denial::NotPermitted
    } else {
        Denial::Forbidden { policies }
    }
}

#[cfg(test)]
mod catalogue_tests;
