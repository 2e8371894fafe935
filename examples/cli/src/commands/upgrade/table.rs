//! The product's own table of a tier change.

use core::fmt::Write as _;

use openpass_auth::SafeText;
use openpass_policy::FieldChange;
use openpass_vault::{Profile, Value};

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

/// What a row of the product's table takes.
const WIDE: usize = 72;

/// The table for people, with what changes marked; on a terminal narrower than
/// the product's rows, a line a field.
pub(super) fn of(
    (before, after): &(Profile, Profile),
    changes: &[FieldChange],
    reason: Option<&str>,
    columns: usize,
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
    let row = if columns < WIDE { narrow_row } else { wide_row };
    if columns >= WIDE {
        let _ = writeln!(table, "  {:<24} {:<24} NEW", "FIELD", "CURRENT");
        let _ = writeln!(table, "{}", "-".repeat(WIDE));
    }
    let others = changes
        .iter()
        .map(|change| change.field.as_str())
        .filter(|field| *field != "tier" && !ALWAYS.contains(field));
    for field in ALWAYS.into_iter().chain(others) {
        row(&mut table, field, before.get(field), after.get(field));
    }
    table.trim_end().to_owned()
}

fn wide_row(table: &mut String, field: &str, before: &Value, after: &Value) {
    let (old, new) = (shown(before), shown(after));
    let field = SafeText::whole(field);
    // Writing to a String cannot fail.
    let _ = if before == after {
        writeln!(table, "  {field:<23} {old:<24} {new} (unchanged)")
    } else {
        writeln!(table, "  ✓ {field:<22} {old:<24} {new}")
    };
}

fn narrow_row(table: &mut String, field: &str, before: &Value, after: &Value) {
    let (old, new) = (shown(before), shown(after));
    let field = SafeText::whole(field);
    // Writing to a String cannot fail.
    let _ = if before == after {
        writeln!(table, "  {field}: {old}")
    } else {
        writeln!(table, "✓ {field}: {old} → {new}")
    };
}

/// Whole: the end of a list is where something may hide.
fn shown(value: &Value) -> SafeText {
    match value {
        Value::Unset => SafeText::literal("(not set)"),
        Value::List(entries) if entries.is_empty() => SafeText::literal("(none)"),
        value => SafeText::whole(&value.to_string()),
    }
}
