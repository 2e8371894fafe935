//! The agents and tokens that tests speak of: the file's own, and a vault's.

use core::fmt;
use std::collections::BTreeMap;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor, value},
};

use super::shape::{TestAgent, TestApprover, TestToken};
use crate::{AgentRef, ApproverRef, Power, Tier, TokenRef, author::OwnSamples};

type Built<T> = Result<T, String>;

/// The word for the vault's agents and tokens.
const VAULT: &str = "vault";

/// The agents and tokens that tests speak of: `vault`, or a list of each.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct TestEntities {
    /// Whether those of the vault are among them, which the host
    /// [gives](super::TestSuite::with_own).
    pub from_vault: bool,
    /// Agents, by name. One of the vault by the same name is passed over.
    pub agents: BTreeMap<String, TestAgent>,
    /// Tokens, by id or label. One of the vault by the same id is passed over.
    pub tokens: BTreeMap<String, TestToken>,
    /// Approvers, by the thumbprint of their key.
    pub approvers: BTreeMap<String, TestApprover>,
    /// The vault's, once they are given.
    pub(super) vault: Option<OwnSamples>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    from: Option<Source>,
    #[serde(default)]
    agents: BTreeMap<String, TestAgent>,
    #[serde(default)]
    tokens: BTreeMap<String, TestToken>,
    #[serde(default)]
    approvers: BTreeMap<String, TestApprover>,
}

#[derive(Deserialize)]
enum Source {
    #[serde(rename = "vault")]
    Vault,
}

impl<'de> Deserialize<'de> for TestEntities {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Entities)
    }
}

struct Entities;

impl<'de> Visitor<'de> for Entities {
    type Value = TestEntities;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`vault`, or `agents`, `tokens` and `approvers`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<TestEntities, E> {
        if text != VAULT {
            return Err(E::unknown_variant(text, &[VAULT]));
        }
        Ok(TestEntities {
            from_vault: true,
            ..TestEntities::default()
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<TestEntities, A::Error> {
        let listed = Listed::deserialize(value::MapAccessDeserializer::new(fields))?;
        Ok(TestEntities {
            from_vault: matches!(listed.from, Some(Source::Vault)),
            agents: listed.agents,
            tokens: listed.tokens,
            approvers: listed.approvers,
            vault: None,
        })
    }
}

impl TestEntities {
    /// Checks that the vault's agents and tokens are known, if the file takes them: a
    /// name that is not found might be one of theirs.
    pub(super) fn are_known(&self) -> Built<()> {
        match &self.vault {
            _ if !self.from_vault => Ok(()),
            None => Err(
                "the file takes the agents and tokens of a vault (`entities: vault`), and there \
                 is no vault here; name one, or write them into the file"
                    .to_owned(),
            ),
            Some(own) if own.unread.is_empty() => Ok(()),
            Some(own) => Err(format!(
                "the file takes the agents and tokens of the vault, and these could not \
                 be read: {}",
                own.unread.join(" and ")
            )),
        }
    }

    pub(super) fn agent(&self, name: &str) -> Built<Option<AgentRef>> {
        if let Some(agent) = self.agents.get(name) {
            let tier: Tier = agent.tier.parse().map_err(|why| format!("tier: {why}"))?;
            return Ok(Some(agent.called(name, tier)));
        }
        let mut own = self.own().flat_map(|own| &own.agents);
        Ok(own.find(|agent| agent.name == name).cloned())
    }

    /// Returns a token, with the agent that it is for. Of an agent that nobody knows,
    /// what policy asks is taken for granted.
    pub(super) fn token(&self, id: &str) -> Built<Option<TokenRef>> {
        if let Some(token) = self.tokens.get(id) {
            let agent = self.agent(&token.agent_name)?;
            return Ok(Some(TokenRef {
                id: id.to_owned(),
                agent: agent.unwrap_or_else(|| AgentRef::unknown(&token.agent_name)),
                all_tools: token.all_tools,
            }));
        }
        let mut own = self.own().flat_map(|own| &own.tokens);
        Ok(own.find(|token| token.id == id).cloned())
    }

    /// An approver.
    pub(super) fn approver(&self, id: &str) -> Option<ApproverRef> {
        let approver = self.approvers.get(id)?;
        Some(ApproverRef {
            id: id.to_owned(),
            kind: approver.kind,
        })
    }

    fn own(&self) -> impl Iterator<Item = &OwnSamples> {
        self.vault.iter().filter(|_| self.from_vault)
    }
}

impl TestAgent {
    /// Makes the agent called `name`. It may do what its tier gives, except where the
    /// file says otherwise.
    fn called(&self, name: &str, tier: Tier) -> AgentRef {
        let mut agent = AgentRef::new(name, tier, false);
        if let Some(powers) = self.powers {
            agent.powers = powers;
        }
        agent.powers = match self.can_manage_config {
            None => agent.powers,
            Some(true) => agent.powers.with(Power::ManageConfig),
            Some(false) => agent.powers.without(Power::ManageConfig),
        };
        agent
    }
}
