//! The product's own table of a tier change.

use core::fmt::Write as _;

use openpass_auth::SafeText;
use openpass_policy::FieldChange;
use openpass_vault::Profile;

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
    "allowedTools",
];

/// The table for people, with what changes marked.
pub(super) fn of(
    (before, after): &(Profile, Profile),
    changes: &[FieldChange],
    reason: Option<&str>,
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
    let _ = writeln!(table, "  {:<24} {:<24} NEW", "FIELD", "CURRENT");
    let _ = writeln!(table, "{}", "-".repeat(72));
    for field in ALWAYS {
        row(&mut table, field, before, after);
    }
    for change in changes {
        let field = change.field.as_str();
        if field != "tier" && !ALWAYS.contains(&key(field)) {
            row(&mut table, field, before, after);
        }
    }
    table.trim_end().to_owned()
}

fn row(table: &mut String, field: &str, before: &Profile, after: &Profile) {
    let text = |profile: &Profile| SafeText::escape(&profile.get(name(field)).to_string());
    let (old, new) = (text(before), text(after));
    let field = SafeText::escape(field);
    // Writing to a String cannot fail.
    let _ = if before.get(name(field.as_str())) == after.get(name(field.as_str())) {
        writeln!(table, "  {field:<23} {old:<24} {new} (unchanged)")
    } else {
        writeln!(table, "  ✓ {field:<22} {old:<24} {new}")
    };
}

/// The product prints `allowedTools` for the key `allowed_tools`.
fn name(printed: &str) -> &str {
    if printed == "allowedTools" {
        "allowed_tools"
    } else {
        printed
    }
}

fn key(name: &str) -> &str {
    if name == "allowed_tools" {
        "allowedTools"
    } else {
        name
    }
}
