//! A change as policy sees it before anything of the vault is told.

use openpass_policy::{
    After, AgentRef, AuthMethod, Before, Direction, Effect, FieldChange, Operation, Principal,
    Request, StateDigest, Tier, TokenRef,
};

use super::{Change, config_key};
use crate::Vault;

/// The share of the vault's knowledge that an operation may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Knowing {
    /// All that the vault says of an agent and of the auth method.
    TheVault,
    /// The asker's own knowledge: what it has said, or knows of itself.
    Nothing,
}

impl Vault {
    /// The operations that `change` may come to where it cannot be worked out:
    /// what it gives is not known, so both that it widens and that it narrows.
    ///
    /// They decide whether somebody is told why it cannot, and nothing else.
    pub(crate) fn bare_operations(
        &self,
        request: &Request,
        change: &Change,
        knowing: Knowing,
    ) -> [Operation; 2] {
        [Direction::Widens, Direction::Narrows].map(|direction| {
            let bare = Bare {
                vault: self,
                request: request.clone(),
                knowing,
            };
            bare.of(change, effect(direction))
        })
    }
}

pub(super) struct Bare<'v> {
    vault: &'v Vault,
    pub(super) request: Request,
    knowing: Knowing,
}

impl Bare<'_> {
    /// The agent called `name`. Who asks knows itself.
    pub(super) fn agent_ref(&self, name: &str) -> AgentRef {
        let asks = matches!(&self.request.principal, Principal::Agent(agent) if agent.name == name);
        match self.knowing {
            Knowing::Nothing if !asks => AgentRef::unknown(name),
            _ => self.vault.agent_ref(name),
        }
    }

    /// The auth method before it becomes `after`.
    pub(super) fn auth_method(&self, after: AuthMethod) -> AuthMethod {
        let known = match self.knowing {
            Knowing::TheVault => self.vault.config().ok().map(|it| it.auth_method()),
            Knowing::Nothing => None,
        };
        known.unwrap_or(match after {
            AuthMethod::Passphrase => AuthMethod::TouchId,
            AuthMethod::TouchId => AuthMethod::Passphrase,
        })
    }

    pub(super) fn of_agent(self, name: &str, tier: Option<Tier>, effect: Effect) -> Operation {
        let agent = self.agent_ref(name);
        let standing = agent.standing();
        // What narrows must not count as widening for the tier it would reach.
        let after = match tier {
            Some(tier) if effect.widens() => tier.into(),
            _ => standing,
        };
        Operation::change_agent(self.request, agent, after, effect)
    }

    /// A key that belongs to an agent or to the auth method is theirs.
    pub(super) fn of_key(self, (key, value): (&str, Option<&str>), effect: Effect) -> Operation {
        let parts: Vec<&str> = key.split('.').collect();
        match parts.as_slice() {
            ["agents", agent, ..] => self.of_agent(agent, None, effect),
            _ => config_key::config_operation(self.request, key, (None, value), effect),
        }
    }

    pub(super) fn token(&self, id: &str, agent: &str, all_tools: bool) -> TokenRef {
        TokenRef {
            id: id.to_owned(),
            agent: self.agent_ref(agent),
            all_tools,
        }
    }
}

fn effect(direction: Direction) -> Effect {
    let change = FieldChange::new("what it changes", Before(None), After(None), direction);
    Effect::new(vec![change], StateDigest::of(&[]))
}
