//! Two engines beside each other: which of their policies differ, and for which
//! operations these may matter.

mod slice;
mod watched;
mod ways;

use core::cell::RefCell;
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use cedar_policy::{Effect, Policy};

use super::{
    PolicyEngine,
    encode::Uids,
    literals::Looks,
    policy_id,
    reach::{Reach, Reaches},
};
use crate::{Action, PolicyId, PolicyInfo};
pub(crate) use slice::{Asked, Slice};
pub(crate) use watched::Hits;

/// One of two engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Before,
    After,
}

/// Two engines, and the own policies that only one of them has.
pub(crate) struct Compared<'a> {
    before: &'a PolicyEngine,
    after: &'a PolicyEngine,
    own: Vec<Own<'a>>,
    slices: RefCell<BTreeMap<Vec<usize>, Rc<Slice>>>,
}

/// The part that a policy plays in a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// It decides, and is not watched.
    Other,
    /// It decides, and is watched.
    Member,
    /// It decides. Its ways are watched.
    Whole,
    /// A way in which another applies: it is watched, and decides nothing.
    Way,
}

/// One policy of a user's own, or one way in which it applies.
pub(crate) struct Own<'a> {
    policy: Cow<'a, Policy>,
    /// The file that the policy is from, with its line.
    pub(crate) info: &'a PolicyInfo,
    /// The paths and values that the policy looks at.
    pub(crate) looks: Cow<'a, Looks>,
    /// The engine that has it.
    pub(crate) side: Side,
    role: Role,
    /// Whether it may be impossible to evaluate, which denies.
    may_fail: bool,
    reach: Rc<Reach>,
    /// The names of its engine's schema.
    uids: &'a Uids,
    /// The depth to which its operators nest, where that is not known of its engine.
    levels: usize,
}

impl Own<'_> {
    /// Whether it is one of those that are watched.
    const fn is_member(&self) -> bool {
        matches!(self.role, Role::Member | Role::Way)
    }

    const fn decides(&self) -> bool {
        !matches!(self.role, Role::Way)
    }

    /// Whether what it does can give power. A policy that cannot be evaluated denies.
    pub(crate) fn may_widen(&self) -> bool {
        let forbids = self.info.forbids;
        (self.side == Side::After) != forbids || (self.may_fail && self.side == Side::Before)
    }

    /// Whether what it does can take power.
    pub(crate) fn may_narrow(&self) -> bool {
        let forbids = self.info.forbids;
        (self.side == Side::After) == forbids || (self.may_fail && self.side == Side::After)
    }

    /// Whether the second engine has it.
    pub(crate) fn is_added(&self) -> bool {
        self.side == Side::After
    }

    /// Whether it is about operations of this action, as far as its scope says.
    pub(crate) fn is_about(&self, action: &Action) -> bool {
        // An action without a name in policy is in no scope.
        let action = self.uids.action(action);
        action.is_ok_and(|action| self.reach.is_about(&action))
    }
}

impl<'a> Own<'a> {
    fn way(&self, policy: Policy, json: &serde_json::Value) -> Self {
        Self {
            looks: Cow::Owned(Looks::of(json)),
            levels: ways::levels(json),
            policy: Cow::Owned(policy),
            info: self.info,
            side: self.side,
            role: Role::Way,
            may_fail: self.may_fail,
            reach: Rc::clone(&self.reach),
            uids: self.uids,
        }
    }
}

impl<'a> Compared<'a> {
    /// Two engines. The policies that only one of them has are the members: those
    /// that differ by their ids and annotations alone decide the same.
    pub(crate) fn of(before: &'a PolicyEngine, after: &'a PolicyEngine) -> Self {
        let meanings = |engine: &PolicyEngine| -> BTreeSet<[u8; 32]> {
            let all = engine.own().filter_map(|policy| engine.looks_of(policy));
            all.map(|looks| looks.meaning).collect()
        };
        let (in_before, in_after) = (meanings(before), meanings(after));
        let mut compared = Self::with(before, after);
        for own in &mut compared.own {
            let other = match own.side {
                Side::Before => &in_after,
                Side::After => &in_before,
            };
            if !other.contains(&own.looks.meaning) {
                own.role = Role::Member;
            }
        }
        compared.tell_ways_apart();
        compared
    }

    /// Puts one engine beside itself. The policies for which `is_watched` is true are
    /// the members.
    pub(crate) fn watching(engine: &'a PolicyEngine, is_watched: impl Fn(&Looks) -> bool) -> Self {
        let mut compared = Self::with(engine, engine);
        compared.own.retain(|own| own.side == Side::After);
        for own in &mut compared.own {
            if is_watched(&own.looks) {
                own.role = Role::Member;
            }
        }
        compared
    }

    fn with(before: &'a PolicyEngine, after: &'a PolicyEngine) -> Self {
        let mut own = before.listed(Side::Before);
        own.extend(after.listed(Side::After));
        Self {
            before,
            after,
            own,
            slices: RefCell::default(),
        }
    }

    /// Watches separately each way in which a member that can give power applies. A
    /// sample that shows one way says nothing of the others.
    fn tell_ways_apart(&mut self) {
        let mut ways = Vec::new();
        for own in &mut self.own {
            // Where a policy fails is no way in which it applies.
            if own.role != Role::Member || !own.may_widen() || own.may_fail {
                continue;
            }
            if let Some(of_it) = ways::of(&own.policy) {
                own.role = Role::Whole;
                ways.extend(
                    of_it
                        .into_iter()
                        .map(|(policy, json)| own.way(policy, &json)),
                );
            }
        }
        self.own.extend(ways);
    }

    const fn engine(&self, side: Side) -> &'a PolicyEngine {
        match side {
            Side::Before => self.before,
            Side::After => self.after,
        }
    }

    /// The members, each with its number.
    pub(crate) fn members(&self) -> impl Iterator<Item = (usize, &Own<'a>)> {
        let all = self.own.iter().enumerate();
        all.filter(|(_, own)| own.is_member())
    }

    /// The member of this number.
    pub(crate) fn member(&self, number: usize) -> Option<&Own<'a>> {
        self.own.get(number).filter(|own| own.is_member())
    }

    /// Returns what each policy looks at: the members' looks first.
    pub(crate) fn looks(&self) -> Vec<&Looks> {
        let all = || self.own.iter().filter(|own| own.decides());
        let members = all().filter(|own| own.role != Role::Other);
        let others = all().filter(|own| own.role == Role::Other);
        members.chain(others).map(|own| &*own.looks).collect()
    }

    /// Returns what the policies about operations of `action` look at.
    pub(crate) fn looks_about(&self, action: &Action) -> Vec<&Looks> {
        let all = self.own.iter().filter(|own| own.decides());
        let about = all.filter(|own| own.is_about(action));
        about.map(|own| &*own.looks).collect()
    }

    /// Whether one of the engines needs a time, and the other does not.
    fn one_needs_time(&self) -> bool {
        self.before.needs_time() != self.after.needs_time()
    }
}

impl PolicyEngine {
    fn looks_of(&self, policy: &Policy) -> Option<&Looks> {
        let looks = self.looks.get(&policy_id(policy.id()));
        looks.map(|looks| &**looks)
    }

    /// The own policies in the order of their ids.
    fn listed(&self, side: Side) -> Vec<Own<'_>> {
        let mut reaches = Reaches::of(&self.actions);
        let mut all: Vec<(PolicyId, &Policy)> = self
            .own()
            .map(|policy| (policy_id(policy.id()), policy))
            .collect();
        all.sort_by(|one, other| one.0.cmp(&other.0));
        let own = all.into_iter().filter_map(|(id, policy)| {
            Some(Own {
                policy: Cow::Borrowed(policy),
                info: self.policy(&id)?,
                looks: Cow::Borrowed(self.looks_of(policy)?),
                side,
                role: Role::Other,
                may_fail: self.may_fail.contains(&id),
                reach: Rc::new(reaches.reach(policy)),
                uids: &self.uids,
                levels: 0,
            })
        });
        own.collect()
    }
}

/// Whether a policy forbids.
fn forbids(policy: &Policy) -> bool {
    policy.effect() == Effect::Forbid
}
