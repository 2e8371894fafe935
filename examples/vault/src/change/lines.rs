//! The difference between two texts, line by line.

use imara_diff::{Algorithm, Diff, InternedInput};
use openpass_auth::Line;

/// The line that is shown as the last of a text that ends without a line break.
const NO_BREAK: &str = "(no line break at the end)";

/// Every line of the two texts: kept, removed or added, in order. Where a text
/// ends without a line break, one line more says so.
///
/// The same texts always give the same lines, since a grant is bound to them.
pub(crate) fn between(before: &str, after: &str) -> Vec<Line<String>> {
    let (old, new) = (split(before), split(after));
    let found = found(&old, &new);
    if is_whole(&found, &old, &new) {
        return found;
    }
    // INVARIANT (what is shown is what is bound): should the library ever leave
    // a line out, all of both texts is shown instead.
    let removed = old.iter().map(|line| Line::Removed((*line).to_owned()));
    let added = new.iter().map(|line| Line::Added((*line).to_owned()));
    removed.chain(added).collect()
}

/// A text without anything has no line at all.
fn split(text: &str) -> Vec<&str> {
    if text.is_empty() {
        return Vec::new();
    }
    match text.strip_suffix('\n') {
        Some(lines) => lines.split('\n').collect(),
        None => text.split('\n').chain([NO_BREAK]).collect(),
    }
}

fn found(old: &[&str], new: &[&str]) -> Vec<Line<String>> {
    let mut input = InternedInput::default();
    input.update_before(old.iter().copied());
    input.update_after(new.iter().copied());
    let diff = Diff::compute(Algorithm::Histogram, &input);
    let mut lines = Vec::new();
    let mut kept = old.iter();
    let mut at = 0;
    let owned = |line: &&str| (*line).to_owned();
    for hunk in diff.hunks() {
        let (from, to) = (hunk.before.start, hunk.before.end);
        let stay = usize::try_from(from.saturating_sub(at)).unwrap_or(usize::MAX);
        lines.extend(kept.by_ref().take(stay).map(owned).map(Line::Kept));
        let go = usize::try_from(to.saturating_sub(from)).unwrap_or(usize::MAX);
        lines.extend(kept.by_ref().take(go).map(owned).map(Line::Removed));
        at = to;
        let place = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
        let come = new.get(place(hunk.after.start)..place(hunk.after.end));
        lines.extend(come.unwrap_or_default().iter().map(owned).map(Line::Added));
    }
    lines.extend(kept.map(owned).map(Line::Kept));
    lines
}

/// Whether both texts can be read off `lines`.
fn is_whole(lines: &[Line<String>], old: &[&str], new: &[&str]) -> bool {
    let of_old = lines.iter().filter_map(|line| match line {
        Line::Kept(text) | Line::Removed(text) => Some(text.as_str()),
        _ => None,
    });
    let of_new = lines.iter().filter_map(|line| match line {
        Line::Kept(text) | Line::Added(text) => Some(text.as_str()),
        _ => None,
    });
    of_old.eq(old.iter().copied()) && of_new.eq(new.iter().copied())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn drawn(before: &str, after: &str) -> String {
        let lines = between(before, after).into_iter().map(|line| match line {
            Line::Added(text) => format!("+{text}"),
            Line::Removed(text) => format!("-{text}"),
            Line::Kept(text) => format!(" {text}"),
            other => panic!("{other:?}"),
        });
        lines.collect::<Vec<_>>().join("|")
    }

    #[test]
    fn case_51_lines_are_kept_removed_and_added() {
        assert_eq!(drawn("a\nb\nc\n", "a\nx\nc\n"), " a|-b|+x| c");
        assert_eq!(drawn("", "a\n"), "+a");
        assert_eq!(drawn("a\n\n", ""), "-a|-");
        assert_eq!(drawn("", ""), "");
        assert_eq!(drawn("a", "a\n"), format!(" a|-{NO_BREAK}"));
        assert_eq!(drawn("a\r\n", "a\n"), "-a\r|+a");
    }

    #[test]
    fn the_largest_files_are_compared_in_no_time() {
        // Nothing alike, everything alike, and the same lines the other way.
        let many = |start: usize| -> Vec<String> {
            (start..start + 100_000).map(|n| n.to_string()).collect()
        };
        let (one, other) = (many(0), many(500_000));
        let turned: Vec<String> = one.iter().rev().cloned().collect();
        for (before, after) in [(&one, &other), (&one, &one), (&one, &turned)] {
            let lines = between(&before.join("\n"), &after.join("\n"));
            assert!(lines.len() >= 100_000);
        }
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_off_the_lines(before in "[ab\n]{0,40}", after in "[ab\n]{0,40}") {
            let lines = found(&split(&before), &split(&after));
            prop_assert!(is_whole(&lines, &split(&before), &split(&after)));
        }
    }
}
