//! The product's own table of a tier change.

use core::fmt::Write as _;

use openpass_auth::SafeText;
use openpass_policy::{Direction, FieldChange};
use openpass_vault::{Profile, Value};

use crate::{output::Paper, table::padded};

/// The fields that the product always prints, in its order.
const ALWAYS: [&str; 12] = [
    "canWrite",
    "canRunCommands",
    "canManageConfig",
    "canUseClipboard",
    "canUseAutotype",
    "canReadValues",
    "exposeValueTools",
    "autoUnseal",
    "requireApproval",
    "approvalMode",
    "allowedExecutables",
    "allowed_tools",
];

/// The width of a row of the product's table.
const WIDE: usize = 72;

/// The table for people, with what changes marked; on a terminal narrower than
/// the product's rows, a line a field.
pub(super) fn of(
    (before, after): &(Profile, Profile),
    changes: &[FieldChange],
    reason: Option<&str>,
    paper: Paper,
) -> String {
    let mut table = format!(
        "Agent:   {}\nCurrent: {}\nTarget:  {}\n",
        SafeText::escape(before.name()),
        before.tier(),
        after.tier()
    );
    // Writing to a String cannot fail.
    if let Some(reason) = reason {
        let _ = writeln!(table, "Reason:  {}", SafeText::escape(reason));
    }
    let _ = writeln!(table, "\nTier changes:");
    let is_wide = paper.columns.is_none_or(|columns| columns >= WIDE);
    let row = if is_wide { wide_row } else { narrow_row };
    if is_wide {
        let _ = writeln!(table, "  {:<24} {:<24} NEW", "FIELD", "CURRENT");
        let _ = writeln!(table, "{}", "-".repeat(WIDE));
    }
    let others = changes
        .iter()
        .map(|change| change.field.as_str())
        .filter(|field| *field != "tier" && !ALWAYS.contains(field));
    for field in ALWAYS.into_iter().chain(others) {
        let widens = changes
            .iter()
            .any(|it| it.field == field && it.direction == Direction::Widens);
        let row = row(field, before.get(field), after.get(field));
        let _ = writeln!(table, "{}", paper.marked(&row, widens));
    }
    table.trim_end().to_owned()
}

fn wide_row(field: &str, before: &Value, after: &Value) -> String {
    let (old, new) = (padded(shown(before).as_str(), 24), shown(after));
    let field = SafeText::whole(field);
    if before == after {
        format!("  {} {old} {new} (unchanged)", padded(field.as_str(), 23))
    } else {
        format!("  ✓ {} {old} {new}", padded(field.as_str(), 22))
    }
}

fn narrow_row(field: &str, before: &Value, after: &Value) -> String {
    let (old, new) = (shown(before), shown(after));
    let field = SafeText::whole(field);
    if before == after {
        format!("  {field}: {old}")
    } else {
        format!("✓ {field}: {old} → {new}")
    }
}

/// Whole: the end of a list is where something may hide.
fn shown(value: &Value) -> SafeText {
    match value {
        Value::Unset => SafeText::literal("(not set)"),
        Value::List(entries) if entries.is_empty() => SafeText::literal("(none)"),
        value => SafeText::whole(&value.to_string()),
    }
}
