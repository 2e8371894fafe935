//! Sample operations put to two engines.

use std::collections::BTreeSet;

use super::{
    Cell,
    account::{Account, Budget},
    effect::{closes, opens},
};
use crate::{
    Action, GuardSettings, Operation, PolicyId,
    engine::{Asked, Compared, Hits, Side, Slice},
};

/// The answers that are known already: the settings, the members that applied, and the
/// answers before and after.
pub(super) type Known = Vec<(GuardSettings, Hits, (Cell, Cell))>;

/// Two engines, and what samples have shown so far.
pub(super) struct Trial<'a> {
    pub(super) compared: &'a Compared<'a>,
    pub(super) account: Account,
    pub(super) budget: Budget,
    /// Whether a sample was left out, since there were too many.
    pub(super) is_cut: bool,
    /// Policies that cannot be evaluated, before and after.
    failing: (Vec<PolicyId>, Vec<PolicyId>),
}

/// The result of trying one sample.
#[derive(Default)]
pub(super) struct Answered {
    /// The answers before and after; `None` where nothing that differs applies.
    pub(super) cells: Option<(Cell, Cell)>,
    /// Whether it shows what none has shown before.
    pub(super) is_news: bool,
}

impl<'a> Trial<'a> {
    /// Nothing was tried yet, and so much may be.
    pub(super) fn of(compared: &'a Compared<'a>, work: u64) -> Self {
        Self {
            compared,
            account: Account::default(),
            budget: Budget::of(work),
            is_cut: false,
            failing: (Vec::new(), Vec::new()),
        }
    }

    /// The policies that cannot be evaluated, and could before or were not there.
    pub(super) fn newly_failing(self) -> Vec<PolicyId> {
        let (before, mut failing) = self.failing;
        failing.retain(|policy| !before.contains(policy));
        failing.sort();
        failing.dedup();
        failing
    }

    /// Decides on `operation` by both engines.
    pub(super) fn answer(&mut self, operation: &Operation, slice: &Slice) -> Answered {
        let asked = self.compared.ask(operation);
        self.answer_asked(operation, &asked, slice, &mut Known::new())
    }

    /// Decides on `operation`, which was encoded. What is `known` is of the same
    /// operation at another time.
    pub(super) fn answer_asked(
        &mut self,
        operation: &Operation,
        asked: &Asked,
        slice: &Slice,
        known: &mut Known,
    ) -> Answered {
        if !self.budget.takes(slice.work()) {
            self.is_cut = true;
            return Answered::default();
        }
        let hits = self.compared.hits(asked, slice);
        if hits.is_empty() {
            return Answered::default();
        }
        let (action, settings) = (operation.action(), operation.request().settings);
        let members = hits.members();
        for member in &members {
            self.account.reached(*member, action);
        }
        let before = known.iter().find(|(under, then, _)| {
            slice.is_told_by_hits() && *under == settings && *then == hits
        });
        let cells = match before {
            Some((.., cells)) => *cells,
            None if !self.budget.takes(slice.work_to_decide()) => {
                self.is_cut = true;
                for member in members {
                    self.account.cut(member, action);
                }
                return Answered::default();
            }
            None => {
                let before = self.cell(Side::Before, settings, asked, slice);
                let cells = (before, self.cell(Side::After, settings, asked, slice));
                known.push((settings, hits, cells));
                cells
            }
        };
        Answered {
            cells: Some(cells),
            is_news: self.note(&members, action, cells),
        }
    }

    /// Notes what an answer shows. Whether none has shown it before.
    fn note(&mut self, members: &BTreeSet<usize>, action: &Action, cells: (Cell, Cell)) -> bool {
        let (before, after) = cells;
        let mut is_news = false;
        for &number in members {
            let shows = self.compared.member(number).is_some_and(|own| {
                (own.may_widen() && opens(before, after))
                    || (own.may_narrow() && closes(before, after))
            });
            if shows && !self.account.is_shown(number, action) {
                self.account.shown(number, action);
                is_news = true;
            }
        }
        is_news
    }

    fn cell(&mut self, side: Side, settings: GuardSettings, asked: &Asked, slice: &Slice) -> Cell {
        let failing = match side {
            Side::Before => &mut self.failing.0,
            Side::After => &mut self.failing.1,
        };
        let decision = self.compared.decide(side, asked, slice, failing);
        Cell::of(settings, &decision, |factor| {
            self.compared.takes(side, asked, slice, factor)
        })
    }
}
