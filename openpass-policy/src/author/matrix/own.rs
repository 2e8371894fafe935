//! Samples that a host gives: its vault's own agents and tokens.

use crate::{AgentRef, PolicyEngine, Tier, TokenRef};

/// The agents and tokens of a vault, so that a rule about one of them shows.
///
/// [`MOST`](Self::MOST) of each are sampled: those that a policy names first.
/// The matrix says how many were left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct OwnSamples {
    /// The agents, as their profiles are.
    pub agents: Vec<AgentRef>,
    /// The tokens.
    pub tokens: Vec<TokenRef>,
    /// The things that could not be read, in words.
    pub unread: Vec<&'static str>,
}

impl OwnSamples {
    /// The most agents, and the most tokens, that are sampled: a table of more could
    /// not be read, and takes seconds to make.
    pub const MOST: usize = 4;

    /// Takes these agents and tokens as samples. An agent or a token whose name or id
    /// was there before is left out.
    #[must_use]
    pub fn new(mut agents: Vec<AgentRef>, mut tokens: Vec<TokenRef>) -> Self {
        agents.sort_by(|a, b| a.name.cmp(&b.name));
        agents.dedup_by(|a, b| a.name == b.name);
        tokens.sort_by(|a, b| a.id.cmp(&b.id));
        tokens.dedup_by(|a, b| a.id == b.id);
        Self {
            agents,
            tokens,
            unread: Vec::new(),
        }
    }

    /// Names, in words, what could not be read and is therefore left out.
    #[must_use]
    pub fn without(mut self, unread: Vec<&'static str>) -> Self {
        self.unread = unread;
        self
    }

    /// Puts those first that `engine`'s own policies name. To compare two
    /// engines, name both and make both matrices with the result.
    #[must_use]
    pub fn naming(mut self, engine: &PolicyEngine) -> Self {
        self.agents.sort_by_key(|agent| !engine.names(&agent.name));
        self.tokens.sort_by_key(|token| {
            let names_it = engine.names(&token.id);
            (!names_it, !engine.names(&token.agent.name))
        });
        self
    }

    /// Returns the agent of this name: the vault's, or else an agent that is not there
    /// yet.
    pub(super) fn agent_called(&self, name: &str) -> AgentRef {
        let own = self.agents.iter().find(|agent| agent.name == name);
        let own = own.cloned();
        own.unwrap_or_else(|| AgentRef::new(name, Tier::ReadOnly, true))
    }

    /// The token of this id: the vault's, or else one for `agent`.
    pub(super) fn token_called(&self, id: &str, agent: &str) -> TokenRef {
        let own = self.tokens.iter().find(|token| token.id == id);
        own.cloned().unwrap_or_else(|| TokenRef {
            id: id.to_owned(),
            agent: self.agent_called(agent),
            all_tools: false,
        })
    }

    pub(super) fn sampled_agents(&self) -> &[AgentRef] {
        self.agents.get(..Self::MOST).unwrap_or(&self.agents)
    }

    pub(super) fn sampled_tokens(&self) -> &[TokenRef] {
        self.tokens.get(..Self::MOST).unwrap_or(&self.tokens)
    }

    /// Says in words what is not sampled; `None` if everything is.
    pub(super) fn left_out(&self) -> Option<String> {
        let agents = self.agents.len().saturating_sub(Self::MOST);
        let tokens = self.tokens.len().saturating_sub(Self::MOST);
        let counted = [(agents, "agent"), (tokens, "token")].into_iter();
        let parts: Vec<String> = counted
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}{}", if count == 1 { "" } else { "s" }))
            .chain(self.unread.iter().map(|&what| what.to_owned()))
            .collect();
        (!parts.is_empty()).then(|| parts.join(" and "))
    }
}
