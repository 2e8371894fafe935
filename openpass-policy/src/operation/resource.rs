//! The resource of an operation.

use serde::Serialize;

use super::AgentRef;
use crate::{ApproverKind, Entity, vocabulary::vocabulary};

vocabulary! {
    /// The way in which a vault is unlocked.
    pub enum AuthMethod: "auth method" {
        /// By the passphrase.
        Passphrase = "passphrase",
        /// By Touch ID.
        TouchId = "touchid",
    }
}

impl AuthMethod {
    /// Returns the other of the two methods.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Passphrase => Self::TouchId,
            Self::TouchId => Self::Passphrase,
        }
    }
}

/// An access token. Its fields are named wherever one is made, so that no two
/// of them are mistaken for each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_structs, reason = "hosts fill in every field")]
pub struct TokenRef {
    /// The token's id, or the label of a token that is yet to be made.
    pub id: String,
    /// The agent it is for, as its profile is.
    pub agent: AgentRef,
    /// Whether it opens every tool.
    pub all_tools: bool,
}

/// An approver: a public key whose use takes a person. Its fields are named wherever
/// one is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_structs, reason = "hosts fill in every field")]
pub struct ApproverRef {
    /// The thumbprint of its key (RFC 7638).
    pub id: String,
    /// Its kind.
    pub kind: ApproverKind,
}

/// The resource of an operation.
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
    Token(TokenRef),
    /// An approver.
    Approver(ApproverRef),
    /// The vault as a whole.
    Vault,
    /// The identity that opens the vault.
    Identity,
    /// The recipients: the public keys to which the vault is encrypted.
    Recipients,
    /// The devices that take part.
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
    /// The resource of a host's own operation.
    Host(Entity),
}

impl Resource {
    /// The resource's entity type in policy: without its namespace when it is
    /// OpenPass's own.
    #[must_use]
    pub fn type_name(&self) -> &str {
        match self {
            Self::AgentProfile { .. } => "AgentProfile",
            Self::Token(_) => "Token",
            Self::Approver(_) => "Approver",
            Self::Vault => "Vault",
            Self::Identity => "Identity",
            Self::Recipients => "Recipients",
            Self::Devices => "Devices",
            Self::PolicyFile { .. } => "PolicyFile",
            Self::GuardSettings => "GuardSettings",
            Self::AuditSettings => "AuditSettings",
            Self::GuardLog => "GuardLog",
            Self::ConfigKey { .. } => "ConfigKey",
            Self::Host(resource) => resource.entity_type(),
        }
    }

    /// The resource's entity id in policy. Those of which a vault has only one
    /// are called `this`.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::AgentProfile { agent } => &agent.name,
            Self::Token(token) => &token.id,
            Self::Approver(approver) => &approver.id,
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
