//! The sample operations, and who asks for them.

use super::{
    columns::{Principal, principals},
    names::{self, Names},
    own::OwnSamples,
    point::Point,
};
use crate::{
    Action, AgentRef, GuardSettings, Tier, TokenRef, WallTime,
    catalogue::{Each, Sample},
    engine::Looks,
};

/// A row: what for.
pub(super) struct Row {
    pub(super) action: Action,
    pub(super) what: String,
    each: Each,
    point: Point,
    /// The row of which this is the same for something that has a name.
    pub(super) sample: Option<usize>,
}

impl Row {
    /// The sample as `principal` asks for it.
    pub(super) fn asked_by(
        &self,
        principal: &Principal,
        settings: GuardSettings,
        time: Option<WallTime>,
    ) -> Point {
        let mut point = Point {
            who: principal.who.clone(),
            channel: principal.channel.clone(),
            attended: principal.attended,
            settings,
            time,
            ..self.point.clone()
        };
        point.agree();
        point
    }
}

/// Every sample: rows and columns.
pub(super) struct Samples {
    pub(super) principals: Vec<Principal>,
    pub(super) rows: Vec<Row>,
    /// An agent that nobody has.
    pub(super) target: AgentRef,
}

/// The most names of a kind that get rows and columns because policies name them.
const MOST: usize = 4;

impl Samples {
    /// The samples of the catalogue; those again for the vault's own agents and
    /// tokens; and for what policies name that look at `looks`.
    pub(super) fn of(looks: &[&Looks], own: &OwnSamples) -> Self {
        let named = names::names(looks);
        let is_new = |name: &&String| !own.agents.iter().any(|agent| agent.name == **name);
        let new: Vec<AgentRef> = named
            .agents
            .iter()
            .filter(is_new)
            .take(MOST)
            .map(|name| own.agent_called(name))
            .collect();
        let free = |name: &str| free(name, looks, own);
        // The agent whose profile is changed.
        let target = AgentRef::new(free("codex"), Tier::ReadOnly, true);
        Self {
            principals: principals(looks, own, &new, &free("agent")),
            rows: rows(own, (&named, &new), &target, &free),
            target,
        }
    }
}

/// A name that nothing has, in the vault or in a policy.
fn free(name: &str, looks: &[&Looks], own: &OwnSamples) -> String {
    let is_taken = |name: &str| {
        own.agents.iter().any(|agent| agent.name == name)
            || own.tokens.iter().any(|token| token.id == name)
            || looks.iter().any(|looks| looks.means(name))
    };
    let mut free = name.to_owned();
    // A pattern may fit whatever comes behind.
    for suffix in [" (sample)", " (another)", " (sample)", " (another)"] {
        if !is_taken(&free) {
            return free;
        }
        free.push_str(suffix);
    }
    match is_taken(&free) {
        true => format!("~ {name}"),
        false => free,
    }
}

/// Every row: the samples first, then those of what has a name.
fn rows(
    own: &OwnSamples,
    (named, new): (&Names, &[AgentRef]),
    target: &AgentRef,
    free: &impl Fn(&str) -> String,
) -> Vec<Row> {
    let samples = Action::ALL.into_iter().flat_map(|action| {
        let samples = action.row().map(|row| row.samples).unwrap_or_default();
        samples.iter().map(move |sample| (action.clone(), sample))
    });
    let row = |(action, from): (Action, &'static Sample)| {
        let mut point = Point::of(&action, from, target, GuardSettings::default());
        point.token.id = free(&point.token.id);
        if matches!(action, Action::ApplyPolicy | Action::RemovePolicy) {
            point.id = free(&point.id);
        }
        Row {
            action,
            what: from.words.what.to_owned(),
            each: from.words.each,
            point,
            sample: None,
        }
    };
    let mut rows: Vec<Row> = samples.map(row).collect();
    for agent in own.sampled_agents() {
        rows.extend(again(&rows, |row| row.of_agent(agent, false)));
    }
    for token in own.sampled_tokens() {
        rows.extend(again(&rows, |row| row.of_token(token)));
    }
    for agent in new {
        rows.extend(again(&rows, |row| row.of_agent(agent, true)));
    }
    let is_new = |id: &&String| !own.tokens.iter().any(|token| token.id == **id);
    for id in named.tokens.iter().filter(is_new).take(MOST) {
        let token = own.token_called(id, &target.name);
        rows.extend(again(&rows, |row| row.of_token(&token)));
    }
    for id in named.keys.iter().take(2 * MOST) {
        rows.extend(again(&rows, |row| row.of_key(id)));
    }
    for id in named.files.iter().take(MOST) {
        rows.extend(again(&rows, |row| row.of_file(id)));
    }
    rows
}

/// The samples that are shown again, for one thing that has a name.
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
    fn with(&self, point: Point) -> Self {
        Self {
            action: self.action.clone(),
            what: point.words(true),
            each: self.each,
            point,
            sample: None,
        }
    }

    fn of_agent(&self, agent: &AgentRef, is_new: bool) -> Option<Self> {
        let adds = matches!(self.action, Action::AddAgent | Action::AddRestrictedAgent);
        if !(matches!(self.each, Each::Agent(_)) || (adds && is_new)) {
            return None;
        }
        let mut point = self.point.clone();
        point.target = agent.clone();
        point.token.agent = agent.clone();
        Some(self.with(point))
    }

    fn of_token(&self, token: &TokenRef) -> Option<Self> {
        let Each::Token(_) = self.each else {
            return None;
        };
        let mut point = self.point.clone();
        point.token = token.clone();
        Some(self.with(point))
    }

    fn of_key(&self, id: &str) -> Option<Self> {
        // One sample of each action is enough to be told from.
        let is_last = match self.action {
            Action::SetConfigKey => self.point.id == "mcp.bind",
            Action::SetRoutineConfigKey => self.point.id == "logging.level",
            _ => return None,
        };
        self.of_id(id).filter(|_| is_last)
    }

    fn of_file(&self, id: &str) -> Option<Self> {
        match self.action {
            Action::ApplyPolicy | Action::RemovePolicy => self.of_id(id),
            _ => None,
        }
    }

    fn of_id(&self, id: &str) -> Option<Self> {
        let mut point = self.point.clone();
        id.clone_into(&mut point.id);
        // The other action of the two is for this key, or none is.
        point.operation()?;
        Some(self.with(point))
    }
}
