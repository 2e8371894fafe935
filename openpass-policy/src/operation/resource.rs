//! What an operation happens to.

use core::fmt;

use serde::{Serialize, Serializer};

use super::{AgentRef, HostResource};

/// How a vault is unlocked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new method must break the builds that decide on methods"
)]
pub enum AuthMethod {
    /// By the passphrase.
    Passphrase,
    /// By Touch ID.
    TouchId,
}

impl AuthMethod {
    /// The method's name in config.yaml and in policy.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passphrase => "passphrase",
            Self::TouchId => "touchid",
        }
    }
}

impl fmt::Display for AuthMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for AuthMethod {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What an operation happens to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum Resource {
    /// An agent's profile, as the agent is before the operation.
    AgentProfile {
        /// The agent.
        agent: AgentRef,
    },
    /// An access token.
    Token {
        /// Its id, or the label of one that is yet to be made.
        id: String,
        /// The agent it is for.
        agent_name: String,
        /// Whether it opens every tool.
        all_tools: bool,
    },
    /// The vault as a whole.
    Vault,
    /// The identity that opens the vault.
    Identity,
    /// Who can decrypt.
    Recipients,
    /// Which devices take part.
    Devices,
    /// A policy file.
    PolicyFile {
        /// Its bare name.
        name: String,
    },
    /// The guard's settings.
    GuardSettings,
    /// The audit settings.
    AuditSettings,
    /// The guard's log, and what seals it.
    GuardLog,
    /// A key of config.yaml.
    ConfigKey {
        /// Its dotted name.
        name: String,
    },
    /// What a host's own operation happens to.
    Host(HostResource),
}

impl Resource {
    /// The resource's entity type in policy: without its namespace when it is
    /// OpenPass's own.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::AgentProfile { .. } => "AgentProfile",
            Self::Token { .. } => "Token",
            Self::Vault => "Vault",
            Self::Identity => "Identity",
            Self::Recipients => "Recipients",
            Self::Devices => "Devices",
            Self::PolicyFile { .. } => "PolicyFile",
            Self::GuardSettings => "GuardSettings",
            Self::AuditSettings => "AuditSettings",
            Self::GuardLog => "GuardLog",
            Self::ConfigKey { .. } => "ConfigKey",
            Self::Host(resource) => resource.entity(),
        }
    }

    /// The resource's entity id in policy. Those of which a vault has only one
    /// are called `this`.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::AgentProfile { agent } => &agent.name,
            Self::Token { id, .. } => id,
            Self::PolicyFile { name } | Self::ConfigKey { name } => name,
            Self::Host(resource) => resource.id(),
            Self::Vault
            | Self::Identity
            | Self::Recipients
            | Self::Devices
            | Self::GuardSettings
            | Self::AuditSettings
            | Self::GuardLog => "this",
        }
    }
}
