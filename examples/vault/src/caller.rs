//! The agent that a host acts for, and what its token opens.

use std::path::Path;

use openpass_auth::SafeText;
use openpass_policy::{AgentRef, Channel};

use crate::{Bearer, Requester, Token, Vault, VaultError};

/// A vault, the agent that asks, and the token that proves it, where one was brought.
///
/// INVARIANT (nothing is answered by an older vault): what is asked of the agent and of its
/// token is read afresh each time, unless the caller [is at one moment](Self::now).
#[derive(Debug, Clone)]
pub struct Caller {
    vault: Vault,
    agent: String,
    bearer: Option<Bearer>,
}

impl Caller {
    /// The agent of this name. Nothing proves that it is the one that asks.
    #[must_use]
    pub const fn claimed(vault: Vault, agent: String) -> Self {
        Self {
            vault,
            agent,
            bearer: None,
        }
    }

    /// The agent whose token is in the file at `path`; `agent` is who it has to be, if
    /// anybody is named.
    ///
    /// # Errors
    ///
    /// That the file cannot be read, or that the token opens nothing, or is another
    /// agent's.
    pub fn proven(vault: Vault, path: &Path, agent: Option<String>) -> Result<Self, VaultError> {
        let bearer = Bearer::read(path)?;
        let token = vault.token_of(&bearer)?;
        let caller = Self {
            agent: agent.unwrap_or_else(|| token.agent().to_owned()),
            bearer: Some(bearer),
            vault,
        };
        // That the token is of the agent that was named, too.
        drop(caller.token()?);
        Ok(caller)
    }

    /// The vault.
    #[must_use]
    pub const fn vault(&self) -> &Vault {
        &self.vault
    }

    /// The name of the agent that asks.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.agent
    }

    /// The agent as config.yaml has it now, as far as that has effect.
    ///
    /// # Errors
    ///
    /// That config.yaml cannot be read, or does not have it any more.
    pub fn agent(&self) -> Result<AgentRef, VaultError> {
        Ok(self.vault.effective(&self.agent)?.agent_ref())
    }

    /// The token that was brought, as it is now; `None` where none was.
    ///
    /// # Errors
    ///
    /// That it opens nothing any more, or is another agent's.
    pub fn token(&self) -> Result<Option<Token>, VaultError> {
        let Some(bearer) = &self.bearer else {
            return Ok(None);
        };
        let token = self.vault.token_of(bearer)?;
        if token.agent() != self.agent {
            return Err(VaultError::BearerRefused {
                id: Some(SafeText::quoted(&token.id)),
                problem: format!(
                    "it is of agent {}, and this program was started for agent {}",
                    SafeText::quoted(token.agent()),
                    SafeText::quoted(&self.agent)
                ),
            });
        }
        Ok(Some(token))
    }

    /// Whether `tool` is open to who asks: every tool, unless a token was brought.
    ///
    /// # Errors
    ///
    /// As [`token`](Self::token), or [`VaultError::ToolNotOpen`].
    pub fn opens(&self, tool: &str) -> Result<(), VaultError> {
        match self.token()? {
            Some(token) if !token.opens(tool) => Err(VaultError::ToolNotOpen {
                tool: SafeText::quoted(tool),
                token: SafeText::quoted(&token.id),
            }),
            _ => Ok(()),
        }
    }

    /// The agent as a door's requester. It must still be in config.yaml, and its token
    /// open something.
    ///
    /// # Errors
    ///
    /// As [`agent`](Self::agent) and [`token`](Self::token).
    pub fn requester(&self) -> Result<Requester, VaultError> {
        drop(self.token()?);
        drop(self.agent()?);
        Ok(Requester::Agent {
            name: self.agent.clone(),
            channel: Channel::Mcp,
        })
    }

    /// This caller at one moment of its vault: the moment that the vault is at, or the moment
    /// that begins now.
    #[must_use]
    pub fn now(&self) -> Self {
        self.of(self.vault.at_one_moment().into())
    }

    /// This agent and its token, as a caller of `vault`.
    #[must_use]
    pub fn of(&self, vault: Vault) -> Self {
        Self {
            vault,
            ..self.clone()
        }
    }
}
