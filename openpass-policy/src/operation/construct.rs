//! The constructors: each chooses the action by the effect.

use super::{
    AgentRef, AuthMethod, ConfigKeyKind, Direction, Effect, Extra, HostAction, HostResource,
    HostValue, Operation, Request, Resource, Tier,
};
use crate::Action;

/// A key of config.yaml that has a constructor of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} keys change through the operation that is theirs, not as plain configuration")]
#[expect(clippy::exhaustive_structs, reason = "it is its one field")]
pub struct MisplacedConfigKey(pub ConfigKeyKind);

impl Operation {
    pub(super) const fn new(
        request: Request,
        action: Action,
        resource: Resource,
        effect: Effect,
    ) -> Self {
        Self {
            request,
            action,
            resource,
            extra: Extra::None,
            effect,
        }
    }

    fn on_profile(
        request: Request,
        action: Action,
        agent: AgentRef,
        after: Tier,
        effect: Effect,
    ) -> Self {
        let before = agent.tier;
        Self {
            extra: Extra::Tier { before, after },
            ..Self::new(request, action, Resource::AgentProfile { agent }, effect)
        }
    }

    /// Changes an agent's profile: its tier, or any other field. Critical if
    /// any field widens.
    #[must_use]
    pub fn change_agent(request: Request, agent: AgentRef, after: Tier, effect: Effect) -> Self {
        let by_tier = agent.tier.direction_to(after);
        let action = if effect.widens() || by_tier == Direction::Widens {
            Action::WidenAgent
        } else {
            Action::NarrowAgent
        };
        Self::on_profile(request, action, agent, after, effect)
    }

    /// Adds an agent. Critical above the lowest tier, or if any field widens.
    #[must_use]
    pub fn add_agent(request: Request, name: &str, tier: Tier, effect: Effect) -> Self {
        let action = if effect.widens() || tier != Tier::ReadOnly {
            Action::AddAgent
        } else {
            Action::AddRestrictedAgent
        };
        let nobody = AgentRef::new(name, Tier::ReadOnly, false);
        Self::on_profile(request, action, nobody, tier, effect)
    }

    /// Removes an agent's profile.
    #[must_use]
    pub fn remove_agent(request: Request, agent: AgentRef, effect: Effect) -> Self {
        let tier = agent.tier;
        Self::on_profile(request, Action::RemoveAgent, agent, tier, effect)
    }

    fn on_token(
        request: Request,
        action: Action,
        (id, agent_name, all_tools): (&str, &str, bool),
        effect: Effect,
    ) -> Self {
        let resource = Resource::Token {
            id: id.to_owned(),
            agent_name: agent_name.to_owned(),
            all_tools,
        };
        Self::new(request, action, resource, effect)
    }

    /// Issues a token called `label` for an agent.
    #[must_use]
    pub fn create_token(
        request: Request,
        label: &str,
        agent_name: &str,
        all_tools: bool,
        effect: Effect,
    ) -> Self {
        let token = (label, agent_name, all_tools);
        Self::on_token(request, Action::CreateToken, token, effect)
    }

    /// Replaces an agent's tokens by one called `label`.
    #[must_use]
    pub fn rotate_token(
        request: Request,
        label: &str,
        agent_name: &str,
        all_tools: bool,
        effect: Effect,
    ) -> Self {
        let token = (label, agent_name, all_tools);
        Self::on_token(request, Action::RotateToken, token, effect)
    }

    /// Revokes the token `id`.
    #[must_use]
    pub fn revoke_token(
        request: Request,
        id: &str,
        agent_name: &str,
        all_tools: bool,
        effect: Effect,
    ) -> Self {
        let token = (id, agent_name, all_tools);
        Self::on_token(request, Action::RevokeToken, token, effect)
    }

    /// Changes how the vault is unlocked.
    #[must_use]
    pub fn set_auth_method(
        request: Request,
        before: AuthMethod,
        after: AuthMethod,
        effect: Effect,
    ) -> Self {
        Self {
            extra: Extra::Method { before, after },
            ..Self::new(request, Action::SetAuthMethod, Resource::Vault, effect)
        }
    }

    /// Replaces the passphrase.
    #[must_use]
    pub const fn rotate_passphrase(request: Request, effect: Effect) -> Self {
        Self::new(
            request,
            Action::RotatePassphrase,
            Resource::Identity,
            effect,
        )
    }

    /// Changes who can decrypt.
    #[must_use]
    pub const fn change_recipients(request: Request, effect: Effect) -> Self {
        Self::new(
            request,
            Action::ChangeRecipients,
            Resource::Recipients,
            effect,
        )
    }

    /// Changes which devices take part.
    #[must_use]
    pub const fn change_devices(request: Request, effect: Effect) -> Self {
        Self::new(request, Action::ChangeDevices, Resource::Devices, effect)
    }

    /// Adds or replaces the policy file `name`.
    #[must_use]
    pub fn apply_policy(request: Request, name: &str, effect: Effect) -> Self {
        let name = name.to_owned();
        Self::new(
            request,
            Action::ApplyPolicy,
            Resource::PolicyFile { name },
            effect,
        )
    }

    /// Removes the policy file `name`.
    #[must_use]
    pub fn remove_policy(request: Request, name: &str, effect: Effect) -> Self {
        let name = name.to_owned();
        Self::new(
            request,
            Action::RemovePolicy,
            Resource::PolicyFile { name },
            effect,
        )
    }

    /// Changes the guard's settings.
    #[must_use]
    pub const fn change_guard_settings(request: Request, effect: Effect) -> Self {
        let action = Action::ChangeGuardSettings;
        Self::new(request, action, Resource::GuardSettings, effect)
    }

    /// Accepts what was changed outside the guard.
    #[must_use]
    pub const fn accept_drift(request: Request, effect: Effect) -> Self {
        Self::new(
            request,
            Action::AcceptDrift,
            Resource::GuardSettings,
            effect,
        )
    }

    /// Sets the key `name` of config.yaml. Critical but for the keys of
    /// [`ROUTINE_KEYS`](crate::ROUTINE_KEYS), and for those too if any field
    /// widens.
    ///
    /// # Errors
    ///
    /// [`MisplacedConfigKey`] for the keys of agents and of the auth method:
    /// two ways to the same change must get the same decision.
    pub fn set_config_key(
        request: Request,
        name: &str,
        effect: Effect,
    ) -> Result<Self, MisplacedConfigKey> {
        let (action, resource) = match ConfigKeyKind::of(name) {
            kind @ (ConfigKeyKind::Agents | ConfigKeyKind::AuthMethod) => {
                return Err(MisplacedConfigKey(kind));
            }
            ConfigKeyKind::Audit => (Action::ChangeAuditSettings, Resource::AuditSettings),
            ConfigKeyKind::Routine if !effect.widens() => (Action::SetRoutineConfigKey, key(name)),
            ConfigKeyKind::Routine | ConfigKeyKind::Credential | ConfigKeyKind::Other => {
                (Action::SetConfigKey, key(name))
            }
        };
        Ok(Self::new(request, action, resource, effect))
    }

    /// An operation of the host's own, which a fragment given to
    /// [`EngineBuilder::extend_schema`](crate::EngineBuilder::extend_schema)
    /// declares. `context` is what its action's context holds beside the
    /// common part. All of it is bound by the digest.
    ///
    /// It is critical unless the fragment puts its action in `routine` or
    /// `config`. An engine without that fragment denies it.
    #[must_use]
    pub const fn host(
        request: Request,
        action: HostAction,
        resource: HostResource,
        context: Vec<(&'static str, HostValue)>,
        effect: Effect,
    ) -> Self {
        Self {
            request,
            action: Action::Host(action),
            resource: Resource::Host(resource),
            extra: Extra::Host(context),
            effect,
        }
    }
}

fn key(name: &str) -> Resource {
    Resource::ConfigKey {
        name: name.to_owned(),
    }
}
