//! mcp-tokens.json, version 2: the product's registry of access tokens.

mod bearer;
mod spelling;

use std::{collections::BTreeMap, path::Path};

use openpass_policy::{AgentRef, TokenRef};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{VaultError, error::shown, hash};

pub use bearer::Bearer;

/// The file's name.
pub(crate) const FILE: &str = "mcp-tokens.json";
/// The folder of the tokens themselves.
pub(crate) const FOLDER: &str = "mcp-tokens";
/// The file of the product's only token before it had a registry. It opens
/// every tool once the registry is empty.
pub(crate) const LEGACY_FILE: &str = "mcp-token";
const VERSION: u64 = 2;
/// The registry's own keys.
const VERSIONED: [&str; 2] = ["version", "tokens"];

/// The registry. What is not known here is kept as it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Registry {
    version: u64,
    pub(crate) tokens: BTreeMap<String, Token>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// A token without its secret: of that, the registry has a SHA-256 and the first four
/// digits.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Token {
    /// The token's id, such as `tok-20261123-06cf7652`.
    pub id: String,
    /// The label that the token was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    pub(crate) hash: String,
    pub(crate) prefix: String,
    /// The tools it opens; `*` is every one.
    pub allowed_tools: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tool_registry_hash: Option<String>,
    /// The agent it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_name: Option<String>,
    /// The time at which the token was issued, as RFC 3339.
    pub created_at: String,
    /// The time at which the token expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// The time at which the token was last used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<String>,
    /// Whether it was revoked.
    pub revoked: bool,
    /// The time at which the token was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<String>,
    /// The SHA-256 of the token by which another like this one is had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refresh_token_hash: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refresh_expires_at: Option<String>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl Token {
    /// The token as policy sees it, called `name` while it has no id that a
    /// person knows, of the agent that `agent` says is of its name.
    pub(crate) fn called(&self, name: &str, agent: impl FnOnce(&str) -> AgentRef) -> TokenRef {
        TokenRef {
            id: name.to_owned(),
            agent: agent(self.agent()),
            all_tools: self.opens_all_tools(),
        }
    }

    /// A live token that never expires.
    pub(crate) fn new(id: String, secret: &str, agent: &str, created_at: String) -> Self {
        Self {
            id,
            label: None,
            hash: hash::sha256_hex(secret.as_bytes()),
            prefix: secret.chars().take(4).collect(),
            allowed_tools: Vec::new(),
            // Without one, the product does not check it.
            tool_registry_hash: None,
            agent_name: Some(agent.to_owned()),
            created_at,
            expires_at: None,
            last_used_at: None,
            revoked: false,
            revoked_at: None,
            refresh_token_hash: None,
            refresh_expires_at: None,
            rest: Map::new(),
        }
    }

    /// The agent's name; the product writes `unknown` where it knows none.
    #[must_use]
    pub fn agent(&self) -> &str {
        self.agent_name.as_deref().unwrap_or("unknown")
    }

    /// Whether it opens every tool.
    #[must_use]
    pub fn opens_all_tools(&self) -> bool {
        self.allowed_tools.iter().any(|tool| tool == "*")
    }

    /// Whether it opens `tool`, as far as its list says.
    #[must_use]
    pub fn opens(&self, tool: &str) -> bool {
        self.opens_all_tools() || self.allowed_tools.iter().any(|one| one == tool)
    }

    /// Whether it is neither revoked nor expired, as far as can be told.
    #[must_use]
    pub fn is_live(&self) -> bool {
        let expired = self
            .expires_at
            .as_deref()
            .and_then(|at| at.parse::<jiff::Timestamp>().ok())
            .is_some_and(|at| at <= jiff::Timestamp::now());
        !self.revoked && !expired
    }

    /// Ends it, and what another like it could be had by.
    pub(crate) fn revoke(&mut self, now: String) {
        self.revoked = true;
        self.revoked_at = Some(now);
        self.refresh_token_hash = None;
        self.refresh_expires_at = None;
    }

    /// Returns the hash that tells the tools which the product knew, when the
    /// token was issued, from other tools.
    pub(crate) fn tools_known_by(&self) -> Option<&str> {
        self.tool_registry_hash.as_deref()
    }

    /// Sets the hash that [`tools_known_by`](Self::tools_known_by) returns.
    pub(crate) fn know_tools_by(&mut self, sha256: Option<String>) {
        self.tool_registry_hash = sha256;
    }

    /// Whether `file` holds its secret.
    pub(crate) fn is_in(&self, file: &[u8]) -> bool {
        hash::sha256_hex(file.trim_ascii()) == self.hash
    }
}

impl Registry {
    /// The registry whose file holds `bytes`; `None` is no file.
    pub(crate) fn parse(path: &Path, bytes: Option<&[u8]>) -> Result<Self, VaultError> {
        let Some(bytes) = bytes else {
            return Ok(Self {
                version: VERSION,
                tokens: BTreeMap::new(),
                rest: Map::new(),
            });
        };
        let broken = |problem: String| VaultError::Registry {
            path: shown(path),
            problem,
        };
        spelling::check(bytes).map_err(broken)?;
        let registry: Self =
            serde_json::from_slice(bytes).map_err(|error| broken(error.to_string()))?;
        if registry.version != VERSION {
            let found = registry.version;
            return Err(broken(format!(
                "its version is {found}, and only 2 is known"
            )));
        }
        if let Some((id, _)) = registry.tokens.iter().find(|(id, token)| **id != token.id) {
            let id = openpass_auth::SafeText::quoted(id);
            return Err(broken(format!("the token under {id} has another id")));
        }
        Ok(registry)
    }

    /// The file's content: two spaces, a newline at the end.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, VaultError> {
        let mut bytes = serde_json::to_vec_pretty(self).map_err(|error| VaultError::Registry {
            path: openpass_auth::SafeText::literal(FILE),
            problem: error.to_string(),
        })?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}
