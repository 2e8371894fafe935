//! The vault's own agents and tokens, as samples of what policy decides.

use openpass_policy::{AgentRef, author::OwnSamples};

use crate::Vault;

impl Vault {
    /// The vault's agents and live tokens, so that a rule about one of them
    /// shows in a [`Matrix`](openpass_policy::author::Matrix). What cannot be read is
    /// said to be left out.
    #[must_use]
    pub fn own_samples(&self) -> OwnSamples {
        let config = self.config();
        let tokens = self.tokens();
        let unread = [
            (config.is_err(), "the agents (config.yaml cannot be read)"),
            (
                tokens.is_err(),
                "the tokens (mcp-tokens.json cannot be read)",
            ),
        ];
        let unread = unread.into_iter().filter(|(is_unread, _)| *is_unread);
        let agents = config.map(|config| config.agents()).unwrap_or_default();
        let agents: Vec<AgentRef> = agents.iter().map(|agent| agent.agent_ref()).collect();
        let of_name = |name: &str| {
            let known = agents.iter().find(|agent| agent.name == name);
            known.cloned().unwrap_or_else(|| AgentRef::unknown(name))
        };
        let tokens = tokens.unwrap_or_default();
        let tokens = tokens.iter().filter(|token| token.is_live());
        OwnSamples::new(
            agents.clone(),
            tokens
                .map(|token| token.called(&token.id, of_name))
                .collect(),
        )
        .without(unread.map(|(_, what)| what).collect())
    }
}
