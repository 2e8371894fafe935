//! From a test's words to an operation.

use core::str::FromStr;

use super::{TestEntities, combine::Asked};
use crate::{
    Action, AgentRef, Channel, GuardSettings, Operation, Principal, Request, Resource, SealGrade,
    StepUp, Tier, Unattended, UnknownWord,
    catalogue::{SampleParts, unspecific},
};

type Built<T> = Result<T, String>;

pub(super) fn operation(asked: &Asked<'_>, entities: &TestEntities) -> Built<Operation> {
    let action = Action::named(asked.action)
        .ok_or_else(|| format!("there is no action `{}`", asked.action))?;
    let row = action
        .row()
        .ok_or_else(|| format!("`{action}` cannot be tested"))?;
    let id = match (asked.resource, is_one_of_several(&action)) {
        (None, true) => return Err(format!("`{action}` needs a resource")),
        (id, _) => id.unwrap_or_default(),
    };
    let operation = (row.build)(SampleParts {
        request: request(asked, entities)?,
        id,
        agent: entities.agent(id)?,
        token: entities.token(id)?,
        approver: entities.approver(id),
        tier: word("tier.after", asked.tier)?,
        method: word("method.after", asked.method)?,
        powers: asked.powers,
        value: asked.value,
        effect: unspecific,
    })?;
    if *operation.action() == action {
        return Ok(operation);
    }
    Err(format!(
        "with this effect, the action is `{}` and not `{action}`",
        operation.action()
    ))
}

/// Whether there can be more than one of what it is on, so that an id tells
/// which.
fn is_one_of_several(action: &Action) -> bool {
    let request = Request::by_person("a test", GuardSettings::default());
    let agent = AgentRef::new("codex", Tier::ReadOnly, false);
    let sample = Operation::sample(action, request, &agent, unspecific);
    sample.is_some_and(|sample| {
        matches!(
            sample.resource(),
            Resource::AgentProfile { .. }
                | Resource::Token(_)
                | Resource::Approver(_)
                | Resource::PolicyFile { .. }
                | Resource::ConfigKey { .. }
        )
    })
}

fn request(asked: &Asked<'_>, entities: &TestEntities) -> Built<Request> {
    let settings = GuardSettings::new(
        word::<StepUp>("guard.stepUp", asked.step_up)?.unwrap_or_default(),
        word::<Unattended>("guard.unattended", asked.unattended)?.unwrap_or_default(),
    )
    .sealed(word::<SealGrade>("guard.sealed", asked.sealed)?.unwrap_or_default());
    let principal = principal(asked.principal, entities)?;
    let usual = match &principal {
        Principal::User => Channel::Cli,
        Principal::Agent(_) | Principal::Host(_) => Channel::Mcp,
    };
    let channel = match asked.channel {
        Some(name) => channel(name)?,
        None => usual,
    };
    let time = match asked.time {
        Some(text) => Some(text.parse().map_err(|why| format!("time: {why}"))?),
        None => None,
    };
    let mut request = Request::by_person("a test", settings).at(time);
    request.principal = principal;
    request.channel = channel;
    request.attended = asked.attended.unwrap_or(true);
    Ok(request)
}

/// A test is of OpenPass's own operations, which come by these.
fn channel(name: &str) -> Built<Channel> {
    let known = Channel::SHIPPED.into_iter().find(|it| it.as_str() == name);
    known.ok_or_else(|| {
        let name = openpass_auth::SafeText::quoted(name);
        format!("channel: {name} is not a channel; choose cli, mcp or other")
    })
}

/// The value of `field`, where one is given.
fn word<T: FromStr<Err = UnknownWord>>(field: &str, text: Option<&str>) -> Built<Option<T>> {
    let value = text.map(str::parse).transpose();
    value.map_err(|why| format!("{field}: {why}"))
}

fn principal(text: &str, entities: &TestEntities) -> Built<Principal> {
    match text.strip_prefix("agent:") {
        _ if text == "user" => Ok(Principal::User),
        Some(name) => match entities.agent(name)? {
            Some(agent) => Ok(Principal::Agent(agent)),
            None => Err(format!("there is no agent `{name}` in entities.agents")),
        },
        None => Err(format!(
            "principal: `{text}` is neither `user` nor `agent:NAME`"
        )),
    }
}
