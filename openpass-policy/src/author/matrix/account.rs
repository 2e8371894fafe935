//! Keeps account of the differing policies that a sample has shown.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    Action, PolicyId,
    engine::{Compared, Own},
};

/// The reason why no sample shows what a policy does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Why {
    /// No sample meets its conditions.
    NotReached,
    /// Samples meet its conditions, and are answered as without it.
    NoEffect,
    /// It is about operations of which there is no sample.
    NoSample,
    /// The operations that the policy is about were too many to try all of them: some
    /// of what the policy does may not be shown.
    InPart,
}

/// A policy that comes or goes, and what no sample shows of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Unshown {
    /// The policy's id.
    pub policy: PolicyId,
    /// Its file. Escaped.
    pub file: String,
    /// The line where it begins.
    pub line: usize,
    /// Whether it comes; else it goes.
    pub added: bool,
    /// The reason why it is not shown.
    pub why: Why,
    /// Whether it can give power.
    pub widens: bool,
}

impl Unshown {
    /// The policy, with its place. Escaped.
    pub(super) fn named(&self) -> String {
        let id = self.policy.as_str();
        let place = format!("{}:{}", self.file, self.line);
        // An id of the program's making begins with the file.
        match id.contains('#') {
            true => place,
            false => format!("{id} ({place})"),
        }
    }
}

impl Why {
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::NotReached => "not reached by a sample",
            Self::NoEffect => "reached, and nothing is answered otherwise: others decide the same",
            Self::NoSample => "about operations that have no sample",
            Self::InPart => "not all that it is about was tried",
        }
    }
}

/// A record of what samples have shown of each member, by the member's number and the
/// action.
#[derive(Default)]
pub(super) struct Account {
    seen: BTreeMap<(usize, &'static str), Seen>,
}

#[derive(Clone, Copy, Default)]
struct Seen {
    reached: bool,
    shown: bool,
    /// Whether the search ended before it had tried everything.
    cut: bool,
}

/// The observations of each way in which a policy applies, action by action.
type Ways = Vec<Vec<Seen>>;

impl Account {
    fn of(&mut self, member: usize, action: &Action) -> &mut Seen {
        self.seen.entry((member, action.shipped_id())).or_default()
    }

    pub(super) fn reached(&mut self, member: usize, action: &Action) {
        self.of(member, action).reached = true;
    }

    pub(super) fn shown(&mut self, member: usize, action: &Action) {
        self.of(member, action).shown = true;
    }

    pub(super) fn cut(&mut self, member: usize, action: &Action) {
        self.of(member, action).cut = true;
    }

    pub(super) fn is_shown(&self, member: usize, action: &Action) -> bool {
        let seen = self.seen.get(&(member, action.shipped_id()));
        seen.is_some_and(|seen| seen.shown)
    }

    /// The members of which something is not shown.
    pub(super) fn unshown(&self, compared: &Compared<'_>) -> Vec<Unshown> {
        let mut policies: BTreeMap<_, (&Own<'_>, Ways)> = BTreeMap::new();
        for (number, own) in compared.members() {
            let of_it = self
                .seen
                .range((number, "")..(number.saturating_add(1), ""));
            let of_it: Vec<Seen> = of_it.map(|(_, seen)| *seen).collect();
            let key = (own.info.id.clone(), own.is_added());
            let (_, ways) = policies.entry(key).or_insert((own, Vec::new()));
            ways.push(of_it);
        }
        let unshown = policies.into_values().filter_map(|(own, ways)| {
            let is_about = Action::ALL.iter().any(|action| own.is_about(action));
            let why = match is_about {
                true => why(&ways)?,
                false => Why::NoSample,
            };
            Some(Unshown {
                policy: own.info.id.clone(),
                file: own.info.file.clone(),
                line: own.info.line,
                added: own.is_added(),
                why,
                widens: own.may_widen(),
            })
        });
        let mut unshown: Vec<Unshown> = unshown.collect();
        unshown.sort_by(|one, other| {
            let key = |it: &Unshown| (it.why, !it.widens, it.file.clone(), it.line);
            key(one).cmp(&key(other))
        });
        unshown
    }
}

/// Returns the reason why a policy is not shown, by what was seen of each way in which
/// it applies; `None` if the policy is shown.
fn why(ways: &[Vec<Seen>]) -> Option<Why> {
    let any = |way: &[Seen], is: fn(&Seen) -> bool| way.iter().any(is);
    let shown = |way: &&Vec<Seen>| any(way, |seen| seen.shown);
    let cut = |way: &Vec<Seen>| any(way, |seen| seen.cut && !seen.shown);
    let reached = |way: &Vec<Seen>| any(way, |seen| seen.reached);
    if ways.iter().any(cut) {
        return Some(Why::InPart);
    }
    // What one way does says nothing of another that nothing has met.
    match (ways.iter().any(|way| shown(&way)), ways.iter().all(reached)) {
        (true, true) => None,
        (true, false) => Some(Why::InPart),
        (false, _) if ways.iter().any(reached) => Some(Why::NoEffect),
        (false, _) => Some(Why::NotReached),
    }
}

/// The work that may still be done, counted in evaluations of a policy.
pub(super) struct Budget {
    left: u64,
}

impl Budget {
    pub(super) const fn of(work: u64) -> Self {
        Self { left: work }
    }

    /// Whether there is enough left for this. What is refused takes nothing.
    pub(super) const fn takes(&mut self, work: u64) -> bool {
        match self.left.checked_sub(work) {
            Some(left) => {
                self.left = left;
                true
            }
            None => false,
        }
    }

    /// A part of what is left, for one of `many`.
    pub(super) const fn share(&self, many: u64) -> u64 {
        match self.left.checked_div(many) {
            Some(share) => share,
            None => 0,
        }
    }
}
