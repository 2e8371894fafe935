//! A question as one text.

use openpass_auth::{Challenge, Detail, Line, SafeText, ShownChange};

/// All that a prompt has to show: who asks for what, each line, each notice.
pub(super) fn text_of(challenge: &Challenge) -> String {
    let mut lines = vec![challenge.statement().to_string()];
    lines.extend(challenge.details().iter().map(line_of));
    lines.extend(challenge.tally().map(SafeText::to_string));
    lines.extend(challenge.notices().iter().map(SafeText::to_string));
    lines.join("\n")
}

fn line_of(detail: &Detail) -> String {
    match detail {
        Detail::Fact { label, value } => format!("{label}: {value}"),
        Detail::Change(change) => change_of(change),
        Detail::NotShown { changes } => format!("+{changes} more changes"),
    }
}

fn change_of(change: &ShownChange) -> String {
    let ShownChange {
        field,
        before,
        after,
        lines,
        ..
    } = change;
    let mut text = format!("{field}: {before} → {after}");
    for line in lines {
        let told = match line {
            Line::Added(it) => format!("\n+ {it}"),
            Line::Removed(it) => format!("\n- {it}"),
            Line::Kept(it) => format!("\n  {it}"),
            Line::Unchanged(count) => format!("\n  {count} lines are as they were"),
            Line::NotShown(count) => format!("\n+{count} more lines"),
        };
        text.push_str(&told);
    }
    text
}
