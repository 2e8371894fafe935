//! A change of one field, for people.

use core::fmt::Write as _;

use openpass_auth::{Line, ShownChange};

use crate::output::Paper;

/// The field, and below it what comes and goes of a list or a file.
pub(super) fn of(change: &ShownChange, paper: Paper) -> String {
    let mut text = String::new();
    let mark = if change.widens { "!" } else { " " };
    let ShownChange {
        field,
        before,
        after,
        lines,
        ..
    } = change;
    // Writing to a String cannot fail.
    let first = format!("{mark} {field}: {before} → {after}");
    let _ = writeln!(text, "{}", paper.marked(&first, change.widens));
    for line in lines {
        let _ = match line {
            Line::Added(line) => writeln!(text, "    + {line}"),
            Line::Removed(line) => writeln!(text, "    - {line}"),
            Line::Kept(line) => writeln!(text, "      {line}"),
            Line::Unchanged(count) => writeln!(text, "    ({count} stay)"),
            Line::NotShown(count) => writeln!(text, "    ({count} more that change)"),
        };
    }
    text
}
