//! A change as policy sees it before anything of the vault is told.

use openpass_policy::{
    AgentRef, AuthMethod, Direction, Effect, FieldChange, Operation, Principal, Request,
    StateDigest, Tier,
};

use super::{Change, config_key};
use crate::Vault;

/// How much of the vault is in an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Knowing {
    /// What the vault says of an agent and of the auth method.
    TheVault,
    /// Nothing that the asker has not said, and does not know of itself.
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

struct Bare<'v> {
    vault: &'v Vault,
    request: Request,
    knowing: Knowing,
}

impl Bare<'_> {
    fn of(self, change: &Change, effect: Effect) -> Operation {
        let request = self.request.clone();
        match change {
            Change::SetTier { agent, tier } => self.of_agent(agent, Some(*tier), effect),
            Change::EditAgent { agent, .. } => self.of_agent(agent, None, effect),
            Change::AddAgent { agent, tier } => Operation::add_agent(request, agent, *tier, effect),
            Change::RemoveAgent { agent } => {
                Operation::remove_agent(request, self.agent_ref(agent), effect)
            }
            Change::SetAuthMethod { method } => {
                Operation::set_auth_method(request, self.auth_method(*method), *method, effect)
            }
            Change::SetConfigKey { key, .. } => self.of_key(key, effect),
            Change::IssueToken {
                agent,
                label,
                tools,
                ..
            } => {
                let label = label.as_deref().unwrap_or_default();
                let all = tools.iter().any(|tool| tool == "*");
                Operation::create_token(request, label, agent, all, effect)
            }
            Change::RotateTokens { agent } => {
                Operation::rotate_token(request, "", agent, true, effect)
            }
            Change::RevokeToken { id } => Operation::revoke_token(request, id, "", true, effect),
            Change::ApplyPolicy { name, .. } => Operation::apply_policy(request, name, effect),
            Change::RemovePolicy { name } => Operation::remove_policy(request, name, effect),
            Change::SetGuard { .. } | Change::PinEnrolment { .. } => {
                Operation::change_guard_settings(request, effect)
            }
            Change::AcceptDrift {} | Change::AcceptIdentity {} => {
                Operation::accept_drift(request, effect)
            }
            Change::Restore {} => Operation::restore(request, effect),
            Change::ResetSettings {} => Operation::reset_guard_settings(request, effect),
            Change::SetLogAside {} => Operation::set_log_aside(request, effect),
            Change::RotateLogKey {} => Operation::rotate_log_key(request, effect),
            Change::RotatePassphrase { .. } => Operation::rotate_passphrase(request, effect),
        }
    }

    /// The agent called `name`. Who asks knows itself.
    fn agent_ref(&self, name: &str) -> AgentRef {
        let asks = matches!(&self.request.principal, Principal::Agent(agent) if agent.name == name);
        match self.knowing {
            Knowing::Nothing if !asks => AgentRef::new(name, Tier::Custom, false),
            _ => self.vault.agent_ref(name),
        }
    }

    /// The auth method before it becomes `after`.
    fn auth_method(&self, after: AuthMethod) -> AuthMethod {
        let known = match self.knowing {
            Knowing::TheVault => self.vault.config().ok().map(|it| it.auth_method()),
            Knowing::Nothing => None,
        };
        known.unwrap_or(match after {
            AuthMethod::Passphrase => AuthMethod::TouchId,
            AuthMethod::TouchId => AuthMethod::Passphrase,
        })
    }

    fn of_agent(self, name: &str, tier: Option<Tier>, effect: Effect) -> Operation {
        let agent = self.agent_ref(name);
        let after = tier.unwrap_or(agent.tier);
        // What narrows must not count as widening for the tier it would reach.
        let after = if effect.widens() { after } else { agent.tier };
        Operation::change_agent(self.request, agent, after, effect)
    }

    /// A key that belongs to an agent or to the auth method is theirs.
    fn of_key(self, key: &str, effect: Effect) -> Operation {
        let parts: Vec<&str> = key.split('.').collect();
        match parts.as_slice() {
            ["agents", agent, ..] => self.of_agent(agent, None, effect),
            _ => config_key::config_operation(self.request, key, effect),
        }
    }
}

fn effect(direction: Direction) -> Effect {
    let change = FieldChange::new("what it changes", None, None, direction);
    Effect::new(vec![change], StateDigest::of(&[]))
}
