//! Access tokens: issued, replaced, revoked.

use openpass_auth::{Identifier, IdentifierError, SafeText};
use openpass_policy::{After, Before, Direction, FieldChange, Operation};
use serde::{Deserialize, Serialize};

use super::{FileChange, Material, Plan, token_files::registry_file};
use crate::{
    Vault, VaultError, names,
    registry::{Registry, Token},
};

/// A token that a change issues. Its secret is in its file and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct IssuedToken {
    /// The token's id.
    pub id: String,
    /// The file that holds it, below the vault.
    pub file: String,
}

impl Vault {
    /// Every token of the registry, by id.
    ///
    /// # Errors
    ///
    /// That mcp-tokens.json cannot be read, or is broken.
    pub fn tokens(&self) -> Result<Vec<Token>, VaultError> {
        let registry = self.read_registry()?;
        Ok(registry.tokens.into_values().collect())
    }

    pub(super) fn plan_token(
        &self,
        agent: &str,
        label: Option<&str>,
        tools: &[String],
        lifetime: Option<u64>,
        material: &Material,
    ) -> Result<Plan, VaultError> {
        is_there(agent)?;
        self.config()?.agent(agent)?;
        let before = self.registry()?;
        let mut token = fresh(agent, material);
        token.label = label.map(new_label).transpose()?;
        token.allowed_tools = known_tools(tools)?;
        token.expires_at = lifetime
            .map(|seconds| later(material, seconds))
            .transpose()?;
        let changes = vec![issued(&token), tools_of(&token), expiry_of(&token)];
        self.issue(before, token, changes, material, Operation::create_token)
    }

    pub(super) fn plan_token_rotation(
        &self,
        agent: &str,
        material: &Material,
    ) -> Result<Plan, VaultError> {
        is_there(agent)?;
        let mut before = self.registry()?;
        let live = live_tokens(&before.registry, agent);
        let newest = live.iter().max_by_key(|token| token.created_at.clone());
        let newest = newest.ok_or_else(|| VaultError::NoLiveToken {
            agent: SafeText::quoted(agent),
            quoted: crate::for_a_shell(agent),
        })?;
        let mut token = fresh(agent, material);
        token.label = Some(format!("rotate-{agent}"));
        token.allowed_tools.clone_from(&newest.allowed_tools);
        token.expires_at = lifetime(newest)?
            .map(|seconds| later(material, seconds))
            .transpose()?;
        let mut changes = vec![issued(&token), tools_of(&token), expiry_of(&token)];
        for old in &live {
            changes.push(revoke(&mut before.registry, &old.id, material));
        }
        self.issue(before, token, changes, material, Operation::rotate_token)
    }

    pub(super) fn plan_token_revocation(
        &self,
        id: &str,
        material: &Material,
    ) -> Result<Plan, VaultError> {
        let mut before = self.registry()?;
        let token = before.registry.tokens.get(id).cloned();
        let token = token.ok_or_else(|| VaultError::UnknownToken {
            id: SafeText::quoted(id),
        })?;
        if token.revoked {
            return Err(VaultError::NothingToChange);
        }
        let changes = vec![revoke(&mut before.registry, id, material)];
        let mut files = vec![registry_file(before)?];
        files.extend(self.token_file_of(&[&token])?);
        let asked = token.called(id, |agent| self.token_owner(agent));
        Ok(Plan::new(changes, files, move |request, effect| {
            Operation::revoke_token(request, asked.clone(), effect)
        }))
    }

    /// Returns the changes that revoke every live token of an agent. The file of
    /// an expired token goes too.
    pub(super) fn revocations_of(
        &self,
        agent: &str,
        material: &Material,
    ) -> Result<(Vec<FieldChange>, Vec<FileChange>), VaultError> {
        let mut before = self.registry()?;
        let live = live_tokens(&before.registry, agent);
        if live.is_empty() {
            return self.stale_file_of(&before.registry, agent);
        }
        let mut changes = Vec::new();
        for token in &live {
            changes.push(revoke(&mut before.registry, &token.id, material));
        }
        let mut files = vec![registry_file(before)?];
        files.extend(self.token_file_of(&live.iter().collect::<Vec<_>>())?);
        Ok((changes, files))
    }

    /// Returns the changes that remove the file of a token that opens nothing any
    /// more.
    fn stale_file_of(
        &self,
        registry: &Registry,
        agent: &str,
    ) -> Result<(Vec<FieldChange>, Vec<FileChange>), VaultError> {
        let all = registry.tokens.values();
        let of_agent: Vec<&Token> = all.filter(|token| token.agent() == agent).collect();
        let Some(file) = self.token_file_of(&of_agent)? else {
            return Ok((Vec::new(), Vec::new()));
        };
        let held = Some("a token that opens nothing any more".to_owned());
        let change = FieldChange::new(&file.name, Before(held), After(None), Direction::Narrows);
        Ok((vec![change], vec![file]))
    }
}

fn fresh(agent: &str, material: &Material) -> Token {
    let created = material.now().to_string();
    Token::new(material.token_id(), material.token(), agent, created)
}

fn new_label(label: &str) -> Result<String, VaultError> {
    let refused = |error: IdentifierError| VaultError::RefusedValue {
        key: SafeText::literal("label"),
        problem: error.to_string(),
    };
    label
        .parse::<Identifier>()
        .map(|label| label.to_string())
        .map_err(refused)
}

fn live_tokens(registry: &Registry, agent: &str) -> Vec<Token> {
    let all = registry.tokens.values();
    all.filter(|token| token.agent() == agent && token.is_live())
        .cloned()
        .collect()
}

fn revoke(registry: &mut Registry, id: &str, material: &Material) -> FieldChange {
    let mut live = "live".to_owned();
    if let Some(token) = registry.tokens.get_mut(id) {
        let state = if token.is_live() { "live" } else { "expired" };
        token.revoke(material.now().to_string());
        // Nobody knows a token by its id.
        let label = token.label.as_deref().unwrap_or("without a label");
        live = format!("{state}, {label}, for {}", token.agent());
    }
    let field = format!("token {id}");
    FieldChange::new(
        field,
        Before(Some(live)),
        After(Some("revoked".to_owned())),
        Direction::Narrows,
    )
}

fn issued(token: &Token) -> FieldChange {
    let label = token.label.as_deref().unwrap_or("without a label");
    let field = format!("token {}", token.id);
    FieldChange::new(
        field,
        Before(None),
        After(Some(label.to_owned())),
        Direction::Widens,
    )
}

fn tools_of(token: &Token) -> FieldChange {
    let tools = token.allowed_tools.join(", ");
    FieldChange::new(
        "allowed_tools",
        Before(None),
        After(Some(tools)),
        Direction::Widens,
    )
}

fn expiry_of(token: &Token) -> FieldChange {
    let expiry = token
        .expires_at
        .clone()
        .unwrap_or_else(|| "never".to_owned());
    FieldChange::new(
        "expires_at",
        Before(None),
        After(Some(expiry)),
        Direction::Widens,
    )
}

fn known_tools(tools: &[String]) -> Result<Vec<String>, VaultError> {
    if tools.is_empty() {
        return Err(VaultError::RefusedValue {
            key: SafeText::literal("tools"),
            problem: "name the tools, or `*` for every one".to_owned(),
        });
    }
    for tool in tools.iter().filter(|tool| *tool != "*") {
        names::key_part(tool)?;
    }
    Ok(tools.to_vec())
}

/// Refuses a name that no agent can have. An agent that was there before names had to be
/// portable keeps its tokens.
fn is_there(agent: &str) -> Result<(), VaultError> {
    match names::can_be_there(agent) {
        true => Ok(()),
        false => names::agent(agent),
    }
}

/// Returns the time that a token was to live, in seconds; `None` is for ever.
///
/// INVARIANT: a token whose times nobody can read is not replaced by one without an end.
fn lifetime(token: &Token) -> Result<Option<u64>, VaultError> {
    let Some(expires) = token.expires_at.as_deref() else {
        return Ok(None);
    };
    let instant = |text: &str| text.parse::<jiff::Timestamp>().ok();
    let seconds = instant(&token.created_at)
        .zip(instant(expires))
        .and_then(|(from, to)| u64::try_from(to.duration_since(from).as_secs()).ok());
    seconds.map(Some).ok_or_else(|| VaultError::RefusedValue {
        key: SafeText::literal("expires_at"),
        problem: "the times of the token that is to be replaced cannot be read; revoke it, and \
                  issue another"
            .to_owned(),
    })
}

fn later(material: &Material, seconds: u64) -> Result<String, VaultError> {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    material
        .now()
        .checked_add(jiff::SignedDuration::from_secs(seconds))
        .map(|at| at.to_string())
        .map_err(|_| VaultError::RefusedValue {
            key: SafeText::literal("expires"),
            problem: "the time is too far in the future".to_owned(),
        })
}
