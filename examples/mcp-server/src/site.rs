//! Where a call happens: a vault, and the agent that asks.

use std::sync::Arc;

use openpass_policy::{AgentRef, Channel, PolicyEngine, Principal, Request};
use openpass_vault::Vault;

use crate::failure::Failure;

/// One vault and the agent that the server was started for.
///
/// Nothing of the vault is kept between calls: what an agent may do, the
/// guard's settings and the policies are read afresh for each.
#[derive(Debug, Clone)]
pub struct Site {
    vault: Vault,
    agent: String,
}

impl Site {
    pub(crate) fn new(vault: Vault, agent: String) -> Self {
        Self { vault, agent }
    }

    /// The vault.
    #[must_use]
    pub const fn vault(&self) -> &Vault {
        &self.vault
    }

    /// The name of the agent that asks.
    #[must_use]
    pub fn agent_name(&self) -> &str {
        &self.agent
    }

    /// The agent as config.yaml has it now.
    ///
    /// # Errors
    ///
    /// That config.yaml cannot be read, or does not have it any more.
    pub fn agent(&self) -> Result<AgentRef, Failure> {
        Ok(self.vault.config()?.agent(&self.agent)?.agent_ref())
    }

    /// A request of the agent, under the settings as they are now.
    ///
    /// # Errors
    ///
    /// As [`agent`](Self::agent).
    pub fn request(&self, reason: Option<String>) -> Result<Request, Failure> {
        let principal = Principal::Agent(self.agent()?);
        let request = self.vault.request().because(reason);
        Ok(request.on_behalf_of(principal, Channel::Mcp))
    }

    /// The engine with the vault's policies as they are now.
    ///
    /// # Errors
    ///
    /// That they do not load.
    pub fn engine(&self) -> Result<Arc<PolicyEngine>, Failure> {
        Ok(Arc::new(self.vault.engine()?))
    }
}
