//! The policies that have to be removed in some circumstances.

use std::collections::{BTreeMap, BTreeSet};

use super::{Case, Denying, Dependence, Search, Seen, TOGETHER};
use crate::author::explain::{
    depends,
    trial::{Answer, Removed},
};

/// Of the policies that depend on the same changes, a few tell as much as all.
const FEW: usize = TOGETHER + 1;

impl Search<'_> {
    /// Asks about some circumstances, unless it is known that what has to be removed
    /// besides is too much.
    pub(super) fn look(&mut self, some: &[usize], together: usize) {
        let fits = |deny: &Denying| some.len().saturating_add(deny.len()) <= together;
        let is_enough = |seen: &Seen| !seen.answers.is_empty() || !fits(&seen.deny);
        if self.seen.get(some).is_some_and(is_enough) {
            return;
        }
        let case = self.case.with(self.changes(some));
        let (mut deny, may_deny) = self.before_the_last(some, &case);
        let mut answers = BTreeMap::new();
        let room = TOGETHER.saturating_sub(some.len());
        if fits(&deny) && deny.len().saturating_add(may_deny.len()) > room {
            let still = self.trials.deny(&case, &may_deny, room);
            self.add(&mut deny, &still);
        }
        if fits(&deny) {
            let answer = self.trials.ask(&case, &Removed::new(), room);
            if let Answer::No(no) = &answer {
                self.add(&mut deny, &no.deny);
            }
            answers.insert(Removed::new(), answer);
        }
        let seen = Seen {
            case,
            deny,
            answers,
        };
        self.seen.insert(some.to_vec(), seen);
    }

    /// The policies that are known to deny where one of the changes is not made: those
    /// that do not depend on it, and so deny here too, and the others.
    fn before_the_last(&self, some: &[usize], case: &Case) -> (Denying, Removed) {
        let (mut deny, mut may_deny) = (Denying::new(), Removed::new());
        for last in some {
            let others: Vec<usize> = some.iter().copied().filter(|it| it != last).collect();
            let Some(seen) = self.seen.get(&others) else {
                continue;
            };
            let same_decide = seen.case.own_decide() == case.own_decide();
            for (id, on) in &seen.deny {
                if same_decide && on.get(*last) == Some(&false) {
                    deny.insert(id.clone(), on.clone());
                } else {
                    may_deny.insert(id.clone());
                }
            }
        }
        may_deny.retain(|id| !deny.contains_key(id));
        (deny, may_deny)
    }

    /// Adds policies that deny.
    fn add(&self, known: &mut Denying, deny: &Removed) {
        let mut count: BTreeMap<Dependence, usize> = BTreeMap::new();
        for on in known.values() {
            *count.entry(on.clone()).or_default() += 1;
        }
        for id in deny {
            if known.contains_key(id) {
                continue;
            }
            let changes = self.candidates.iter();
            let on: Dependence = changes.map(|it| depends::on(self.engine, id, it)).collect();
            let alike = count.entry(on.clone()).or_default();
            if *alike < FEW {
                *alike += 1;
                known.insert(id.clone(), on);
            }
        }
    }

    /// The removals that help in some circumstances, of the size that is left.
    pub(super) fn helpful(&mut self, some: &[usize], together: usize) -> Vec<Removed> {
        let (mut helpful, mut asked) = (Vec::new(), BTreeSet::new());
        let Some(size) = together.checked_sub(some.len()) else {
            return helpful;
        };
        let Some(seen) = self.seen.get_mut(some) else {
            return helpful;
        };
        let mut open = vec![Removed::new()];
        while let Some(removed) = open.pop() {
            if seen.deny.len() > size || !asked.insert(removed.clone()) {
                continue;
            }
            let room = TOGETHER.saturating_sub(some.len());
            let room = room.saturating_sub(removed.len());
            if !seen.answers.contains_key(&removed) {
                let answer = self.trials.ask(&seen.case, &removed, room);
                seen.answers.insert(removed.clone(), answer);
            }
            match seen.answers.get(&removed) {
                Some(Answer::Yes) if removed.len() == size => helpful.push(removed),
                Some(Answer::No(no)) => {
                    let more = no.ways.iter().map(|way| &removed | way);
                    let more = more.filter(|it| it.len() > removed.len() && it.len() <= size);
                    open.extend(more);
                }
                _ => {}
            }
        }
        helpful
    }
}
