//! From a test's words to an operation.

use super::{TestCase, TestContext, TestEntities};
use crate::{
    Action, AgentRef, AuthMethod, Channel, ConfigKeyKind, Direction, Effect, FieldChange,
    GuardSettings, Operation, Principal, Request, StateDigest, StepUp, Tier, Unattended,
};

type Built<T> = Result<T, String>;

pub(super) fn operation(case: &TestCase, entities: &TestEntities) -> Built<Operation> {
    let asked = &case.request;
    let action = Action::named(&asked.action)
        .ok_or_else(|| format!("there is no action `{}`", asked.action))?;
    let parts = Parts {
        request: request(case, entities)?,
        action,
        resource: asked.resource.as_deref(),
        context: &asked.context,
        entities,
    };
    let operation = parts.build()?;
    if operation.action() == action {
        Ok(operation)
    } else {
        Err(format!(
            "with this effect, the action is `{}` and not `{action}`",
            operation.action()
        ))
    }
}

fn request(case: &TestCase, entities: &TestEntities) -> Built<Request> {
    let context = &case.request.context;
    let settings = GuardSettings::new(
        named(
            "guard.stepUp",
            context.guard.step_up.as_deref(),
            &[StepUp::Biometry, StepUp::Passphrase, StepUp::Confirm],
            StepUp::as_str,
        )?,
        named(
            "guard.unattended",
            context.guard.unattended.as_deref(),
            &[
                Unattended::Passphrase,
                Unattended::Refuse,
                Unattended::Waive,
            ],
            Unattended::as_str,
        )?,
    );
    let principal = principal(&case.request.principal, entities)?;
    let default = match &principal {
        Principal::User => [Channel::Cli, Channel::Mcp],
        Principal::Agent(_) => [Channel::Mcp, Channel::Cli],
    };
    let channel = context.channel.as_deref();
    let channel = named("channel", channel, &default, Channel::as_str)?;
    let time = match &context.time {
        Some(text) => Some(text.parse().map_err(|why| format!("time: {why}"))?),
        None => None,
    };
    let request = Request::by_person("a test", settings)
        .on_behalf_of(principal, channel)
        .at(time);
    Ok(if context.attended.unwrap_or(true) {
        request
    } else {
        request.unattended()
    })
}

/// The value called `text`, of `all`; the first where nothing is given.
fn named<T: Copy>(
    field: &str,
    text: Option<&str>,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Built<T> {
    let found = match text {
        None => all.first(),
        Some(text) => all.iter().find(|value| name(**value) == text),
    };
    found.copied().ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|value| name(*value)).collect();
        let text = text.unwrap_or_default();
        format!("{field}: `{text}` is none of {}", names.join(", "))
    })
}

fn principal(text: &str, entities: &TestEntities) -> Built<Principal> {
    match text.strip_prefix("agent:") {
        _ if text == "user" => Ok(Principal::User),
        Some(name) => Ok(Principal::Agent(agent(name, entities)?)),
        None => Err(format!(
            "principal: `{text}` is neither `user` nor `agent:NAME`"
        )),
    }
}

fn agent(name: &str, entities: &TestEntities) -> Built<AgentRef> {
    let Some(agent) = entities.agents.get(name) else {
        return Err(format!("there is no agent `{name}` in entities.agents"));
    };
    let tier = tier("tier", &agent.tier)?;
    Ok(AgentRef::new(name, tier, agent.can_manage_config))
}

fn tier(field: &str, text: &str) -> Built<Tier> {
    let all = [Tier::ReadOnly, Tier::Standard, Tier::Admin, Tier::Custom];
    named(field, Some(text), &all, Tier::as_str)
}

fn effect(direction: Direction) -> Effect {
    let change = FieldChange::new("field", None, None, direction);
    Effect::new(vec![change], StateDigest::of(&[]))
}

struct Parts<'a> {
    request: Request,
    action: Action,
    resource: Option<&'a str>,
    context: &'a TestContext,
    entities: &'a TestEntities,
}

impl Parts<'_> {
    fn build(self) -> Built<Operation> {
        let request = self.request.clone();
        let widens = effect(Direction::Widens);
        Ok(match self.action {
            Action::WidenAgent
            | Action::NarrowAgent
            | Action::AddAgent
            | Action::AddRestrictedAgent
            | Action::RemoveAgent => return self.on_agent(),
            Action::CreateToken | Action::RotateToken | Action::RevokeToken => {
                return self.on_token();
            }
            Action::SetAuthMethod => return self.on_method(),
            Action::RotatePassphrase => Operation::rotate_passphrase(request, widens),
            Action::ChangeRecipients => Operation::change_recipients(request, widens),
            Action::ChangeDevices => Operation::change_devices(request, widens),
            Action::ApplyPolicy => Operation::apply_policy(request, self.id()?, widens),
            Action::RemovePolicy => Operation::remove_policy(request, self.id()?, widens),
            Action::ChangeGuardSettings => Operation::change_guard_settings(request, widens),
            Action::AcceptDrift => Operation::accept_drift(request, widens),
            Action::Restore => Operation::restore(request, widens),
            Action::RestoreNarrower => Operation::restore(request, effect(Direction::Narrows)),
            Action::ResetGuardSettings => Operation::reset_guard_settings(request, widens),
            Action::SetLogAside => Operation::set_log_aside(request, widens),
            Action::RotateLogKey => Operation::rotate_log_key(request, widens),
            Action::ChangeAuditSettings => set_key(request, "audit.maxBackups", widens)?,
            Action::SetConfigKey | Action::SetRoutineConfigKey => {
                let key = self.id()?;
                // As the store has it: a routine key gives no power.
                let direction = match ConfigKeyKind::of(key) {
                    ConfigKeyKind::Routine => Direction::Neutral,
                    _ => Direction::Widens,
                };
                set_key(request, key, effect(direction))?
            }
            Action::List => Operation::list(request),
            Action::Show => Operation::show(request),
            Action::Status => Operation::status(request),
            Action::Explain => Operation::explain(request),
            Action::DryRun => Operation::dry_run(request),
            Action::Host(action) => return Err(format!("`{}` cannot be tested", action.id())),
        })
    }

    fn id(&self) -> Built<&str> {
        self.resource
            .ok_or_else(|| format!("`{}` needs a resource", self.action))
    }

    fn on_agent(&self) -> Built<Operation> {
        let after = match &self.context.tier {
            Some(tier_after) => Some(tier("tier.after", &tier_after.after)?),
            None => None,
        };
        let name = self.id()?;
        let request = self.request.clone();
        let known = || agent(name, self.entities);
        Ok(match self.action {
            Action::WidenAgent => {
                let agent = known()?;
                let after = after.unwrap_or(agent.tier);
                Operation::change_agent(request, agent, after, effect(Direction::Widens))
            }
            Action::NarrowAgent => {
                let agent = known()?;
                let after = after.unwrap_or(agent.tier);
                Operation::change_agent(request, agent, after, effect(Direction::Narrows))
            }
            Action::AddAgent => {
                let after = after.unwrap_or(Tier::Standard);
                Operation::add_agent(request, name, after, effect(Direction::Widens))
            }
            Action::AddRestrictedAgent => {
                let after = after.unwrap_or(Tier::ReadOnly);
                Operation::add_agent(request, name, after, effect(Direction::Narrows))
            }
            _ => Operation::remove_agent(request, known()?, effect(Direction::Narrows)),
        })
    }

    fn on_token(&self) -> Built<Operation> {
        let id = self.id()?;
        let Some(token) = self.entities.tokens.get(id) else {
            return Err(format!("there is no token `{id}` in entities.tokens"));
        };
        let request = self.request.clone();
        let build = match self.action {
            Action::CreateToken => Operation::create_token,
            Action::RotateToken => Operation::rotate_token,
            _ => Operation::revoke_token,
        };
        let effect = effect(Direction::Widens);
        Ok(build(
            request,
            id,
            &token.agent_name,
            token.all_tools,
            effect,
        ))
    }

    fn on_method(&self) -> Built<Operation> {
        let all = [AuthMethod::Passphrase, AuthMethod::TouchId];
        let text = self.context.method.as_ref();
        let text = text.map(|method| method.after.as_str());
        let after = named("method.after", text, &all, AuthMethod::as_str)?;
        let before = match after {
            AuthMethod::Passphrase => AuthMethod::TouchId,
            AuthMethod::TouchId => AuthMethod::Passphrase,
        };
        let effect = effect(Direction::Widens);
        Ok(Operation::set_auth_method(
            self.request.clone(),
            before,
            after,
            effect,
        ))
    }
}

fn set_key(request: Request, key: &str, effect: Effect) -> Built<Operation> {
    Operation::set_config_key(request, key, effect).map_err(|why| format!("`{key}`: {why}"))
}
