//! The dimensions of an operation that policies can look at, and the values that a
//! search tries for each.

use std::collections::BTreeSet;

use super::point::{Point, Who};
use crate::{
    Action, AgentRef, ApproverKind, AuthMethod, Channel, Powers, SealGrade, StepUp, Tier,
    Unattended, WallTime, engine::Looks,
};

/// One thing that can be otherwise from one operation to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Dim {
    Target,
    TargetTier,
    TargetManages,
    Held,
    TierAfter,
    Gained,
    TokenId,
    TokenAgent,
    AllTools,
    Id,
    Kind,
    Meaning,
    Method,
    Who,
    AskerTier,
    AskerManages,
    AskerPowers,
    Channel,
    Attended,
    StepUp,
    Unattended,
    Sealed,
    Time,
}

/// The dimensions that each path of the schema depends on.
///
/// What a host's own schema adds, and what is not here, counts as unknown: the search
/// tries everything then, and does not claim to have tried all.
const PATHS: &[(&str, &[Dim])] = &[
    ("action", &[]),
    ("principal", &[Dim::Who]),
    ("principal.name", &[Dim::Who]),
    // Each rank is had by a tier.
    ("principal.tier", &[Dim::Who, Dim::AskerTier]),
    ("principal.canManageConfig", &[Dim::Who, Dim::AskerManages]),
    (
        "principal.powers",
        &[Dim::Who, Dim::AskerManages, Dim::AskerPowers],
    ),
    ("resource", &[Dim::Target, Dim::TokenId, Dim::Id]),
    ("resource.name", &[Dim::Id]),
    ("resource.credential", &[Dim::Id]),
    ("resource.agent", &[Dim::Target, Dim::TokenAgent]),
    ("resource.agent.name", &[Dim::Target, Dim::TokenAgent]),
    ("resource.agent.tier", &[Dim::TargetTier, Dim::TokenAgent]),
    (
        "resource.agent.powers",
        &[Dim::TargetManages, Dim::Held, Dim::TokenAgent],
    ),
    (
        "resource.agent.canManageConfig",
        &[Dim::TargetManages, Dim::TokenAgent],
    ),
    ("resource.agentName", &[Dim::TokenAgent]),
    ("resource.allTools", &[Dim::AllTools]),
    ("resource.kind", &[Dim::Kind]),
    ("context.authentication.factor", &[]),
    ("context.authentication.approver", &[]),
    ("context.requester", &[Dim::Who]),
    ("context.channel", &[Dim::Channel]),
    ("context.attended", &[Dim::Attended]),
    ("context.guard.stepUp", &[Dim::StepUp]),
    ("context.guard.unattended", &[Dim::Unattended]),
    ("context.guard.sealed", &[Dim::Sealed]),
    ("context.time.minuteOfDay", &[Dim::Time]),
    ("context.time.weekday", &[Dim::Time]),
    ("context.tier.before", &[Dim::TargetTier]),
    // What is not changed is as it is before.
    ("context.tier.after", &[Dim::TierAfter, Dim::TargetTier]),
    ("context.powers.held", &[Dim::TargetManages, Dim::Held]),
    (
        "context.powers.gained",
        &[Dim::TierAfter, Dim::Gained, Dim::Held],
    ),
    ("context.value.before", &[Dim::Meaning, Dim::Id]),
    ("context.value.after", &[Dim::Meaning, Dim::Id]),
    ("context.method.before", &[Dim::Method]),
    ("context.method.after", &[Dim::Method]),
];

const EVERY: [Dim; 23] = [
    Dim::Target,
    Dim::TargetTier,
    Dim::TargetManages,
    Dim::Held,
    Dim::TierAfter,
    Dim::Gained,
    Dim::TokenId,
    Dim::TokenAgent,
    Dim::AllTools,
    Dim::Id,
    Dim::Kind,
    Dim::Meaning,
    Dim::Method,
    Dim::Who,
    Dim::AskerTier,
    Dim::AskerManages,
    Dim::AskerPowers,
    Dim::Channel,
    Dim::Attended,
    Dim::StepUp,
    Dim::Unattended,
    Dim::Sealed,
    Dim::Time,
];

impl Dim {
    /// Whether operations of `action` differ by it.
    fn is_of(self, action: &Action) -> bool {
        use Action::{
            AddAgent, AddApprover, AddRestrictedAgent, ApplyPolicy, CreateToken, NarrowAgent,
            RemoveAgent, RemoveApprover, RemovePolicy, RenewApprover, ReplaceApprover, RevokeToken,
            RotateToken, SetAuthMethod, SetConfigKey, SetRoutineConfigKey, WidenAgent,
        };
        let approves = matches!(
            action,
            AddApprover | ReplaceApprover | RemoveApprover | RenewApprover
        );
        let adds = matches!(action, AddAgent | AddRestrictedAgent);
        let changes = matches!(action, WidenAgent | NarrowAgent);
        match self {
            Self::Target => adds || changes || *action == RemoveAgent,
            Self::TargetTier | Self::TargetManages | Self::Held => {
                changes || *action == RemoveAgent
            }
            Self::TierAfter => adds || changes,
            Self::Gained => adds || changes || *action == RemoveAgent,
            Self::Meaning => matches!(action, SetConfigKey | SetRoutineConfigKey),
            Self::TokenId | Self::TokenAgent | Self::AllTools => {
                matches!(action, CreateToken | RotateToken | RevokeToken)
            }
            Self::Kind => approves,
            Self::Id => {
                let is_of_several = matches!(
                    action,
                    SetConfigKey | SetRoutineConfigKey | ApplyPolicy | RemovePolicy
                );
                is_of_several || approves
            }
            Self::Method => *action == SetAuthMethod,
            _ => true,
        }
    }
}

/// Returns the dimensions of an operation of `action` that these policies look at, and
/// whether those are certainly all.
pub(super) fn looked_at(looks: &[&Looks], action: &Action) -> (BTreeSet<Dim>, bool) {
    let mut dims = BTreeSet::new();
    let mut is_all = true;
    for looks in looks {
        is_all &= !looks.opaque;
        for path in looks.paths.keys() {
            match of_path(path) {
                Some(found) => dims.extend(found),
                None => {
                    is_all = false;
                    dims.extend(EVERY);
                }
            }
        }
    }
    dims.retain(|dim| dim.is_of(action));
    // Of sets of powers, those are tried that a tier gives, each power, and all.
    let sets = [Dim::Held, Dim::Gained, Dim::AskerPowers];
    is_all &= !sets.iter().any(|dim| dims.contains(dim));
    (dims, is_all)
}

/// A record as a whole is each of its parts.
fn of_path(path: &str) -> Option<BTreeSet<Dim>> {
    if let Some((_, dims)) = PATHS.iter().find(|(known, _)| *known == path) {
        return Some(dims.iter().copied().collect());
    }
    let within = PATHS.iter().filter(|(known, _)| {
        known
            .strip_prefix(path)
            .is_some_and(|rest| rest.starts_with('.'))
    });
    let all: BTreeSet<Dim> = within.flat_map(|(_, dims)| dims.iter().copied()).collect();
    (!all.is_empty() || path == "context.authentication").then_some(all)
}

/// A value of one dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Target(AgentRef),
    TargetTier(Tier),
    TargetManages(bool),
    Held(Powers),
    TierAfter(Tier),
    Gained(Powers),
    TokenId(String),
    TokenAgent(AgentRef),
    AllTools(bool),
    Id(String),
    Kind(ApproverKind),
    /// A key's value before and after.
    Meaning((Option<&'static str>, Option<&'static str>)),
    Method((AuthMethod, AuthMethod)),
    Who(Who),
    AskerTier(Tier),
    AskerManages(bool),
    AskerPowers(Powers),
    Channel(Channel),
    Attended(bool),
    StepUp(StepUp),
    Unattended(Unattended),
    Sealed(SealGrade),
    Time(Option<WallTime>),
}

impl Value {
    /// Returns the value that `point` has in this dimension.
    pub(super) fn of(dim: Dim, point: &Point) -> Self {
        let asker = match &point.who {
            Who::Agent(agent) => agent,
            Who::Person | Who::Itself => &point.target,
        };
        match dim {
            Dim::Target => Self::Target(point.target.clone()),
            Dim::TargetTier => Self::TargetTier(point.target.tier),
            Dim::TargetManages => Self::TargetManages(point.target.can_manage_config()),
            Dim::Held => Self::Held(point.target.powers),
            Dim::TierAfter => Self::TierAfter(point.tier.unwrap_or(point.target.tier)),
            Dim::Gained => Self::Gained(point.gained),
            Dim::TokenId => Self::TokenId(point.token.id.clone()),
            Dim::TokenAgent => Self::TokenAgent(point.token.agent.clone()),
            Dim::AllTools => Self::AllTools(point.token.all_tools),
            Dim::Id => Self::Id(point.id.clone()),
            Dim::Kind => Self::Kind(point.kind),
            Dim::Meaning => Self::Meaning(point.value),
            Dim::Method => Self::Method(point.method),
            Dim::Who => Self::Who(point.who.clone()),
            Dim::AskerTier => Self::AskerTier(asker.tier),
            Dim::AskerManages => Self::AskerManages(asker.can_manage_config()),
            Dim::AskerPowers => Self::AskerPowers(asker.powers),
            Dim::Channel => Self::Channel(point.channel.clone()),
            Dim::Attended => Self::Attended(point.attended),
            Dim::StepUp => Self::StepUp(point.settings.step_up),
            Dim::Unattended => Self::Unattended(point.settings.unattended),
            Dim::Sealed => Self::Sealed(point.settings.sealed),
            Dim::Time => Self::Time(point.time),
        }
    }
}
