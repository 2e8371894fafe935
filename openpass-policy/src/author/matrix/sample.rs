//! The sample operations, and who asks for them.

use openpass_auth::SafeText;

use super::own::OwnSamples;
use crate::{
    Action, AgentRef, Channel, GuardSettings, Operation, Request, Tier, TokenRef, WallTime,
    catalogue::{Each, Sample},
};

/// A column: who asks.
pub(super) struct Principal {
    pub(super) name: String,
    who: Who,
    /// Whether it is an agent of the vault's own.
    pub(super) own: bool,
}

enum Who {
    Person,
    Script,
    PersonByMcp,
    Agent(AgentRef),
    /// The agent that the operation is about.
    Itself,
}

/// A row: what for.
pub(super) struct Row {
    pub(super) action: Action,
    pub(super) what: String,
    from: &'static Sample,
    /// The agent that the operation is about.
    target: AgentRef,
    /// The token that it is about, where that is one of the vault's own.
    token: Option<TokenRef>,
    /// The row of which this is the same for an agent or token of the vault's
    /// own.
    pub(super) sample: Option<usize>,
}

impl Row {
    /// The operation, as `principal` asks for it.
    pub(super) fn asked_by(
        &self,
        principal: &Principal,
        settings: GuardSettings,
        time: Option<WallTime>,
    ) -> Operation {
        let by_agent =
            |agent: &AgentRef| Request::by_agent(agent.clone(), Channel::Mcp, "", settings);
        let request = match &principal.who {
            Who::Person => Request::by_person("", settings),
            Who::Script => Request::by_script("", settings),
            Who::PersonByMcp => Request {
                channel: Channel::Mcp,
                ..Request::by_person("", settings)
            },
            Who::Agent(agent) => by_agent(agent),
            Who::Itself => by_agent(&self.target),
        };
        self.build(request.at(time))
    }

    fn build(&self, request: Request) -> Operation {
        let mut asked = self.from.asked(request.clone(), &self.target);
        if let Some(token) = &self.token {
            asked.token = Some(token.clone());
        }
        let built = self.action.row().map(|row| (row.build)(asked));
        // Every sample can be built, as a test says; if one could not, its row
        // would show that nothing happens.
        built
            .and_then(Result::ok)
            .unwrap_or_else(|| Operation::dry_run(request))
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
        principal("person", Who::Person),
        principal("person, nobody there", Who::Script),
        principal("person, by MCP", Who::PersonByMcp),
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
    let samples = Action::ALL.into_iter().flat_map(|action| {
        let samples = action.row().map(|row| row.samples).unwrap_or_default();
        samples.iter().map(move |sample| (action.clone(), sample))
    });
    let row = |(action, from): (Action, &'static Sample)| Row {
        action,
        what: from.words.what.to_owned(),
        from,
        target: target.clone(),
        token: None,
        sample: None,
    };
    let mut rows: Vec<Row> = samples.map(row).collect();
    for agent in own.sampled_agents() {
        rows.extend(again(&rows, |row| row.of_agent(agent)));
    }
    for token in own.sampled_tokens() {
        rows.extend(again(&rows, |row| row.of_token(token)));
    }
    rows
}

/// The samples that are shown again, for one of the vault's own.
fn again(rows: &[Row], of: impl Fn(&Row) -> Option<Row>) -> Vec<Row> {
    let numbered = rows.iter().enumerate();
    let samples = numbered.filter(|(_, row)| row.sample.is_none());
    let again = samples.filter_map(|(number, row)| {
        let sample = Some(number);
        of(row).map(|row| Row { sample, ..row })
    });
    again.collect()
}

impl Row {
    fn of_agent(&self, agent: &AgentRef) -> Option<Self> {
        let Each::Agent(what) = self.from.words.each else {
            return None;
        };
        let name = SafeText::quoted(&agent.name);
        Some(Self {
            what: SafeText::fill(what, &[&name]).to_string(),
            target: agent.clone(),
            token: None,
            action: self.action.clone(),
            ..*self
        })
    }

    fn of_token(&self, token: &TokenRef) -> Option<Self> {
        let Each::Token(what) = self.from.words.each else {
            return None;
        };
        let (id, agent) = (&token.id, &token.agent.name);
        let names = [&SafeText::quoted(id), &SafeText::quoted(agent)];
        Some(Self {
            what: SafeText::fill(what, &names).to_string(),
            target: self.target.clone(),
            token: Some(token.clone()),
            action: self.action.clone(),
            ..*self
        })
    }
}
