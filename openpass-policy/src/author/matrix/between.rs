//! The difference between two engines.

use super::{
    Cell, Matrix, MatrixDiff, OwnSamples,
    circumstances::{Answers, Circumstances},
    columns::Principal,
    diff::Rows,
    moments::Moments,
    point::Point,
    sample::{Row, Samples},
    search::Search,
    trial::{Known, Trial},
};
use crate::{
    Decision, Denial, GuardSettings, Operation, PolicyEngine, PolicyId, WallTime, engine::Compared,
};

/// The most work that a difference may take, counted in evaluations of a policy: some
/// seconds. It is a number, and no time, so that a store that works a difference out
/// twice gets the same.
const MOST: u64 = 1_500_000;

impl MatrixDiff {
    /// The difference between `before` and `after` under `settings`, with the
    /// vault's `own` agents and tokens among the samples.
    ///
    /// The samples are those of a [`Matrix`], at every time and in all circumstances
    /// that a policy tells apart; then what a search finds for those policies that none
    /// of these shows. A policy that comes or goes and is still not shown is
    /// [named](Self::unshown). Only what a policy that differs is about is decided.
    #[must_use]
    pub fn between(
        before: &PolicyEngine,
        after: &PolicyEngine,
        settings: GuardSettings,
        time: Option<WallTime>,
        own: &OwnSamples,
    ) -> Self {
        let own = own.clone().naming(before).naming(after);
        let compared = Compared::of(before, after);
        let looks = compared.looks();
        let samples = Samples::of(&looks, &own);
        let circumstances = Circumstances::of(&looks, settings, time);
        let mut trial = Trial::of(&compared, MOST);
        let table = Table {
            samples: &samples,
            circumstances: &circumstances,
        };
        let mut rows = Rows::of(&samples, table.answers(&mut trial));
        rows.leave_out_columns();
        let mut changes = rows.changes(&circumstances);
        let search = Search {
            own: &own,
            settings,
            time,
            target: &samples.target,
        };
        for found in search.run(&mut trial) {
            changes.extend(found.shown(&circumstances, &mut trial));
        }
        Self {
            changes,
            unshown: trial.account.unshown(&compared),
            not_tried: not_tried(trial.is_cut, &circumstances.moments),
            not_sampled: own.left_out(),
            failing: trial.newly_failing(),
            files: Vec::new(),
            own: rows.own(),
            principals: rows.principals(),
        }
    }
}

/// Says in words what was too much to be tried; `None` if nothing was.
fn not_tried(is_cut: bool, moments: &Moments) -> Option<String> {
    let times = moments.left_out;
    let samples = is_cut.then(|| "some samples, since the policies are many".to_owned());
    let times = (times > 0).then(|| format!("{times} of the times that the policies name"));
    let computed = "times that matter to what a policy computes".to_owned();
    let computed = (!moments.exact).then_some(computed);
    let parts = samples.into_iter().chain(times).chain(computed);
    let parts: Vec<String> = parts.collect();
    (!parts.is_empty()).then(|| parts.join(", and "))
}

/// Every row and column, in all circumstances.
struct Table<'a> {
    samples: &'a Samples,
    circumstances: &'a Circumstances,
}

impl Table<'_> {
    /// The answers, by rows and columns: those of now first, and then, while there is
    /// room for it, those in the other circumstances.
    fn answers(&self, trial: &mut Trial<'_>) -> Vec<Vec<Answers>> {
        let mut all: Vec<Vec<Answers>> = self.rows(|row, principal| {
            let (settings, time) = self.circumstances.now();
            let operation = operation(&row.asked_by(principal, settings, time));
            let slice = trial.compared.slice(&operation);
            let cells = slice.and_then(|slice| trial.answer(&operation, &slice).cells);
            vec![cells]
        });
        let others = self.rows(|row, principal| self.elsewhere(row, principal, trial));
        for (cells, others) in all.iter_mut().flatten().zip(others.into_iter().flatten()) {
            cells.extend(others);
        }
        all
    }

    fn rows(&self, mut cell: impl FnMut(&Row, &Principal) -> Answers) -> Vec<Vec<Answers>> {
        let rows = self.samples.rows.iter().map(|row| {
            let columns = self.samples.principals.iter();
            columns.map(|principal| cell(row, principal)).collect()
        });
        rows.collect()
    }

    /// The answers in all circumstances but those of now.
    fn elsewhere(&self, row: &Row, principal: &Principal, trial: &mut Trial<'_>) -> Answers {
        let others = self.circumstances.count().saturating_sub(1);
        let (settings, time) = self.circumstances.now();
        if others == 0 {
            return Answers::new();
        }
        let now = operation(&row.asked_by(principal, settings, time));
        // What is nothing at one time is nothing at any.
        let Some(slice) = trial.compared.slice(&now) else {
            return vec![None; others];
        };
        let (mut asked, mut known) = (trial.compared.ask(&now), Known::new());
        let others = self.circumstances.all().skip(1).map(|(settings, time)| {
            let other = operation(&row.asked_by(principal, settings, time));
            trial.compared.retell(&mut asked, &other);
            let answered = trial.answer_asked(&other, &asked, &slice, &mut known);
            answered.cells
        });
        others.collect()
    }
}

/// The operation of a sample. Every sample of the catalogue can be built, as a test
/// says; if one could not, its row would show that nothing happens.
pub(super) fn operation(point: &Point) -> Operation {
    let nothing = || {
        let request = crate::Request::by_person("", point.settings);
        Operation::dry_run(request.at(point.time))
    };
    point.operation().unwrap_or_else(nothing)
}

impl PolicyEngine {
    /// The own policies that cannot be evaluated for a sample, as when a sum
    /// overflows: what they are about is denied. A host that puts policies in
    /// force refuses these as broken.
    #[must_use]
    pub fn failing(
        &self,
        settings: GuardSettings,
        time: Option<WallTime>,
        own: &OwnSamples,
    ) -> Vec<PolicyId> {
        match self.may_fail() {
            true => Matrix::with_own(self, settings, time, own).failing,
            false => Vec::new(),
        }
    }
}

/// Returns the answer of `engine`. Notes the policies that could not be evaluated.
pub(super) fn answer(
    engine: &PolicyEngine,
    operation: &Operation,
    failing: &mut Vec<PolicyId>,
) -> Cell {
    let decision = engine.decide(operation);
    if let Decision::Deny(Denial::PolicyErrors { policies }) = &decision {
        failing.extend_from_slice(policies);
    }
    Cell::of(operation.request().settings, &decision, |factor| {
        engine.decide_with(operation, factor).is_ok()
    })
}
