//! The sample operations, and who asks for them.

use openpass_auth::SafeText;

use super::{
    catalogue::{ON_AGENTS, OnAgent, PLAIN, narrows},
    own::{OwnSamples, OwnToken},
};
use crate::{
    Action, AgentRef, Channel, GuardSettings, Operation, Principal as Asking, Request, Tier,
    WallTime,
};

/// A column: who asks.
pub(super) struct Principal {
    pub(super) name: String,
    who: Who,
    /// Whether it is an agent of the vault's own.
    pub(super) own: bool,
}

enum Who {
    Person(fn(Request) -> Request),
    Agent(AgentRef),
    /// The agent that the operation is about.
    Itself,
}

type Build = Box<dyn Fn(Request) -> Operation>;

/// A row: what for.
pub(super) struct Row {
    pub(super) action: Action,
    pub(super) what: String,
    /// The agent that the operation is about.
    target: AgentRef,
    /// The row of which this is the same for an agent or token of the vault's
    /// own.
    pub(super) sample: Option<usize>,
    build: Build,
}

impl Row {
    /// The operation, as `principal` asks for it.
    pub(super) fn asked_by(
        &self,
        principal: &Principal,
        settings: GuardSettings,
        time: Option<WallTime>,
    ) -> Operation {
        let person = Request::by_person("", settings).at(time);
        let agent = match &principal.who {
            Who::Person(how) => return (self.build)(how(person)),
            Who::Agent(agent) => agent,
            Who::Itself => &self.target,
        };
        let asking = Asking::Agent(agent.clone());
        (self.build)(person.on_behalf_of(asking, Channel::Mcp))
    }
}

/// A name that no agent of the vault has: its profile would be another.
fn free(name: &str, own: &OwnSamples) -> String {
    let mut name = name.to_owned();
    while own.agents.iter().any(|agent| agent.name == name) {
        name.push_str(" (sample)");
    }
    name
}

pub(super) fn principals(own: &OwnSamples) -> Vec<Principal> {
    let principal = |name: &str, who| Principal {
        name: name.to_owned(),
        who,
        own: false,
    };
    let agent = |tier, manages| Who::Agent(AgentRef::new(free("agent", own), tier, manages));
    let mut all = vec![
        principal("person", Who::Person(|request| request)),
        principal("person, nobody there", Who::Person(Request::unattended)),
        principal(
            "person, by MCP",
            Who::Person(|request| request.on_behalf_of(Asking::User, Channel::Mcp)),
        ),
        principal("agent", agent(Tier::Standard, false)),
        principal("agent that manages", agent(Tier::Admin, true)),
        principal("agent, on itself", Who::Itself),
    ];
    all.extend(own.sampled_agents().iter().map(|agent| Principal {
        name: SafeText::fill("agent {}", &[&SafeText::quoted(&agent.name)]).to_string(),
        who: Who::Agent(agent.clone()),
        own: true,
    }));
    all
}

/// Every row: the samples first, then those of the vault's own agents and
/// tokens.
pub(super) fn rows(own: &OwnSamples) -> Vec<Row> {
    // The agent whose profile is changed.
    let target = AgentRef::new(free("codex", own), Tier::ReadOnly, true);
    let mut rows: Vec<Row> = ON_AGENTS
        .iter()
        .map(|sample| on(sample, &target, None))
        .collect();
    rows.push(revocation(
        &OwnToken::new("ci", &target.name, false),
        &target,
        None,
    ));
    let revocations = rows.len() - 1;
    rows.extend(PLAIN.iter().map(|plain| Row {
        action: plain.action,
        what: plain.what.to_owned(),
        target: target.clone(),
        sample: None,
        build: Box::new(plain.build),
    }));
    for agent in own.sampled_agents() {
        let samples = ON_AGENTS.iter().enumerate();
        rows.extend(
            samples
                .filter(|(_, sample)| !sample.what_of.is_empty())
                .map(|(number, sample)| on(sample, agent, Some(number))),
        );
    }
    for token in own.sampled_tokens() {
        rows.push(revocation(token, &target, Some(revocations)));
    }
    rows
}

fn on(sample: &'static OnAgent, agent: &AgentRef, of: Option<usize>) -> Row {
    let target = agent.clone();
    let name = SafeText::quoted(&agent.name);
    Row {
        action: sample.action,
        what: match of {
            Some(_) => SafeText::fill(sample.what_of, &[&name]).to_string(),
            None => sample.what.to_owned(),
        },
        target: agent.clone(),
        sample: of,
        build: Box::new(move |request| (sample.build)(request, &target)),
    }
}

fn revocation(token: &OwnToken, target: &AgentRef, of: Option<usize>) -> Row {
    let names = [
        &SafeText::quoted(&token.id),
        &SafeText::quoted(&token.agent_name),
    ];
    let token = token.clone();
    Row {
        action: Action::RevokeToken,
        what: match of {
            Some(_) => SafeText::fill("revoke token {} of {}", &names).to_string(),
            None => "revoke a token".to_owned(),
        },
        target: target.clone(),
        sample: of,
        build: Box::new(move |request| {
            let (id, agent, all) = (&token.id, &token.agent_name, token.all_tools);
            Operation::revoke_token(request, id, agent, all, narrows())
        }),
    }
}
