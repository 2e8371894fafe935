//! The parts of an engine: policies, the declarations that these may speak of, and factors.

use openpass_auth::Factor;
use openpass_policy::{EngineBuilder, PolicyEngine, PolicyLoadError, PolicySource};

use super::is_declaration;

/// The factors that can be asked for. The guards count the system's login under its setting
/// alone.
const FACTORS: [Factor; 3] = [Factor::Biometry, Factor::Passphrase, Factor::SystemLogin];
/// The factors that can be asked for where a security key is among the approvers.
const WITH_KEYS: [Factor; 4] = [
    Factor::Biometry,
    Factor::SecurityKey,
    Factor::Passphrase,
    Factor::SystemLogin,
];

/// The parts of an engine beside its policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parts {
    /// Whether the vault has a security key among its approvers: without one, no question
    /// names it.
    pub(crate) keys: bool,
    /// Whether policies can be about entries, as imported rules are. The shipped schema does
    /// not have those, and reading what declares them takes longer than all else.
    pub(crate) entries: bool,
}

impl Parts {
    /// The parts that `sources` need: no door asks about entries.
    ///
    /// INVARIANT: a policy that is about entries names their namespace, and Cedar has no other
    /// way to write a name.
    pub(crate) fn needed_by(sources: &[PolicySource], keys: bool) -> Self {
        let entries = sources.iter().any(|source| source.text.contains("Data"));
        Self { keys, entries }
    }

    /// Everything that any policy may speak of.
    pub(crate) const fn all(keys: bool) -> Self {
        Self {
            keys,
            entries: true,
        }
    }

    /// The engine with `sources`.
    pub(crate) fn engine(self, sources: &[PolicySource]) -> Result<PolicyEngine, PolicyLoadError> {
        let built = self.builder(sources).build();
        let Err(error) = built else {
            return built;
        };
        // A misspelt name may have been meant for one of the entries', and then more is told.
        // INVARIANT: an engine has these parts and no others, so that two of the same files
        // have one digest.
        match self.entries {
            true => Err(error),
            false => Err(Self::all(self.keys)
                .builder(sources)
                .build()
                .err()
                .unwrap_or(error)),
        }
    }

    fn builder(self, sources: &[PolicySource]) -> EngineBuilder {
        let (declarations, policies): (Vec<PolicySource>, Vec<PolicySource>) = sources
            .iter()
            .cloned()
            .partition(|source| is_declaration(&source.file));
        let entries = self.entries.then(openpass_policy_yaml::data_schema);
        let declarations = entries.into_iter().chain(declarations);
        let builder = declarations
            .fold(PolicyEngine::builder(), EngineBuilder::host)
            .policies(&policies);
        match self.keys {
            true => builder.factors(WITH_KEYS),
            false => builder.factors(FACTORS),
        }
    }
}
