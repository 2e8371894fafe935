//! An engine, part by part.

use openpass_auth::{Factor, FactorSet};

use super::{PolicyEngine, PolicySource, digest, load};
use crate::{PoliciesDigest, PolicyLoadError, trace};

/// Builds a [`PolicyEngine`] from the shipped guards and default permits, a
/// host's own schema fragments, and own policies.
///
/// A host with an operation of its own, from declaration to grant:
///
/// ```
#[doc = include_str!("../../examples/own_operation.rs")]
/// ```
#[derive(Debug, Clone)]
pub struct EngineBuilder {
    pub(super) fragments: Vec<PolicySource>,
    pub(super) policies: Vec<PolicySource>,
    pub(super) persons: Vec<String>,
    pub(super) channels: Vec<String>,
    pub(super) factors: FactorSet,
}

impl Default for EngineBuilder {
    fn default() -> Self {
        Self {
            fragments: Vec::new(),
            policies: Vec::new(),
            persons: Vec::new(),
            channels: Vec::new(),
            factors: FactorSet::only(Factor::Biometry).with(Factor::Passphrase),
        }
    }
}

impl EngineBuilder {
    /// Adds principals, actions and entity types of the host's own: a schema fragment
    /// in Cedar's syntax.
    ///
    /// Its namespace is its own, never `OpenPass`. Its types can have everything that
    /// Cedar has: attributes of every type, parents, tags. An action's context declares
    /// what is its own; the common part (`OpenPass::Context`) is put in. What a host
    /// could not supply is refused by name.
    ///
    /// An action that is in none of the groups `routine`, `config`, `critical`,
    /// `guardrails` and `credentials` of OpenPass is put in `critical`. The guards hold
    /// for all of them, no matter who asks. The default permits let `OpenPass::User` do
    /// what is in `config` or `routine`, and `OpenPass::Agent` ask for what is in
    /// `config`; principals of the host's own are permitted nothing but by the host's
    /// policies.
    #[must_use]
    pub fn host(mut self, fragment: impl Into<PolicySource>) -> Self {
        self.fragments.push(fragment.into());
        self
    }

    /// Says that principals of this type, such as `Flags::Person`, are persons. One
    /// that is not declared so counts as an agent: what it changes, a person answers
    /// for, and what is in `guardrails` it never touches.
    #[must_use]
    pub fn person(mut self, entity_type: impl Into<String>) -> Self {
        self.persons.push(entity_type.into());
        self
    }

    /// Adds a way by which requests come, such as `web`: for
    /// [`Channel::named`](crate::Channel::named). A y/N, a waiver and repair count at
    /// the command line alone, and so through none of these.
    #[must_use]
    pub fn channel(mut self, name: impl Into<String>) -> Self {
        self.channels.push(name.into());
        self
    }

    /// Says which factors a prompt may ask for. Without: biometry and the passphrase.
    ///
    /// What each counts for is the guards' to say: all of them for a person's own
    /// critical change; a one-time code and the system's login not for an agent's, nor
    /// for what is in `guardrails` or `credentials`.
    #[must_use]
    pub fn factors(mut self, factors: impl IntoIterator<Item = Factor>) -> Self {
        self.factors = factors.into_iter().collect();
        self
    }

    /// Adds one file of policies, such as one by `include_str!`.
    #[must_use]
    pub fn policy(mut self, own: impl Into<PolicySource>) -> Self {
        self.policies.push(own.into());
        self
    }

    /// Adds policies of the host's or of a user's own.
    #[must_use]
    pub fn policies(mut self, own: &[PolicySource]) -> Self {
        self.policies.extend_from_slice(own);
        self
    }

    /// The digest that the engine will have: of all that decides.
    #[must_use]
    pub fn digest(&self) -> PoliciesDigest {
        digest::of(self)
    }

    /// The engine.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with any of the files. Never a part of them.
    pub fn build(self) -> Result<PolicyEngine, PolicyLoadError> {
        let engine = load::engine(&self)?;
        trace::loaded(&engine);
        Ok(engine)
    }
}
