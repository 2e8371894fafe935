//! From a test's words to an operation.

use core::str::FromStr;

use super::{TestCase, TestEntities, shape::Becomes};
use crate::{
    Action, AgentRef, Channel, GuardSettings, Operation, Power, Principal, Request, Resource,
    StepUp, Tier, TokenRef, Unattended, UnknownWord,
    catalogue::{SampleParts, unspecific},
};

type Built<T> = Result<T, String>;

pub(super) fn operation(case: &TestCase, entities: &TestEntities) -> Built<Operation> {
    let words = &case.request;
    let action = Action::named(&words.action)
        .ok_or_else(|| format!("there is no action `{}`", words.action))?;
    let row = action
        .row()
        .ok_or_else(|| format!("`{action}` cannot be tested"))?;
    let id = match (words.resource.as_deref(), is_one_of_several(&action)) {
        (None, true) => return Err(format!("`{action}` needs a resource")),
        (id, _) => id.unwrap_or_default(),
    };
    let context = &words.context;
    let operation = (row.build)(SampleParts {
        request: request(case, entities)?,
        id,
        agent: known_agent(id, entities)?,
        token: known_token(id, entities)?,
        tier: after("tier.after", context.tier.as_ref())?,
        method: after("method.after", context.method.as_ref())?,
        powers: context.powers.as_ref().map(|powers| powers.gained),
        value: context.value.as_ref().map(|value| value.after.as_str()),
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
                | Resource::PolicyFile { .. }
                | Resource::ConfigKey { .. }
        )
    })
}

fn request(case: &TestCase, entities: &TestEntities) -> Built<Request> {
    let context = &case.request.context;
    let (step_up, unattended) = (&context.guard.step_up, &context.guard.unattended);
    let settings = GuardSettings::new(
        word::<StepUp>("guard.stepUp", step_up.as_deref())?.unwrap_or_default(),
        word::<Unattended>("guard.unattended", unattended.as_deref())?.unwrap_or_default(),
    );
    let principal = principal(&case.request.principal, entities)?;
    let usual = match &principal {
        Principal::User => Channel::Cli,
        Principal::Agent(_) | Principal::Host(_) => Channel::Mcp,
    };
    let channel = match context.channel.as_deref() {
        Some(name) => channel(name)?,
        None => usual,
    };
    let time = match &context.time {
        Some(text) => Some(text.parse().map_err(|why| format!("time: {why}"))?),
        None => None,
    };
    let mut request = Request::by_person("a test", settings).at(time);
    request.principal = principal;
    request.channel = channel;
    request.attended = context.attended.unwrap_or(true);
    Ok(request)
}

/// A test is of OpenPass's own operations, which come by these.
fn channel(name: &str) -> Built<Channel> {
    let known = Channel::SHIPPED.into_iter().find(|it| it.as_str() == name);
    known.ok_or_else(|| {
        let name = openpass_auth::SafeText::quoted(name);
        format!("channel: {name} is no channel; choose cli, mcp or other")
    })
}

/// The value of `field`, where one is given.
fn word<T: FromStr<Err = UnknownWord>>(field: &str, text: Option<&str>) -> Built<Option<T>> {
    let value = text.map(str::parse).transpose();
    value.map_err(|why| format!("{field}: {why}"))
}

fn after<T: FromStr<Err = UnknownWord>>(field: &str, after: Option<&Becomes>) -> Built<Option<T>> {
    word(field, after.map(|value| value.after.as_str()))
}

fn principal(text: &str, entities: &TestEntities) -> Built<Principal> {
    match text.strip_prefix("agent:") {
        _ if text == "user" => Ok(Principal::User),
        Some(name) => match known_agent(name, entities)? {
            Some(agent) => Ok(Principal::Agent(agent)),
            None => Err(format!("there is no agent `{name}` in entities.agents")),
        },
        None => Err(format!(
            "principal: `{text}` is neither `user` nor `agent:NAME`"
        )),
    }
}

fn known_agent(name: &str, entities: &TestEntities) -> Built<Option<AgentRef>> {
    let Some(agent) = entities.agents.get(name) else {
        return Ok(None);
    };
    let tier: Tier = agent.tier.parse().map_err(|why| format!("tier: {why}"))?;
    let mut known = AgentRef::new(name, tier, tier == Tier::Admin);
    if let Some(powers) = agent.powers {
        known.powers = powers;
    }
    if let Some(manages) = agent.can_manage_config {
        let others = known.powers.without(Power::ManageConfig);
        known.powers = match manages {
            true => others.with(Power::ManageConfig),
            false => others,
        };
    }
    Ok(Some(known))
}

/// A token, with the agent that it is for; one that the tests do not tell of is unknown.
fn known_token(id: &str, entities: &TestEntities) -> Built<Option<TokenRef>> {
    let Some(token) = entities.tokens.get(id) else {
        return Ok(None);
    };
    let agent = known_agent(&token.agent_name, entities)?;
    Ok(Some(TokenRef {
        id: id.to_owned(),
        agent: agent.unwrap_or_else(|| AgentRef::unknown(&token.agent_name)),
        all_tools: token.all_tools,
    }))
}
