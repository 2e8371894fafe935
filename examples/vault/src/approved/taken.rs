//! The changes outside the guard that a change takes for good.

use openpass_policy::FieldChange;

use super::{ItemKind, Observed, Part, differing};

/// The fields that were changed outside the guard, and that a change takes with
/// a value of its own: each from what was approved to what will be.
///
/// INVARIANT (what widens is shown whole): a value that somebody wrote by hand
/// is no beginning. A change that narrows only such a value still widens what
/// was approved, and is shown and decided on as such.
pub(super) fn taken(
    kind: ItemKind,
    approved: &Part,
    observed: &Observed,
    after: &Part,
) -> Vec<FieldChange> {
    let then = Observed {
        part: after.clone(),
        ..Observed::default()
    };
    let outside = differing(kind, approved, observed);
    let outside: Vec<&str> = outside
        .iter()
        .flat_map(|item| item.changes.iter().map(|change| change.field.as_str()))
        .collect();
    differing(kind, approved, &then)
        .into_iter()
        .flat_map(|item| item.changes)
        .filter(|change| outside.contains(&change.field.as_str()))
        .collect()
}
