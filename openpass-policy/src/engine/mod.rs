//! The policy decision point (PDP). Only this folder names Cedar.

mod advice;
mod builder;
mod decide;
mod deciding;
mod digest;
mod encode;
mod encoding;
mod evaluate;
mod expression;
mod extend;
mod index;
#[cfg(feature = "author")]
mod kinds;
mod limits;
#[cfg(feature = "author")]
mod literals;
mod load;
mod model;
mod narrow;
mod reach;
#[cfg(feature = "author")]
mod scope;
mod shape;
mod shipped;
#[cfg(feature = "author")]
mod shown;
mod sliced;
mod source;
mod stack;
#[cfg(feature = "author")]
mod tools;
mod validate;

use core::fmt;
use std::collections::BTreeSet;
#[cfg(feature = "author")]
use std::{collections::HashSet, sync::Arc};

#[cfg(feature = "author")]
use cedar_policy::Entities;
#[cfg(feature = "verify")]
use cedar_policy::PolicySet;
use cedar_policy::Schema;
use openpass_auth::{Factor, FactorSet};

use crate::{AuthFactor, Denial, Operation, OperationError, PolicyId, PolicyLoadError, Principal};
use deciding::Deciding;
use encode::{Known, Uids};
use index::Index;
use model::Model;
use sliced::Sliced;

pub use builder::EngineBuilder;
pub use digest::PoliciesDigest;
pub use index::PolicyInfo;
pub use source::PolicySource;
#[cfg(feature = "author")]
pub(crate) use {
    kinds::{OwnPolicy, RequestKind, uid, with_room},
    model::{Shape, Types},
};

#[cfg(feature = "author")]
pub(crate) use literals::Looks;
#[cfg(feature = "author")]
pub(crate) use scope::{Asked, Compared, Hits, Own, Side, Slice};

/// Decides whether an operation may run, and what must be proved first.
///
/// It holds the shipped guards and default permits, and a user's own policies
/// behind them. Those decide on everything but
/// [repair](crate::Action::is_repair) by the person at the command line, which
/// the shipped policies decide alone. It is pure: no clock, no file, no state.
#[derive(Clone)]
pub struct PolicyEngine {
    schema: Schema,
    policies: Sliced,
    /// The shipped policies alone: they decide on repair.
    shipped: Deciding,
    /// The policies that answer the same whatever vouches for an operation.
    #[cfg(feature = "author")]
    blind: Arc<HashSet<cedar_policy::PolicyId>>,
    /// Every action and group of the schema.
    #[cfg(feature = "author")]
    actions: Entities,
    uids: Uids,
    known: Known,
    /// A host's own types and actions.
    model: Model,
    /// The types of a host's principals that are persons.
    persons: Vec<String>,
    /// The factors that a prompt may ask for.
    factors: FactorSet,
    /// Attributes that some policy looks at.
    looked_at: BTreeSet<String>,
    digest: PoliciesDigest,
    index: Index,
    /// The policies of a user's own that look at the time of day.
    need_time: Vec<PolicyId>,
    /// The policies of a user's own that compute something, and so may fail.
    #[cfg(feature = "author")]
    may_fail: BTreeSet<PolicyId>,
    /// The host's declarations: its channels and its schema fragments.
    #[cfg(feature = "author")]
    declared: Arc<(Vec<String>, Vec<PolicySource>)>,
    /// For each policy of a user's own, what it looks at.
    #[cfg(feature = "author")]
    looks: literals::AllLooks,
    /// The number of levels of the policy that nests deepest.
    levels: usize,
}

impl fmt::Debug for PolicyEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicyEngine")
            .field("policies", &self.index.len())
            .finish_non_exhaustive()
    }
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
    pub(crate) fn cedar(&self) -> &PolicySet {
        self.policies.whole()
    }

    /// An engine with other policies under the same ids: a mutant, to be
    /// refuted.
    #[cfg(all(test, feature = "verify"))]
    pub(crate) fn with_cedar(&self, policies: PolicySet) -> Self {
        Self {
            policies: Sliced::new(policies.clone(), &self.actions, |_| false),
            shipped: Deciding::together(policies),
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

    /// Whether `operation` is whole: whether it fits the schema, with everything that
    /// this needs and nothing else. It says nothing of what policy decides.
    ///
    /// A host's unit tests call it: what it finds is a programmer's mistake. An
    /// operation of OpenPass's own is whole by its constructor.
    ///
    /// ```
    /// use openpass_policy::{Entity, Operation, PolicyEngine};
    ///
    /// let engine = PolicyEngine::builder()
    ///     .host(
    ///         "namespace Flags {
    ///              entity Person;
    ///              entity Flag;
    ///              action set appliesTo {
    ///                  principal: [Person], resource: [Flag], context: { percentAfter: Long }
    ///              };
    ///          }",
    ///     )
    ///     .build()?;
    /// let operation = Operation::new("Flags::set")
    ///     .by(Entity::new("Flags::Person", "ada"))
    ///     .on(Entity::new("Flags::Flag", "dark-mode"))
    ///     .with("percentAftr", 30);
    /// let error = engine.check(&operation).unwrap_err().to_string();
    /// assert!(error.starts_with(
    ///     "percentAftr is not in the context of Flags::set; it has percentAfter"
    /// ));
    /// # Ok::<(), openpass_policy::PolicyLoadError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, by name.
    pub fn check(&self, operation: &Operation) -> Result<(), OperationError> {
        let encoded = stack::for_levels(self.levels, || {
            let mut each = decide::whole_and_parts(operation);
            each.try_for_each(|operation| {
                let request = encode::encoded(self, operation)?;
                request.request(self, AuthFactor::None.into()).map(drop)
            })
        });
        match encoded {
            Err(Denial::InvalidRequest { problems: error }) => Err(error),
            // That no time is told is policy's matter.
            _ => Ok(()),
        }
    }

    pub(in crate::engine) fn fits(&self, operation: &Operation) -> Result<(), OperationError> {
        self.model.fits(operation)
    }

    /// Whether a person asks, in the word of policy.
    fn requester(&self, principal: &Principal) -> &'static str {
        let is_person = match principal {
            Principal::User => true,
            Principal::Agent(_) => false,
            Principal::Host(entity) => self.persons.iter().any(|it| it == entity.entity_type()),
        };
        if is_person { "person" } else { "agent" }
    }

    /// The digest of all that decides: schema, shipped policies and own ones, who is a
    /// person, and which factors can be asked for.
    #[must_use]
    pub const fn digest(&self) -> PoliciesDigest {
        self.digest
    }

    /// The factors that a prompt may ask for.
    #[must_use]
    pub const fn factors(&self) -> FactorSet {
        self.factors
    }

    /// Whether `factor` can vouch for anything here: it proves nothing by itself, or a
    /// prompt may ask for it.
    pub(crate) fn can_have(&self, factor: AuthFactor) -> bool {
        let mut proving = Factor::ALL.into_iter();
        let proving = proving.find(|it| AuthFactor::from(*it) == factor);
        proving.is_none_or(|it| self.factors.contains(it))
    }

    /// Whether some policy looks at an attribute of this name.
    pub(crate) fn looks_at(&self, attribute: &str) -> bool {
        self.looked_at.contains(attribute)
    }

    /// Whether some policy looks at a tag of this name.
    pub(crate) fn looks_at_tag(&self, tag: &str) -> bool {
        self.looks_at(tag) || self.looks_at(shape::ANY_TAG)
    }
}

fn policy_id(id: &cedar_policy::PolicyId) -> PolicyId {
    let text: &str = id.as_ref();
    PolicyId::new(text)
}

#[cfg(test)]
mod catalogue_tests;
