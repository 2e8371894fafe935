//! The circumstances that would have to be otherwise to make a "no" another answer.

use core::fmt;

use serde::Serialize;

use crate::{
    AuthFactor, Authentication, Channel, Decision, Denial, Operation, PolicyEngine, PolicyId,
    Power, Principal, SealGrade, StepUp, Unattended, WallTime,
};

/// One circumstance that would have to be otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "change", content = "to", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum WhatIf {
    /// Another factor.
    Factor(AuthFactor),
    /// An approver signs for what is given.
    Signed,
    /// The person asks, at the command line.
    AskedByThePerson,
    /// The agent that asks has canManageConfig.
    CanManageConfig,
    /// It is asked through this host.
    Channel(Channel),
    /// Somebody is there, or nobody.
    Attended(bool),
    /// The guard's setting `step_up` has this value.
    StepUp(StepUp),
    /// The guard's setting `unattended` has this value.
    Unattended(Unattended),
    /// The approved state has a seal of this grade.
    Sealed(SealGrade),
    /// It is this day and time.
    Time(WallTime),
    /// This policy, which is not a shipped one, does not apply or is removed.
    Without(PolicyId),
}

impl fmt::Display for WhatIf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Factor(AuthFactor::Biometry) => f.write_str("biometry is given"),
            Self::Factor(AuthFactor::Passphrase) => f.write_str("the passphrase is given"),
            Self::Factor(AuthFactor::SecurityKey) => f.write_str("a security key is touched"),
            Self::Factor(AuthFactor::Device) => f.write_str("another device answers"),
            Self::Factor(AuthFactor::SystemLogin) => f.write_str("the system checks its user"),
            Self::Factor(AuthFactor::OneTimeCode) => f.write_str("a one-time code is given"),
            Self::Factor(AuthFactor::Confirm) => f.write_str("the person says y"),
            Self::Factor(AuthFactor::Waived) => f.write_str("a setting waives the proof"),
            Self::Factor(AuthFactor::None) => f.write_str("nobody is asked"),
            Self::Signed => f.write_str("an approver signs it"),
            Self::AskedByThePerson => f.write_str("the person asks, at the command line"),
            Self::CanManageConfig => f.write_str("the agent that asks has canManageConfig"),
            Self::Channel(channel) => write!(f, "it is asked through {}", channel.as_str()),
            Self::Attended(true) => f.write_str("somebody is there"),
            Self::Attended(false) => f.write_str("nobody is there"),
            Self::StepUp(value) => {
                write!(f, "the guard's settings say step_up: {}", value.as_str())
            }
            Self::Unattended(value) => {
                write!(f, "the guard's settings say unattended: {}", value.as_str())
            }
            Self::Sealed(SealGrade::None) => f.write_str("what was approved has no seal"),
            Self::Sealed(grade) => write!(f, "what was approved has a {grade} seal"),
            Self::Time(time) => write!(f, "it is {time}"),
            Self::Without(id) => write!(f, "the policy {id} is not in force"),
        }
    }
}

/// One case to try: an operation, maybe a factor, signed or not, and the policies that
/// are left out.
struct Case {
    operation: Operation,
    factor: Option<AuthFactor>,
    signed: bool,
    without: Vec<PolicyId>,
}

impl Case {
    /// Copies the case, to change the copy.
    fn copy(&self) -> Self {
        Self {
            operation: self.operation.asked_as(self.operation.request().clone()),
            factor: self.factor,
            signed: self.signed,
            without: self.without.clone(),
        }
    }

    /// Returns the authentication that is given.
    fn given(&self) -> Option<Authentication> {
        let with = match self.signed {
            true => Authentication::signed,
            false => Authentication::unsigned,
        };
        self.factor.map(with)
    }
}

/// The most circumstances that are changed together.
const TOGETHER: usize = 3;

/// The smallest sets of changes that turn a "no" into another answer.
pub(super) fn search(
    engine: &PolicyEngine,
    operation: &Operation,
    given: Option<Authentication>,
) -> Vec<Vec<WhatIf>> {
    let case = Case {
        operation: operation.asked_as(operation.request().clone()),
        factor: given.map(Authentication::factor),
        signed: given.is_some_and(Authentication::is_signed),
        without: Vec::new(),
    };
    let candidates = candidates(engine, &case);
    let mut sets: Vec<Vec<&WhatIf>> = vec![Vec::new()];
    for _ in 0..TOGETHER {
        sets = longer(&sets, &candidates);
        let good = sets.iter().filter(|set| is_allowed(engine, &case, set));
        let found: Vec<Vec<WhatIf>> = good
            .map(|set| set.iter().map(|&change| change.clone()).collect())
            .collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// Every set with one candidate more, in the candidates' order, and never two
/// of one kind.
fn longer<'a>(sets: &[Vec<&'a WhatIf>], candidates: &'a [WhatIf]) -> Vec<Vec<&'a WhatIf>> {
    let mut all = Vec::new();
    for set in sets {
        let last = set
            .last()
            .map(|last| candidates.iter().position(|c| c == *last));
        let next = last.flatten().map_or(0, |index| index + 1);
        for candidate in candidates.iter().skip(next) {
            let kind = core::mem::discriminant(candidate);
            let clash = set.iter().any(|other| {
                core::mem::discriminant(*other) == kind && !matches!(other, WhatIf::Without(_))
            });
            if !clash {
                let mut set = set.clone();
                set.push(candidate);
                all.push(set);
            }
        }
    }
    all
}

fn candidates(engine: &PolicyEngine, case: &Case) -> Vec<WhatIf> {
    let request = case.operation.request();
    let mut all = Vec::new();
    if let Some(factor) = case.factor {
        let others = AuthFactor::ALL.into_iter().rev();
        let others = others.filter(|other| *other != factor && engine.can_have(*other));
        all.extend(others.map(WhatIf::Factor));
        if !case.signed {
            all.push(WhatIf::Signed);
        }
    }
    if let Principal::Agent(agent) = &request.principal {
        if !agent.can_manage_config() {
            all.push(WhatIf::CanManageConfig);
        }
        all.push(WhatIf::AskedByThePerson);
    }
    all.push(WhatIf::Channel(match request.channel {
        Channel::Cli => Channel::Mcp,
        Channel::Mcp | Channel::Other | Channel::Host(_) => Channel::Cli,
    }));
    all.push(WhatIf::Attended(!request.attended));
    all.extend(others(StepUp::ALL, request.settings.step_up).map(WhatIf::StepUp));
    all.extend(others(Unattended::ALL, request.settings.unattended).map(WhatIf::Unattended));
    if engine.looks_at("sealed") {
        all.extend(others(SealGrade::ALL, request.settings.sealed).map(WhatIf::Sealed));
    }
    if engine.needs_time() {
        // One moment of each kind of day, and of each end of the week.
        let moments = [(1, 10), (1, 22), (6, 10), (6, 22)].into_iter();
        let moments = moments.filter_map(|(day, hour)| WallTime::new(day, hour * 60));
        all.extend(moments.map(WhatIf::Time));
    }
    all.extend(own_policies_in_the_way(engine, case).map(WhatIf::Without));
    all
}

/// The values of `all` but one.
fn others<T: Copy + PartialEq, const N: usize>(all: [T; N], now: T) -> impl Iterator<Item = T> {
    all.into_iter().filter(move |value| *value != now)
}

/// The policies of a user's that forbid, also with the strongest factor.
fn own_policies_in_the_way(engine: &PolicyEngine, case: &Case) -> impl Iterator<Item = PolicyId> {
    let strongest = Authentication::signed(AuthFactor::Biometry);
    let given = case.given().unwrap_or(strongest);
    let ids = match engine.decide_with(&case.operation, given) {
        Err(Denial::Forbidden { policies } | Denial::PolicyErrors { policies }) => policies,
        _ => Vec::new(),
    };
    let own = |id: &PolicyId| engine.policy(id).is_some_and(|policy| !policy.shipped);
    ids.into_iter().filter(own).collect::<Vec<_>>().into_iter()
}

fn is_allowed(engine: &PolicyEngine, case: &Case, changes: &[&WhatIf]) -> bool {
    let mut case = case.copy();
    for change in changes {
        apply(&mut case, change);
    }
    let Some(engine) = engine.without(&case.without) else {
        return false;
    };
    match case.given() {
        Some(given) => engine.decide_with(&case.operation, given).is_ok(),
        None => !matches!(engine.decide(&case.operation), Decision::Deny(_)),
    }
}

fn apply(case: &mut Case, change: &WhatIf) {
    let mut request = case.operation.request().clone();
    match change {
        WhatIf::Factor(factor) => case.factor = Some(*factor),
        WhatIf::Signed => case.signed = true,
        WhatIf::Without(id) => case.without.push(id.clone()),
        WhatIf::AskedByThePerson => {
            request.principal = Principal::User;
            request.channel = Channel::Cli;
        }
        WhatIf::CanManageConfig => {
            if let Principal::Agent(agent) = &mut request.principal {
                agent.powers = agent.powers.with(Power::ManageConfig);
                case.operation.grant_can_manage_config(&agent.name);
            }
        }
        WhatIf::Channel(channel) => request.channel = channel.clone(),
        WhatIf::Attended(attended) => request.attended = *attended,
        WhatIf::StepUp(value) => request.settings.step_up = *value,
        WhatIf::Unattended(value) => request.settings.unattended = *value,
        WhatIf::Sealed(grade) => request.settings.sealed = *grade,
        WhatIf::Time(time) => request.time = Some(*time),
    }
    case.operation = case.operation.asked_as(request);
}
