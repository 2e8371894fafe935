//! One decision of a search: in some circumstances, without some policies.

#[cfg(test)]
use core::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use super::{Case, depends};
use crate::{AuthFactor, Authentication, Decision, Denial, PolicyEngine, PolicyId};

/// The most engines of a kind that are kept.
const MOST: usize = 16;

/// Policies of a user's own that are removed together.
pub(super) type Removed = BTreeSet<PolicyId>;

/// The answer to a case.
pub(super) enum Answer {
    /// It is not a no.
    Yes,
    /// It is a no.
    No(No),
}

/// The reasons for which a case is a no.
#[derive(Default)]
pub(super) struct No {
    /// Policies of a user's own that deny, whatever vouches for the operation.
    pub(super) deny: Removed,
    /// Removals: each that helps holds all of one of these.
    pub(super) ways: BTreeSet<Removed>,
}

/// The outcomes of one operation with each thing that may vouch for it.
struct Vouched {
    /// Whether any is enough.
    enough: bool,
    denials: Vec<Denial>,
    /// If none is enough: policies of a user's own that deny with each.
    deny: Removed,
}

/// An engine, and what it answers without some of its policies.
pub(super) struct Trials<'a> {
    engine: &'a PolicyEngine,
    fewer: BTreeMap<Removed, PolicyEngine>,
    /// Engines that have some policies of a user's own alone.
    only: BTreeMap<Removed, PolicyEngine>,
    /// The things that may vouch for an operation where nothing is given.
    vouching: Vec<Authentication>,
    /// The number of evaluations, each times the number of policies.
    #[cfg(test)]
    pub(super) work: Cell<usize>,
}

impl<'a> Trials<'a> {
    pub(super) fn new(engine: &'a PolicyEngine) -> Self {
        let both = |factor: AuthFactor| {
            let signed = Some(Authentication::signed(factor)).filter(|it| it.is_signed());
            core::iter::once(factor.into()).chain(signed)
        };
        let asked_for = engine.factors().iter().map(AuthFactor::from);
        Self {
            engine,
            fewer: BTreeMap::new(),
            only: BTreeMap::new(),
            vouching: core::iter::once(AuthFactor::None)
                .chain(asked_for)
                .flat_map(both)
                .collect(),
            #[cfg(test)]
            work: Cell::new(0),
        }
    }

    /// Answers a case without the policies that are `removed`. Where no `room` further
    /// removals can help, it may name no way.
    pub(super) fn ask(&mut self, case: &Case, removed: &Removed, room: usize) -> Answer {
        if !removed.is_empty() && !self.fewer.contains_key(removed) {
            let ids: Vec<PolicyId> = removed.iter().cloned().collect();
            if let Some(fewer) = self.engine.without(&ids) {
                make_room(&mut self.fewer);
                self.fewer.insert(removed.clone(), fewer.into_owned());
            }
        }
        let engine = match removed.is_empty() {
            true => Some(self.engine),
            false => self.fewer.get(removed),
        };
        match (engine, case.given()) {
            (Some(engine), Some(given)) => self.with(engine, case, given),
            (Some(engine), None) => self.with_any(engine, case, room),
            (None, _) => Answer::No(No::default()),
        }
    }

    /// Returns those of these policies that deny, whatever vouches for the operation: at
    /// least some of them where they are more than `room`.
    ///
    /// INVARIANT: it is asked without other policies of a user's own. What a policy does
    /// is the same whatever others there are.
    pub(super) fn deny(&mut self, case: &Case, these: &Removed, room: usize) -> Removed {
        if !self.only.contains_key(these) {
            let all = self.engine.policies().filter(|policy| !policy.shipped);
            let others = all.map(|policy| policy.id.clone());
            let others: Vec<PolicyId> = others.filter(|id| !these.contains(id)).collect();
            if let Some(only) = self.engine.without(&others) {
                make_room(&mut self.only);
                self.only.insert(these.clone(), only.into_owned());
            }
        }
        let answer = match (self.only.get(these), case.given()) {
            (Some(engine), Some(given)) => self.with(engine, case, given),
            (Some(engine), None) => self.with_any(engine, case, room),
            (None, _) => return Removed::new(),
        };
        match answer {
            Answer::Yes => Removed::new(),
            Answer::No(no) => no.deny,
        }
    }

    fn with(&self, engine: &PolicyEngine, case: &Case, given: Authentication) -> Answer {
        #[cfg(test)]
        self.count(engine, 1);
        let Err(denial) = engine.decide_with(case.operation(), given) else {
            return Answer::Yes;
        };
        Answer::No(No {
            deny: self.own(&denial).cloned().collect(),
            ways: self.cure(&denial).into_iter().collect(),
        })
    }

    /// Nothing is given: it is a no if nothing that may vouch is enough.
    ///
    /// INVARIANT: each policy that denies does so by itself. So a removal that helps has
    /// all that could not be evaluated, or it has all that deny one operation with one
    /// thing that may vouch and was not enough.
    fn with_any(&self, engine: &PolicyEngine, case: &Case, room: usize) -> Answer {
        let (mut no, mut is_each_enough) = (No::default(), true);
        let parts = 0..=case.operation().parts().len();
        for part in parts.clone() {
            let vouched = self.vouched(engine, case, part, room, true);
            is_each_enough &= vouched.enough;
            no.deny.extend(vouched.deny);
            no.ways
                .extend(vouched.denials.iter().filter_map(|it| self.cure(it)));
            if no.deny.len() > room {
                return Answer::No(no);
            }
        }
        if !is_each_enough {
            return Answer::No(no);
        }
        #[cfg(test)]
        self.count(engine, self.vouching.len());
        let Decision::Deny(denial) = engine.decide(case.operation()) else {
            return Answer::Yes;
        };
        no.ways.extend(self.cure(&denial));
        for part in parts {
            let vouched = self.vouched(engine, case, part, room, false);
            no.ways
                .extend(vouched.denials.iter().filter_map(|it| self.cure(it)));
        }
        Answer::No(no)
    }

    /// Asks about one operation with each thing that may vouch: until one is enough, or
    /// with all of them.
    fn vouched(
        &self,
        engine: &PolicyEngine,
        case: &Case,
        part: usize,
        room: usize,
        until_enough: bool,
    ) -> Vouched {
        let (mut enough, mut denials, mut settled) = (false, Vec::new(), Removed::new());
        for given in &self.vouching {
            #[cfg(test)]
            self.count(engine, 1);
            match engine.decide_part_with(case.operation(), part, *given) {
                Ok(_) => enough = true,
                Err(denial) => {
                    let own = self.own(&denial);
                    let same = |id: &&PolicyId| !depends::on_who_vouches(self.engine, id);
                    settled.extend(own.filter(same).cloned());
                    denials.push(denial);
                }
            }
            let no_room = !enough && settled.len() > room;
            if no_room || (enough && until_enough) {
                return Vouched {
                    enough,
                    denials,
                    deny: settled,
                };
            }
        }
        if !enough {
            settled.extend(self.in_each(&denials));
        }
        Vouched {
            enough,
            denials,
            deny: settled,
        }
    }

    /// The policies of a user's own that each denial names.
    fn in_each(&self, denials: &[Denial]) -> Removed {
        let mut all = denials.iter().map(|it| self.own(it).cloned().collect());
        let first: Removed = all.next().unwrap_or_default();
        all.fold(first, |both, other: Removed| &both & &other)
    }

    fn own<'d>(&'d self, denial: &'d Denial) -> impl Iterator<Item = &'d PolicyId> {
        let all = denial.policies().iter();
        all.filter(|id| self.engine.policy(id).is_some_and(|it| !it.shipped))
    }

    /// The policies that all have to go for this denial to go; `None` if no removal takes
    /// it away.
    fn cure(&self, denial: &Denial) -> Option<Removed> {
        let named = denial.policies();
        let own: Removed = self.own(denial).cloned().collect();
        (!named.is_empty() && own.len() == named.len()).then_some(own)
    }

    #[cfg(test)]
    fn count(&self, engine: &PolicyEngine, evaluations: usize) {
        let policies = engine.policies().count();
        self.work.set(self.work.get() + evaluations * policies);
    }
}

/// Forgets the engines of before, once there are many.
fn make_room(engines: &mut BTreeMap<Removed, PolicyEngine>) {
    if engines.len() >= MOST {
        engines.clear();
    }
}
