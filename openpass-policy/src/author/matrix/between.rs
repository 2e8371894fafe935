//! What changes from one engine to another, without the tables of both.

use super::{
    Cell, Matrix, MatrixDiff, OwnSamples,
    diff::{Pairs, changes},
    sample,
};
use crate::{Decision, Denial, GuardSettings, Operation, PolicyEngine, PolicyId, WallTime};

impl MatrixDiff {
    /// What changes from `before` to `after` under `settings`, with the vault's
    /// `own` agents and tokens among the samples: the same as the difference of
    /// the two matrices. Only what a policy that differs is about is decided,
    /// so that it is quicker.
    #[must_use]
    pub fn between(
        before: &PolicyEngine,
        after: &PolicyEngine,
        settings: GuardSettings,
        time: Option<WallTime>,
        own: &OwnSamples,
    ) -> Self {
        let own = own.clone().naming(before).naming(after);
        let principals = sample::principals(&own);
        let samples = sample::rows(&own);
        let differing = before.differing(after);
        let mut failing = (Vec::new(), Vec::new());
        let mut pair = |operation: &Operation| {
            differing.may_matter(operation).then(|| {
                (
                    answer(before, operation, &mut failing.0),
                    answer(after, operation, &mut failing.1),
                )
            })
        };
        let mut rows = Vec::new();
        for row in &samples {
            let asked = principals
                .iter()
                .map(|principal| pair(&row.asked_by(principal, settings, time)));
            rows.push(Pairs {
                action: row.action.shipped_id(),
                what: &row.what,
                sample: row.sample,
                cells: asked.collect(),
            });
        }
        let names: Vec<String> = principals.iter().map(|it| it.name.clone()).collect();
        let (failed_before, mut failing) = failing;
        failing.retain(|policy| !failed_before.contains(policy));
        failing.sort();
        failing.dedup();
        Self {
            changes: changes(&rows, &names),
            not_sampled: own.left_out(),
            failing,
            own: principals.iter().filter(|it| it.own).count(),
            principals: names,
        }
    }
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

/// What `engine` answers. Notes the policies that could not be evaluated.
pub(super) fn answer(
    engine: &PolicyEngine,
    operation: &Operation,
    failing: &mut Vec<PolicyId>,
) -> Cell {
    let decision = engine.decide(operation);
    if let Decision::Deny(Denial::PolicyErrors { policies }) = &decision {
        failing.extend_from_slice(policies);
    }
    Cell::of(engine, operation, &decision)
}
