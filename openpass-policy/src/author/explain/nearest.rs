//! The circumstances that would have to be otherwise to make a "no" another answer.

mod removals;

use core::mem;
use std::collections::BTreeMap;

use super::{
    Case, WhatIf,
    candidates::candidates,
    trial::{Answer, Removed, Trials},
};
use crate::{Authentication, Operation, PolicyEngine, PolicyId};

/// The most that is changed together: circumstances, and policies that are removed.
const TOGETHER: usize = 3;

/// The numbers of some candidates, in order, and never two of one kind.
type Circumstances = Vec<usize>;
/// For each candidate, whether a policy may decide otherwise once it is changed.
type Dependence = Vec<bool>;
/// Policies of a user's own that deny, whatever vouches for the operation.
type Denying = BTreeMap<PolicyId, Dependence>;

/// A search for the smallest sets of changes that turn a "no" into another answer.
///
/// INVARIANT: every smallest set is found. Cedar evaluates each policy by itself, and a
/// policy that forbids or cannot be evaluated denies whatever the others do. So in given
/// circumstances there is no need to try removals: all that deny have to go
/// ([`Trials::ask`]), and what is still a no without them is asked again.
///
/// INVARIANT: circumstances are left out unasked only where no removal that fits would
/// help. A policy that denies in some of them, and looks at nothing that the further change
/// is about, is given the same values after that change, and denies as before. That holds
/// while the same policies decide, which depends on who asks for a repair. Of the others
/// that denied before the change, a few are asked first, without the rest. What has to go
/// for these reasons alone must fit beside the circumstances.
pub(super) struct Search<'a> {
    engine: &'a PolicyEngine,
    case: Case,
    candidates: Vec<WhatIf>,
    seen: BTreeMap<Circumstances, Seen>,
    pub(super) trials: Trials<'a>,
}

/// The answers that are known in some circumstances.
struct Seen {
    case: Case,
    /// Some that deny, and maybe not all.
    deny: Denying,
    /// The answers without some policies.
    answers: BTreeMap<Removed, Answer>,
}

/// The smallest sets of changes that turn a "no" into another answer.
pub(super) fn search(
    engine: &PolicyEngine,
    operation: &Operation,
    given: Option<Authentication>,
) -> Vec<Vec<WhatIf>> {
    Search::new(engine, operation, given).run()
}

impl<'a> Search<'a> {
    pub(super) fn new(
        engine: &'a PolicyEngine,
        operation: &Operation,
        given: Option<Authentication>,
    ) -> Self {
        let case = Case::new(operation, given);
        Self {
            candidates: candidates(engine, &case),
            trials: Trials::new(engine),
            seen: BTreeMap::new(),
            engine,
            case,
        }
    }

    pub(super) fn run(&mut self) -> Vec<Vec<WhatIf>> {
        let mut all = vec![Circumstances::new()];
        let mut longest = all.clone();
        for together in 1..=TOGETHER {
            longest = self.longer(&longest);
            all.extend(longest.iter().cloned());
            let mut found = BTreeMap::new();
            for some in &all {
                self.look(some, together);
                for removed in self.helpful(some, together) {
                    found.insert(place(some, &removed), (some, removed));
                }
            }
            if !found.is_empty() {
                let found = found.into_values();
                return found
                    .map(|(some, removed)| self.named(some, removed))
                    .collect();
            }
        }
        Vec::new()
    }

    /// Every set with one candidate more.
    fn longer(&self, sets: &[Circumstances]) -> Vec<Circumstances> {
        let mut all = Vec::new();
        for set in sets {
            let next = set.last().map_or(0, |last| last.saturating_add(1));
            for (number, candidate) in self.candidates.iter().enumerate().skip(next) {
                let kind = mem::discriminant(candidate);
                let clash = self
                    .changes(set)
                    .any(|other| mem::discriminant(other) == kind);
                if !clash {
                    all.push([set.as_slice(), &[number]].concat());
                }
            }
        }
        all
    }

    fn changes<'s>(&'s self, some: &'s [usize]) -> impl Iterator<Item = &'s WhatIf> {
        some.iter()
            .filter_map(|number| self.candidates.get(*number))
    }

    fn named(&self, some: &[usize], removed: Removed) -> Vec<WhatIf> {
        let changes = self.changes(some).cloned();
        changes
            .chain(removed.into_iter().map(WhatIf::Without))
            .collect()
    }
}

/// The place of a set of changes among those of its size. The removals come last, by id.
fn place(some: &[usize], removed: &Removed) -> (Vec<usize>, Removed) {
    let behind = core::iter::repeat_n(usize::MAX, removed.len());
    (
        some.iter().copied().chain(behind).collect(),
        removed.clone(),
    )
}

#[cfg(test)]
mod tests;
