//! An engine, part by part.

use super::{PolicyEngine, PolicySource, load};
use crate::PolicyLoadError;

/// Builds a [`PolicyEngine`] from the shipped guards and default permits, a
/// host's own schema fragments, and own policies.
///
/// A host with an operation of its own, from declaration to grant:
///
/// ```
#[doc = include_str!("../../examples/own_operation.rs")]
/// ```
#[derive(Debug, Clone, Default)]
pub struct EngineBuilder {
    pub(super) fragments: Vec<PolicySource>,
    pub(super) policies: Vec<PolicySource>,
}

impl EngineBuilder {
    /// Adds actions and entity types of the host's own: a schema fragment in
    /// Cedar's syntax.
    ///
    /// Its namespace is its own, never `OpenPass`. Its actions take the
    /// principals `OpenPass::User` and `OpenPass::Agent`, and a context that
    /// has everything `OpenPass::Context` has. An action that is in none of the
    /// groups `routine`, `config`, `critical`, `guardrails` and `credentials`
    /// of OpenPass is put in `critical`. The guards hold for all of them; the
    /// default permits let a person do what is in `config` or `routine`, and
    /// an agent ask for what is in `config`.
    #[must_use]
    pub fn extend_schema(mut self, fragment: PolicySource) -> Self {
        self.fragments.push(fragment);
        self
    }

    /// Adds policies of the host's or of a user's own.
    #[must_use]
    pub fn policies(mut self, own: &[PolicySource]) -> Self {
        self.policies.extend_from_slice(own);
        self
    }

    /// The engine.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with any of the files. Never a part of them.
    pub fn build(self) -> Result<PolicyEngine, PolicyLoadError> {
        load::engine(&self)
    }
}
