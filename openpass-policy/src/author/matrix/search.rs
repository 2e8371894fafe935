//! Looks for samples that show what no sample of the tables has shown.

use std::collections::BTreeSet;

use super::{
    Cell,
    circumstances::{Answers, Circumstances},
    diff::MatrixChange,
    dims::{Dim, Value, looked_at},
    own::OwnSamples,
    point::{Point, Points, Who},
    pools::Pools,
    trial::Trial,
};
use crate::{
    Action, AgentRef, Channel, GuardSettings, WallTime,
    engine::{Looks, Own},
};

/// The most values that are put together for one policy and one action.
const MOST: usize = 4096;
/// The most of these that meet the policy's conditions, each of which is tried with
/// what other policies look at.
const MOST_MET: usize = 32;
/// The most ways in which each of them is tried.
const MOST_TRIED: usize = 512;

/// The most samples that are found: nobody reads more.
const MOST_FOUND: usize = 300;

/// A sample that shows something, and what was chosen in it.
pub(super) struct Found {
    pub(super) point: Point,
    pub(super) base: Point,
    pub(super) dims: BTreeSet<Dim>,
    /// The answers before and after.
    cells: (Cell, Cell),
}

/// The circumstances of now, and the names that there are.
pub(super) struct Search<'a> {
    pub(super) own: &'a OwnSamples,
    pub(super) settings: GuardSettings,
    pub(super) time: Option<WallTime>,
    /// An agent that nobody has.
    pub(super) target: &'a AgentRef,
}

impl Search<'_> {
    /// Finds a sample for each policy that differs and each action that the policy is
    /// about, where no sample has shown an effect so far, if there is such a sample.
    pub(super) fn run(&self, trial: &mut Trial<'_>) -> Vec<Found> {
        let mut found = Vec::new();
        let compared = trial.compared;
        for action in Action::ALL {
            let about = compared.looks_about(&action);
            let here: Vec<(usize, &Own<'_>)> = compared
                .members()
                .filter(|(number, own)| {
                    own.is_about(&action) && !trial.account.is_shown(*number, &action)
                })
                .collect();
            if here.is_empty() {
                continue;
            }
            let Some(base) = self.base(&action) else {
                continue;
            };
            let others = Others::of(&about, self, &action);
            let mut left = u64::try_from(here.len()).unwrap_or(u64::MAX);
            for (number, own) in here {
                // What is left is for the other actions, too.
                let share = match found.len() < MOST_FOUND {
                    true => trial.budget.share(left.saturating_mul(2).max(1)),
                    false => 0,
                };
                left = left.saturating_sub(1);
                let one = One {
                    number,
                    looks: &own.looks,
                    action: &action,
                    base: &base,
                    others: &others,
                };
                if !trial.account.is_shown(number, &action) {
                    self.one(&one, share, trial, &mut found);
                }
            }
        }
        found
    }

    /// The sample with the most power.
    fn base(&self, action: &Action) -> Option<Point> {
        let sample = action.row()?.samples.last()?;
        let mut point = Point::of(action, sample, self.target, self.settings);
        point.time = self.time;
        Some(point)
    }

    fn one(&self, one: &One<'_>, share: u64, trial: &mut Trial<'_>, found: &mut Vec<Found>) {
        let (mut outer, is_all) = looked_at(&[one.looks], one.action);
        if one.action.is_repair() {
            // On the person's own repair no policy of this kind decides.
            outer.extend([Dim::Who, Dim::Channel]);
        }
        // What the others compare with makes a difference, too.
        let about = one.others.about.iter().copied();
        let looks: Vec<&Looks> = core::iter::once(one.looks).chain(about).collect();
        let pools = Pools::of(&looks, self.own, self.time);
        let inner = one.others.dims.difference(&outer).copied().collect();
        let dims: BTreeSet<Dim> = outer.union(&one.others.dims).copied().collect();
        let alone = trial.compared.alone(one.number);
        let affordable = share.checked_div(alone.work()).unwrap_or_default();
        let most = usize::try_from(affordable).unwrap_or(MOST).min(MOST);
        let points = Points::of(one.base, &outer, &pools, most);
        let mut is_cut = points.is_cut() || !is_all || pools.is_cut || one.others.is_cut;
        let mut met = 0_usize;
        for point in points {
            let Some(operation) = told(&point, &outer).operation() else {
                continue;
            };
            if !trial.budget.takes(alone.work()) {
                is_cut = true;
                break;
            }
            if !trial.compared.applies(&alone, &operation) {
                continue;
            }
            met += 1;
            if met > MOST_MET {
                is_cut = true;
                break;
            }
            trial.account.reached(one.number, one.action);
            is_cut |= with_others(one, &point, (&inner, &dims), trial, found);
            if trial.account.is_shown(one.number, one.action) {
                return;
            }
        }
        if is_cut {
            trial.account.cut(one.number, one.action);
        }
    }
}

/// Tries what the other policies and the guards look at. Whether not all was tried.
fn with_others(
    one: &One<'_>,
    point: &Point,
    (inner, dims): (&BTreeSet<Dim>, &BTreeSet<Dim>),
    trial: &mut Trial<'_>,
    found: &mut Vec<Found>,
) -> bool {
    let points = Points::of(point, inner, &one.others.pools, MOST_TRIED);
    let is_cut = points.is_cut();
    for point in points {
        let point = told(&point, dims);
        let Some(operation) = point.operation() else {
            continue;
        };
        if !trial.budget.takes(trial.compared.work_to_slice()) {
            return true;
        }
        let Some(slice) = trial.compared.slice(&operation) else {
            continue;
        };
        let was_cut = core::mem::take(&mut trial.is_cut);
        let answered = trial.answer(&operation, &slice);
        let is_out = core::mem::replace(&mut trial.is_cut, was_cut);
        if let Some(cells) = answered.cells.filter(|_| answered.is_news) {
            found.push(Found {
                point,
                base: one.base.clone(),
                dims: dims.clone(),
                cells,
            });
        }
        if is_out {
            return true;
        }
        if trial.account.is_shown(one.number, one.action) {
            return false;
        }
    }
    is_cut
}

/// One policy and one action.
struct One<'a> {
    number: usize,
    looks: &'a Looks,
    action: &'a Action,
    base: &'a Point,
    others: &'a Others<'a>,
}

/// The dimensions and values that matter to any policy about one action, or to the
/// guards.
struct Others<'a> {
    /// The policies, where they are not too many to be read for each of them.
    about: &'a [&'a Looks],
    dims: BTreeSet<Dim>,
    pools: Pools,
    is_cut: bool,
}

/// With more policies than this about one action, each is tried with what it compares
/// with itself.
const FEW: usize = 64;

impl<'a> Others<'a> {
    fn of(about: &'a [&'a Looks], search: &Search<'_>, action: &Action) -> Self {
        let (mut dims, is_all) = looked_at(about, action);
        dims.extend([Dim::Who, Dim::AskerManages]);
        let pools = Pools::of(about, search.own, search.time);
        let is_few = about.len() <= FEW;
        Self {
            is_cut: !is_all || pools.is_cut || !is_few,
            about: if is_few { about } else { &[] },
            dims,
            pools,
        }
    }
}

/// The point as its asker comes where nothing says otherwise: agents by MCP.
fn told(point: &Point, dims: &BTreeSet<Dim>) -> Point {
    let mut point = point.clone();
    if !dims.contains(&Dim::Channel) {
        point.channel = match point.who {
            Who::Person => Channel::Cli,
            Who::Agent(_) | Who::Itself => Channel::Mcp,
        };
    }
    point
}

impl Found {
    /// Returns the answers that change, and the circumstances in which they do.
    pub(super) fn shown(
        &self,
        circumstances: &Circumstances,
        trial: &mut Trial<'_>,
    ) -> Vec<MatrixChange> {
        let all = circumstances.all().map(|(settings, time)| {
            let point = Point {
                settings,
                time,
                ..self.point.clone()
            };
            let operation = point.operation()?;
            let slice = trial.compared.slice(&operation)?;
            trial.answer(&operation, &slice).cells
        });
        let all: Answers = all.collect();
        let mut changes = circumstances.changes(&all);
        if changes.is_empty() {
            // Its own time is none of those.
            let when = self.point.time.map(|time| time.to_string());
            changes.push((self.cells.0, self.cells.1, when));
        }
        let (what, principal) = (self.what(), self.who());
        let changes = changes
            .into_iter()
            .map(|(before, after, when)| MatrixChange {
                action: self.point.action.shipped_id(),
                what: what.clone(),
                principal: principal.clone(),
                before,
                after,
                when,
            });
        changes.collect()
    }

    fn chosen(&self, dim: Dim) -> Option<Value> {
        let value = Value::of(dim, &self.point);
        (self.dims.contains(&dim) && value != Value::of(dim, &self.base)).then_some(value)
    }
}

mod words;
