//! The values that a search tries for what policies look at.

use super::{
    dims::{Dim, Value},
    moments::Moments,
    names::names,
    own::OwnSamples,
    point::{Point, Who},
};
use crate::{
    Action, AgentRef, ApproverKind, AuthMethod, Channel, GuardSettings, Power, Powers,
    ROUTINE_KEYS, SealGrade, Standing, StepUp, Tier, Unattended, WallTime, engine::Looks,
};

/// The names and times that are tried.
pub(super) struct Pools {
    pub(super) agents: Vec<AgentRef>,
    tokens: Vec<String>,
    keys: Vec<String>,
    files: Vec<String>,
    approvers: Vec<String>,
    pub(super) channels: Vec<Channel>,
    times: Vec<Option<WallTime>>,
    /// Whether policies name more than is tried.
    pub(super) is_cut: bool,
}

/// The most names of a kind that are tried.
const MOST: usize = 48;

impl Pools {
    /// Collects what `looks` name, in the order of `looks`, and then the vault's own.
    pub(super) fn of(looks: &[&Looks], own: &OwnSamples, now: Option<WallTime>) -> Self {
        let names = names(looks);
        let mut is_cut = false;
        let mut few = |names: Vec<String>| {
            is_cut |= names.len() > MOST;
            names.into_iter().take(MOST).collect::<Vec<String>>()
        };
        let agents = few(names.agents);
        let (tokens, keys) = (few(names.tokens), few(names.keys));
        let (files, approvers) = (few(names.files), few(names.approvers));
        let channels = Channel::SHIPPED.into_iter();
        let channels = channels.chain(names.channels.into_iter().map(Channel::named));
        let moments = Moments::of(looks, now);
        Self {
            agents: agents.iter().map(|name| own.agent_called(name)).collect(),
            tokens,
            keys,
            files,
            approvers,
            channels: channels.collect(),
            times: moments.all.iter().map(|moment| moment.time).collect(),
            is_cut: is_cut || moments.left_out > 0,
        }
    }

    /// The values of `dim` for operations like `base`, its own first.
    pub(super) fn values(&self, dim: Dim, base: &Point) -> Vec<Value> {
        let tiers = [Tier::ReadOnly, Tier::Standard, Tier::Admin];
        let all: Vec<Value> = match dim {
            Dim::Target => each(&self.agents, |it| Value::Target(it.clone())),
            Dim::TargetTier => tiers.map(Value::TargetTier).into(),
            Dim::TargetManages => [true, false].map(Value::TargetManages).into(),
            Dim::Held => held().into_iter().map(Value::Held).collect(),
            Dim::TierAfter => tiers.map(Value::TierAfter).into(),
            Dim::Gained => gained().into_iter().map(Value::Gained).collect(),
            Dim::TokenId => each(&self.tokens, |it| Value::TokenId(it.clone())),
            Dim::TokenAgent => self.owners(&base.token.agent),
            Dim::AllTools => [true, false].map(Value::AllTools).into(),
            Dim::Id => self.ids(&base.action),
            Dim::Kind => kinds().into_iter().map(Value::Kind).collect(),
            Dim::Meaning => meanings().into_iter().map(Value::Meaning).collect(),
            Dim::Method => {
                let methods = AuthMethod::ALL.into_iter();
                let pair = |before| AuthMethod::ALL.map(|after| Value::Method((before, after)));
                methods.flat_map(pair).collect()
            }
            Dim::Who => self.askers(base),
            Dim::AskerTier => tiers.map(Value::AskerTier).into(),
            Dim::AskerManages => [true, false].map(Value::AskerManages).into(),
            Dim::AskerPowers => held().into_iter().map(Value::AskerPowers).collect(),
            Dim::Channel => each(&self.channels, |it| Value::Channel(it.clone())),
            Dim::Attended => [true, false].map(Value::Attended).into(),
            Dim::StepUp => StepUp::ALL.map(Value::StepUp).into(),
            Dim::Unattended => Unattended::ALL.map(Value::Unattended).into(),
            Dim::Sealed => SealGrade::ALL.map(Value::Sealed).into(),
            Dim::Time => each(&self.times, |it| Value::Time(*it)),
        };
        let own = Value::of(dim, base);
        let others = all.into_iter().filter(|value| *value != own);
        core::iter::once(own.clone()).chain(others).collect()
    }

    /// The agents of tokens: those that there are, and one of each rank.
    fn owners(&self, base: &AgentRef) -> Vec<Value> {
        let standings = [Tier::ReadOnly, Tier::Standard, Tier::Admin].map(Standing::from);
        let standings = standings.into_iter().chain([Standing::UNKNOWN]);
        let ranked = standings.map(|it| AgentRef::with_standing(&base.name, it));
        let all = self.agents.iter().cloned().chain(ranked);
        all.map(Value::TokenAgent).collect()
    }

    fn askers(&self, base: &Point) -> Vec<Value> {
        let manager = AgentRef::new(another(&base.target), Tier::Admin, true);
        let mut all = vec![Who::Person, Who::Agent(manager), Who::Itself];
        all.extend(self.agents.iter().cloned().map(Who::Agent));
        all.into_iter().map(Value::Who).collect()
    }

    fn ids(&self, action: &Action) -> Vec<Value> {
        let samples = action.row().map(|row| row.samples).unwrap_or_default();
        let nobody = AgentRef::new("", Tier::ReadOnly, false);
        let samples = samples
            .iter()
            .map(|sample| Point::of(action, sample, &nobody, GuardSettings::default()).id);
        let named = match action {
            Action::ApplyPolicy | Action::RemovePolicy => &self.files,
            Action::AddApprover
            | Action::ReplaceApprover
            | Action::RemoveApprover
            | Action::RenewApprover => &self.approvers,
            _ => &self.keys,
        };
        let routine = ROUTINE_KEYS.iter().map(|key| (*key).to_owned());
        let routine = routine.filter(|_| *action == Action::SetRoutineConfigKey);
        let all = named.iter().cloned().chain(samples).chain(routine);
        all.map(Value::Id).collect()
    }
}

/// The kinds of approvers that there are.
fn kinds() -> Vec<ApproverKind> {
    let all = ApproverKind::ALL.into_iter();
    all.filter(|kind| *kind != ApproverKind::None).collect()
}

/// Returns the sets of powers that agents hold: what each tier gives, each power alone,
/// and all.
fn held() -> Vec<Powers> {
    let tiers = [Tier::ReadOnly, Tier::Standard, Tier::Admin].map(Powers::of_tier);
    let alone = Powers::ALL.iter().map(|power| Powers::NONE.with(power));
    tiers
        .into_iter()
        .chain(alone)
        .chain([Powers::ALL])
        .collect()
}

/// Returns the sets of powers that agents gain beside their tier: none, each power
/// alone, and all.
fn gained() -> Vec<Powers> {
    let alone = Power::ALL.into_iter();
    let alone = alone.map(|power| Powers::NONE.with(power));
    let all = Powers::ALL.with(Power::Other);
    core::iter::once(Powers::NONE)
        .chain(alone)
        .chain([all])
        .collect()
}

/// A key's value before and after, one for each meaning.
fn meanings() -> Vec<(Option<&'static str>, Option<&'static str>)> {
    let texts = [
        None,
        Some("true"),
        Some("false"),
        Some("127.0.0.1"),
        Some("0.0.0.0"),
        Some("any other"),
    ];
    let pairs = texts.into_iter();
    pairs
        .flat_map(|before| texts.map(|after| (before, after)))
        .collect()
}

/// The name of an agent that is not `agent`.
pub(super) fn another(agent: &AgentRef) -> String {
    format!("{} (another)", agent.name)
}

fn each<T>(all: &[T], value: impl Fn(&T) -> Value) -> Vec<Value> {
    all.iter().map(value).collect()
}
