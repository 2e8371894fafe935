//! Points that differ from one another by what policies look at.

use std::collections::BTreeSet;

use super::{Point, Who};
use crate::{
    AgentRef, Power, Powers, Tier,
    author::matrix::{
        dims::{Dim, Value},
        pools::Pools,
    },
};

/// Every point that differs from another by some dimensions, one after the other.
pub(in crate::author::matrix) struct Points<'a> {
    base: &'a Point,
    values: Vec<(Dim, Vec<Value>)>,
    next: usize,
    total: usize,
    most: usize,
}

impl<'a> Points<'a> {
    /// The first `most` of them.
    pub(in crate::author::matrix) fn of(
        base: &'a Point,
        dims: &BTreeSet<Dim>,
        pools: &Pools,
        most: usize,
    ) -> Self {
        let values = dims.iter().map(|dim| (*dim, pools.values(*dim, base)));
        let values: Vec<(Dim, Vec<Value>)> = values.collect();
        let counts = values.iter().map(|(_, values)| values.len());
        Self {
            base,
            total: counts.fold(1, usize::saturating_mul),
            values,
            next: 0,
            most,
        }
    }

    /// Whether there are more than are tried.
    pub(in crate::author::matrix) const fn is_cut(&self) -> bool {
        self.total > self.most
    }

    /// The point of this number. `None` where it is one of the others: a person has no
    /// standing.
    fn point(&self, number: usize) -> Option<Point> {
        let mut point = self.base.clone();
        let mut place = self.total;
        for (dim, values) in &self.values {
            let count = values.len().max(1);
            place = place.checked_div(count)?;
            let index = number.checked_div(place.max(1))?.checked_rem(count)?;
            let standing = matches!(dim, Dim::AskerTier | Dim::AskerManages | Dim::AskerPowers);
            if standing && index > 0 && point.who == Who::Person {
                return None;
            }
            point.set(values.get(index)?);
        }
        Some(point)
    }
}

impl Iterator for Points<'_> {
    type Item = Point;

    fn next(&mut self) -> Option<Point> {
        while self.next < self.total.min(self.most) {
            let point = self.point(self.next);
            self.next = self.next.saturating_add(1);
            if point.is_some() {
                return point;
            }
        }
        None
    }
}

impl Point {
    /// Sets one value. An agent has one standing, whether it asks or is asked about.
    pub(super) fn set(&mut self, value: &Value) {
        match value.clone() {
            Value::Target(agent) => self.target = agent,
            Value::TargetTier(tier) => put_on(&mut self.target, tier),
            Value::TargetManages(manages) => let_manage(&mut self.target, manages),
            Value::Held(powers) => self.target.powers = powers,
            Value::TierAfter(tier) => self.tier = Some(tier),
            Value::Gained(powers) => self.gained = powers,
            Value::TokenId(id) => self.token.id = id,
            Value::TokenAgent(agent) => self.token.agent = agent,
            Value::AllTools(all) => self.token.all_tools = all,
            Value::Id(id) => self.id = id,
            Value::Kind(kind) => self.kind = kind,
            Value::Meaning(value) => self.value = value,
            Value::Method(method) => self.method = method,
            Value::Who(who) => self.who = who,
            Value::AskerTier(tier) => self.asker(|agent| put_on(agent, tier)),
            Value::AskerManages(manages) => self.asker(|agent| let_manage(agent, manages)),
            Value::AskerPowers(powers) => self.asker(|agent| agent.powers = powers),
            Value::Channel(channel) => self.channel = channel,
            Value::Attended(attended) => self.attended = attended,
            Value::StepUp(step_up) => self.settings.step_up = step_up,
            Value::Unattended(unattended) => self.settings.unattended = unattended,
            Value::Sealed(grade) => self.settings.sealed = grade,
            Value::Time(time) => self.time = time,
        }
        self.agree();
    }

    /// Makes one agent of those of one name.
    pub(in crate::author::matrix) fn agree(&mut self) {
        if let Who::Agent(asker) = &mut self.who
            && asker.name == self.target.name
        {
            self.who = Who::Itself;
        }
        let asker = match &self.who {
            Who::Person => None,
            Who::Agent(agent) => Some(agent),
            Who::Itself => Some(&self.target),
        };
        if let Some(asker) = asker.filter(|it| it.name == self.token.agent.name) {
            self.token.agent = asker.clone();
        }
    }

    fn asker(&mut self, change: impl Fn(&mut AgentRef)) {
        match &mut self.who {
            Who::Person => {}
            Who::Agent(agent) => change(agent),
            Who::Itself => change(&mut self.target),
        }
    }
}

/// Puts an agent on a tier: with what that gives, and whether it manages stays.
fn put_on(agent: &mut AgentRef, tier: Tier) {
    let manages = agent.can_manage_config();
    agent.tier = tier;
    agent.powers = Powers::of_tier(tier);
    let_manage(agent, manages);
}

const fn let_manage(agent: &mut AgentRef, manages: bool) {
    agent.powers = match manages {
        true => agent.powers.with(Power::ManageConfig),
        false => agent.powers.without(Power::ManageConfig),
    };
}
