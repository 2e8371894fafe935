//! Access tokens. Their secrets never leave their files.

use openpass_vault::{Change, Token};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::text::{Name, Text, Words};
use crate::tool::{About, Changes, Failure, Look, Looked, Nothing, Reads, Requested, Site};

/// `list_tokens`.
pub(super) struct ListTokens;

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Tokens {
    tokens: Vec<TokenRow>,
    count: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TokenRow {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    agent: String,
    /// `*` is every one.
    allowed_tools: Vec<String>,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    /// Whether it is neither revoked nor expired.
    live: bool,
}

impl From<Token> for TokenRow {
    fn from(token: Token) -> Self {
        Self {
            agent: token.agent().to_owned(),
            live: token.is_live(),
            id: token.id,
            label: token.label,
            allowed_tools: token.allowed_tools,
            created_at: token.created_at,
            expires_at: token.expires_at,
        }
    }
}

impl Reads for ListTokens {
    const ABOUT: About = About {
        name: "list_tokens",
        title: "List tokens",
        description: "List the vault's access tokens, without their secrets.",
    };
    const LOOK: Look = Look::List;
    type Arguments = Nothing;
    type Answer = Tokens;

    fn read(_: Looked, site: &Site, _: &Nothing) -> Result<Tokens, Failure> {
        let tokens: Vec<TokenRow> = site
            .vault()
            .tokens()?
            .into_iter()
            .map(TokenRow::from)
            .collect();
        Ok(Tokens {
            count: tokens.len(),
            tokens,
        })
    }
}

/// `revoke_token`.
pub(super) struct RevokeToken;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ById {
    /// The token's id, as `list_tokens` has it.
    id: Name,
    /// Shown to the person.
    #[serde(default)]
    reason: Option<Words>,
}

impl Changes for RevokeToken {
    const ABOUT: About = About {
        name: "revoke_token",
        title: "Revoke a token",
        description: "Revoke one access token for good. A person has to approve it.",
    };
    const DESTRUCTIVE: bool = true;
    const IDEMPOTENT: bool = true;
    type Arguments = ById;

    fn change(ById { id, reason }: ById) -> Result<Requested, Failure> {
        Ok(Requested {
            change: Change::RevokeToken {
                id: id.into_string(),
            },
            reason: reason.map(Text::into_string),
        })
    }
}

/// `rotate_token`.
pub(super) struct RotateToken;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OfAgent {
    /// The agent whose tokens are replaced.
    name: Name,
    /// Shown to the person.
    #[serde(default)]
    reason: Option<Words>,
}

impl Changes for RotateToken {
    const ABOUT: About = About {
        name: "rotate_token",
        title: "Rotate an agent's tokens",
        description: "Revoke an agent's live tokens and issue one in their place, into a file of \
                      the vault. A person has to approve it.",
    };
    const DESTRUCTIVE: bool = true;
    const IDEMPOTENT: bool = false;
    type Arguments = OfAgent;

    fn change(OfAgent { name, reason }: OfAgent) -> Result<Requested, Failure> {
        Ok(Requested {
            change: Change::RotateTokens {
                agent: name.into_string(),
            },
            reason: reason.map(Text::into_string),
        })
    }
}
