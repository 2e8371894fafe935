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
    /// The parts that `sources` are tried with first. No door asks about entries, and a
    /// policy that names one of their types or actions writes their namespace. One that names
    /// none can still take them to load, such as `context has secretsRead`, which is false
    /// without them.
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

    /// The engine with `sources` and exactly these parts.
    pub(crate) fn engine(self, sources: &[PolicySource]) -> Result<PolicyEngine, PolicyLoadError> {
        self.builder(sources).build()
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
