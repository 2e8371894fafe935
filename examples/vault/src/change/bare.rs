//! A change as policy sees it before anything of the vault is told.

use openpass_policy::{
    AgentRef, Direction, Effect, FieldChange, Operation, Request, StateDigest, Tier,
};

use super::{Change, config_key};
use crate::Vault;

impl Vault {
    /// The operations that `change` may come to where it cannot be worked out:
    /// what it gives is not known, so both that it widens and that it narrows.
    ///
    /// They decide whether somebody is told why it cannot, and nothing else.
    pub(crate) fn bare_operations(&self, request: &Request, change: &Change) -> Vec<Operation> {
        [Direction::Widens, Direction::Narrows]
            .into_iter()
            .map(|direction| self.bare(request.clone(), change, direction))
            .collect()
    }

    fn bare(&self, request: Request, change: &Change, direction: Direction) -> Operation {
        let effect = effect(direction);
        match change {
            Change::SetTier { agent, tier } => self.of_agent(request, agent, Some(*tier), effect),
            Change::EditAgent { agent, .. } => self.of_agent(request, agent, None, effect),
            Change::AddAgent { agent, tier } => Operation::add_agent(request, agent, *tier, effect),
            Change::RemoveAgent { agent } => {
                Operation::remove_agent(request, self.agent_ref(agent), effect)
            }
            Change::SetAuthMethod { method } => {
                let before = self.config().map(|config| config.auth_method());
                let before = before.unwrap_or(openpass_policy::AuthMethod::Passphrase);
                Operation::set_auth_method(request, before, *method, effect)
            }
            Change::SetConfigKey { key, .. } => self.of_key(request, key, effect),
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
            Change::RotatePassphrase { .. } => Operation::rotate_passphrase(request, effect),
        }
    }

    fn of_agent(
        &self,
        request: Request,
        name: &str,
        tier: Option<Tier>,
        effect: Effect,
    ) -> Operation {
        let agent: AgentRef = self.agent_ref(name);
        let after = tier.unwrap_or(agent.tier);
        // What narrows must not count as widening for the tier it would reach.
        let after = if effect.widens() { after } else { agent.tier };
        Operation::change_agent(request, agent, after, effect)
    }

    /// A key that belongs to an agent or to the auth method is theirs.
    fn of_key(&self, request: Request, key: &str, effect: Effect) -> Operation {
        let parts: Vec<&str> = key.split('.').collect();
        match parts.as_slice() {
            ["agents", agent, ..] => self.of_agent(request, agent, None, effect),
            _ => config_key::config_operation(request, key, effect),
        }
    }
}

fn effect(direction: Direction) -> Effect {
    let change = FieldChange::new("what it changes", None, None, direction);
    Effect::new(vec![change], StateDigest::of(&[]))
}
