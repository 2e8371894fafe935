//! The answers of one engine that are different at other times and under other
//! settings.

use serde::Serialize;

use super::{
    Cell, MatrixRow,
    account::Budget,
    between,
    circumstances::{Answers, Circumstances},
    columns::Principal,
    diff::Rows,
    sample::{Row, Samples},
};
use crate::{
    PolicyId,
    engine::{Compared, Side},
};

/// One answer that is another in other circumstances.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MatrixOtherwise {
    /// The times and settings at which this is the answer.
    pub when: String,
    /// The action's id.
    pub action: &'static str,
    /// The operation, in words. Escaped.
    pub what: String,
    /// The requester. Escaped.
    pub principal: String,
    /// The answer then.
    pub answer: Cell,
}

/// The most work that may be done, counted in evaluations of a policy.
const MOST: u64 = 1_500_000;

/// Returns the answers that are different from `now`. An answer is different only where
/// another of the watched policies applies.
pub(super) fn of(
    compared: &Compared<'_>,
    samples: &Samples,
    circumstances: &Circumstances,
    now: &[MatrixRow],
    failing: &mut Vec<PolicyId>,
) -> Vec<MatrixOtherwise> {
    if circumstances.count() < 2 {
        return Vec::new();
    }
    let mut ask = Ask {
        compared,
        circumstances,
        budget: Budget::of(MOST),
        failing,
    };
    let rows = samples.rows.iter().zip(now).map(|(row, cells)| {
        let columns = samples.principals.iter().zip(&cells.cells);
        let answers = columns.map(|(principal, now)| ask.otherwise(row, principal, *now));
        answers.collect()
    });
    let mut rows = Rows::of(samples, rows.collect());
    rows.leave_out_columns();
    let changes = rows.changes(circumstances).into_iter();
    changes
        .map(|change| MatrixOtherwise {
            when: change.when.unwrap_or_default(),
            action: change.action,
            what: change.what,
            principal: change.principal,
            answer: change.after,
        })
        .collect()
}

/// The policies and circumstances that are asked about, and the work that may still be
/// done.
struct Ask<'a> {
    compared: &'a Compared<'a>,
    circumstances: &'a Circumstances,
    budget: Budget,
    failing: &'a mut Vec<PolicyId>,
}

impl Ask<'_> {
    /// The answers that may be others than `now`'s.
    fn otherwise(&mut self, row: &Row, principal: &Principal, now: Cell) -> Answers {
        let (compared, mut usual, mut asked) = (self.compared, None, None);
        let all = self.circumstances.all().map(|(settings, time)| {
            let operation = between::operation(&row.asked_by(principal, settings, time));
            let slice = compared.slice(&operation)?;
            if !self.budget.takes(slice.work()) {
                return None;
            }
            let asked = asked.get_or_insert_with(|| compared.ask(&operation));
            compared.retell(asked, &operation);
            let hits = compared.hits(asked, &slice);
            if *usual.get_or_insert_with(|| hits.clone()) == hits
                || !self.budget.takes(slice.work_to_decide())
            {
                return None;
            }
            let decision = compared.decide(Side::After, asked, &slice, self.failing);
            let cell = Cell::of(settings, &decision, |factor| {
                compared.takes(Side::After, asked, &slice, factor)
            });
            Some((now, cell))
        });
        all.collect()
    }
}
