//! The requesters of the sample operations.

use openpass_auth::SafeText;

use super::{names, own::OwnSamples, point::Who};
use crate::{AgentRef, Channel, Tier, engine::Looks};

/// A column: who asks.
pub(super) struct Principal {
    pub(super) name: String,
    pub(super) who: Who,
    pub(super) channel: Channel,
    pub(super) attended: bool,
    /// Whether it is an agent of the vault's own.
    pub(super) own: bool,
    /// The column that this is left out for, where both get the same answers.
    pub(super) like: Option<usize>,
}

impl Principal {
    fn new(name: impl Into<String>, who: Who, channel: Channel, attended: bool) -> Self {
        Self {
            name: name.into(),
            who,
            channel,
            attended,
            own: false,
            like: None,
        }
    }

    fn like(mut self, column: usize) -> Self {
        self.like = Some(column);
        self
    }
}

/// The column of the person by MCP.
const BY_MCP: usize = 2;
/// The column of the agent that manages.
const MANAGER: usize = 4;
/// The most channels of a host that have columns.
const MOST: usize = 4;

/// Everybody who asks: `sample` is the name of the agents that nobody has, `new` are
/// those that policies name alone.
pub(super) fn principals(
    looks: &[&Looks],
    own: &OwnSamples,
    new: &[AgentRef],
    sample: &str,
) -> Vec<Principal> {
    let agent = |tier, manages| Who::Agent(AgentRef::new(sample, tier, manages));
    let manager = agent(Tier::Admin, true);
    let (cli, mcp) = (Channel::Cli, Channel::Mcp);
    let mut all = vec![
        Principal::new("person", Who::Person, cli.clone(), true),
        Principal::new("person, nobody there", Who::Person, cli, false),
        Principal::new("person, by MCP", Who::Person, mcp.clone(), true),
        Principal::new("agent", agent(Tier::Standard, false), mcp.clone(), true),
        Principal::new("agent that manages", manager.clone(), mcp.clone(), true),
        Principal::new("agent, on itself", Who::Itself, mcp.clone(), true),
    ];
    let looked_at = |path: &str| looks.iter().any(|looks| looks.looks_within(path));
    if looked_at("context.channel") {
        all.extend(by_other_channels(looks, &manager));
    }
    if looked_at("context.attended") {
        let agent = "agent that manages, nobody there";
        all.push(Principal::new(agent, manager, mcp.clone(), false).like(MANAGER));
        let person = "person, by MCP, nobody there";
        all.push(Principal::new(person, Who::Person, mcp.clone(), false).like(BY_MCP));
    }
    let called = |agent: &AgentRef| {
        SafeText::fill("agent {}", &[&SafeText::quoted(&agent.name)]).to_string()
    };
    for new in new {
        let mut asks = new.clone();
        asks.tier = Tier::Admin;
        let column = Principal::new(called(new), Who::Agent(asks), mcp.clone(), true);
        all.push(column.like(MANAGER));
    }
    all.extend(own.sampled_agents().iter().map(|agent| Principal {
        own: true,
        ..Principal::new(called(agent), Who::Agent(agent.clone()), mcp.clone(), true)
    }));
    all
}

/// The other channels, where policies tell one from another.
fn by_other_channels(looks: &[&Looks], manager: &Who) -> Vec<Principal> {
    let named = names::names(looks).channels.into_iter();
    let hosts = named
        .map(Channel::named)
        .filter(|it| matches!(it, Channel::Host(_)));
    let there = "agent that manages, at the command line";
    let there = Principal::new(there, manager.clone(), Channel::Cli, true).like(MANAGER);
    let mut all = vec![there];
    for channel in core::iter::once(Channel::Other).chain(hosts.take(MOST)) {
        let by = SafeText::quoted(channel.as_str());
        let name = |who: &'static str| SafeText::fill(who, &[&by]).to_string();
        let person = name("person, by channel {}");
        all.push(Principal::new(person, Who::Person, channel.clone(), true).like(BY_MCP));
        let agent = name("agent that manages, by channel {}");
        all.push(Principal::new(agent, manager.clone(), channel, true).like(MANAGER));
    }
    all
}
