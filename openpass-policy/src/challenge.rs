//! From an operation to the question that a person is asked.

use std::time::Duration;

use openpass_auth::{Challenge, Detail, FactorSet, SafeText};

use crate::{Direction, FieldChange, Operation, operation::summary};

/// How many changes without power a prompt gets before the rest is counted.
const SHOWN: usize = 24;

/// The question whether `operation` may happen, with `notices` for whoever
/// answers it.
///
/// INVARIANT (what is shown is what is bound): everything here but the notices
/// comes from the operation whose digest the grant holds, through `SafeText`.
pub(crate) fn challenge(
    operation: &Operation,
    notices: &[SafeText],
    accepts: FactorSet,
    timeout: Duration,
) -> Challenge {
    let mut challenge = Challenge::new(summary::of(operation), accepts, timeout)
        .with_details(details(operation))
        .with_notices(notices.to_vec())
        .with_code(SafeText::escape(&operation.digest().code()));
    if let Some(principal) = operation.asked_by() {
        challenge = challenge.with_principal(&principal);
    }
    match summary::tally(operation) {
        Some(tally) => challenge.with_tally(tally),
        None => challenge,
    }
}

/// The requester's own words come last: they push nothing out of sight.
fn details(operation: &Operation) -> Vec<Detail> {
    let request = operation.request();
    let mut details = vec![fact("vault", SafeText::escape(&request.vault))];
    details.extend(changes(operation));
    if let Some(reason) = &request.reason {
        details.push(fact("reason given", SafeText::quoted(reason)));
    }
    details
}

/// Every change that widens, then what gives no power, or a count of it.
fn changes(operation: &Operation) -> Vec<Detail> {
    let widens = |change: &&FieldChange| change.direction == Direction::Widens;
    let shown = |change: &FieldChange| {
        let shown = change.asked();
        Detail::Change(if summary::says(operation, change) {
            shown.said_in_summary()
        } else {
            shown
        })
    };
    let all = operation.changes();
    let mut lines: Vec<Detail> = all.iter().filter(widens).map(shown).collect();
    let others: Vec<&FieldChange> = all.iter().filter(|change| !widens(change)).collect();
    lines.extend(others.iter().take(SHOWN).map(|change| shown(change)));
    let changes = others.len().saturating_sub(SHOWN);
    if changes > 0 {
        lines.push(Detail::NotShown { changes });
    }
    lines
}

fn fact(label: &'static str, value: SafeText) -> Detail {
    Detail::Fact {
        label: SafeText::literal(label),
        value,
    }
}
