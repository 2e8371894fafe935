//! The site of a call: a vault, and the agent that asks.

use std::sync::Arc;

use openpass_auth::Authenticator;
use openpass_policy::AgentRef;
use openpass_vault::{Caller, Change, Door, DoorError, Prompts, Requester, Vault};

use crate::{failure::Failure, tool::Registration};

/// One vault and the agent that the server was started for.
///
/// INVARIANT (no call is answered by an older vault): what an agent may do, the guard's
/// settings and the policies are read afresh for each call. What the same bytes came to is
/// not worked out again ([`Work`](openpass_vault::Work)).
#[derive(Debug, Clone)]
pub struct Site {
    caller: Caller,
    instead: Option<Arc<dyn Authenticator>>,
}

impl Site {
    pub(crate) const fn new(caller: Caller) -> Self {
        Self {
            caller,
            instead: None,
        }
    }

    /// A site whose person is a test.
    #[cfg(test)]
    pub(crate) fn with_authenticator(mut self, authenticator: Arc<dyn Authenticator>) -> Self {
        self.instead = Some(authenticator);
        self
    }

    /// The vault.
    #[must_use]
    pub const fn vault(&self) -> &Vault {
        self.caller.vault()
    }

    /// The name of the agent that asks.
    #[must_use]
    pub fn agent_name(&self) -> &str {
        self.caller.name()
    }

    /// The agent as config.yaml has it now, as far as that has effect.
    ///
    /// # Errors
    ///
    /// That config.yaml cannot be read, or does not have it any more.
    pub fn agent(&self) -> Result<AgentRef, Failure> {
        Ok(self.caller.agent()?)
    }

    /// Whether `tool` is open to who asks: every tool, unless a token was brought.
    ///
    /// # Errors
    ///
    /// That the token opens nothing any more, is another agent's, or does not open
    /// `tool`.
    pub fn opens(&self, tool: &str) -> Result<(), Failure> {
        Ok(self.caller.opens(tool)?)
    }

    /// The tools among `all` that are open to who asks.
    pub(crate) fn open<'t>(
        &self,
        all: &'t [Registration],
    ) -> Result<Vec<&'t Registration>, Failure> {
        let token = self.caller.token()?;
        let is_open = |tool: &&Registration| token.as_ref().is_none_or(|it| it.opens(tool.name()));
        Ok(all.iter().filter(is_open).collect())
    }

    /// The door to `change`, which the agent asks for through `tool`.
    ///
    /// # Errors
    ///
    /// As [`agent`](Self::agent), or that the policies do not load.
    pub fn to_change(
        &self,
        tool: &str,
        change: &Change,
        reason: Option<String>,
    ) -> Result<Door, Failure> {
        let now = self.now();
        now.opens(tool)?;
        let door = Door::to_change(now.vault(), now.asker()?, Prompts::dialogs(), change);
        Ok(self.through(door)?.because(reason))
    }

    /// The door to look, for the agent, through `tool`.
    ///
    /// # Errors
    ///
    /// As [`to_change`](Self::to_change).
    pub fn to_look(&self, tool: &str) -> Result<Door, Failure> {
        let now = self.now();
        now.opens(tool)?;
        let door = Door::to_look(now.vault(), now.asker()?, Prompts::dialogs());
        self.through(door)
    }

    /// The site at the moment that `door` is at, so that what is read is what was decided
    /// on.
    pub(crate) fn at(&self, door: &Door) -> Self {
        self.of(self.caller.of(door.vault().clone().into()))
    }

    /// The site at the moment that it is at, or that begins now.
    pub(crate) fn now(&self) -> Self {
        self.of(self.caller.now())
    }

    fn of(&self, caller: Caller) -> Self {
        Self {
            caller,
            ..self.clone()
        }
    }

    /// The agent, which must still be in config.yaml.
    pub(crate) fn asker(&self) -> Result<Requester, Failure> {
        Ok(self.caller.requester()?)
    }

    fn through(&self, door: Result<Door, DoorError>) -> Result<Door, Failure> {
        let door = door?;
        if door.settings().problem.is_some() {
            tracing::warn!(
                "the guard's settings cannot be used, so the strictest hold; `openpass guard \
                 status` says why"
            );
        }
        Ok(match &self.instead {
            Some(instead) => door.with_authenticator(Arc::clone(instead)),
            None => door,
        })
    }
}
