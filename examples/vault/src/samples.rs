//! The vault's own agents and tokens, as samples of what policy decides.

use openpass_policy::{
    AgentRef,
    author::{KnownNames, OwnSamples},
};

use crate::{EffectiveProfile, Vault, product};

impl Vault {
    /// The vault's agents and live tokens, so that a rule about one of them
    /// shows in a [`Matrix`](openpass_policy::author::Matrix). What cannot be read is
    /// said to be left out.
    #[must_use]
    pub fn own_samples(&self) -> OwnSamples {
        let agents = self.effective_agents();
        let tokens = self.tokens();
        let unread = [
            (agents.is_err(), "the agents (config.yaml cannot be read)"),
            (
                tokens.is_err(),
                "the tokens (mcp-tokens.json cannot be read)",
            ),
        ];
        let unread = unread.into_iter().filter(|(is_unread, _)| *is_unread);
        let agents = agents.unwrap_or_default();
        let agents: Vec<AgentRef> = agents.iter().map(EffectiveProfile::agent_ref).collect();
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

    /// The names of the vault's agents and tokens, for
    /// [`PolicyEngine::lint`](openpass_policy::PolicyEngine::lint). Of what cannot be read
    /// every name passes.
    #[must_use]
    pub fn known_names(&self) -> KnownNames {
        let mut known = KnownNames::default();
        if let Ok(config) = self.config() {
            let agents = config.agents();
            let agents = agents.iter().map(|agent| agent.agent_ref().name);
            let built_in = product::BUILT_IN_AGENTS.iter().map(|&name| name.to_owned());
            known = known.agents(agents.chain(built_in));
        }
        if let Ok(tokens) = self.tokens() {
            let labels = tokens.iter().filter_map(|token| token.label.clone());
            let ids = tokens.iter().map(|token| token.id.clone());
            // What all tokens of an agent are called where they are rotated.
            let owners = tokens.iter().filter_map(|token| token.agent_name.as_ref());
            let rotated = owners.map(|agent| format!("rotate-{agent}"));
            known = known.tokens(ids.chain(labels).chain(rotated));
        }
        known
    }
}
