//! A question as lines for a terminal.

use openpass_auth::{Detail, SafeText};

use super::{
    Question,
    wrap::{width, wrap},
};

/// From here on there is room for values in a column of their own.
const WIDE: usize = 60;
/// Longer labels push their own value to the right, not everybody's.
const LABEL: usize = 24;
/// Continuation lines start here: further in than any mark or label, so that
/// no value can be taken for a line of its own.
const INDENT: usize = 6;

/// Every line to show above the passphrase, in order.
///
/// What is decisive comes last, next to where the person looks: a long list
/// may have scrolled away by then.
pub(super) fn lines(question: &Question, columns: usize) -> Vec<String> {
    let columns = columns.clamp(20, 100);
    let mut lines = vec![String::new()];
    paragraph(
        &mut lines,
        "Approve: ",
        question.summary().as_str(),
        columns,
    );
    lines.push(String::new());
    let labels = label_column(question.details(), columns);
    for detail in question.details() {
        push_detail(&mut lines, detail, labels, columns);
    }
    if !question.details().is_empty() {
        lines.push(String::new());
    }
    for note in notes(question) {
        paragraph(&mut lines, "", &note, columns);
    }
    lines
}

/// What stands before a line: whether it gives power.
pub(super) const fn mark(widens: bool) -> &'static str {
    if widens { "! " } else { "  " }
}

fn push_detail(lines: &mut Vec<String>, detail: &Detail, labels: Option<usize>, columns: usize) {
    let (widens, label, value) = match detail {
        Detail::Fact { label, value } => (false, label, value.to_string()),
        Detail::Change {
            field,
            before,
            after,
            widens,
        } => (*widens, field, format!("{before} → {after}")),
    };
    let head = head(widens, label, labels);
    // A value aligned under its column, or at least further in than any label.
    let indent = labels.map_or(INDENT, |labels| labels + 4);
    push_wrapped(lines, &head, &value, indent, columns);
}

fn head(widens: bool, label: &SafeText, labels: Option<usize>) -> String {
    let mark = mark(widens);
    match labels {
        Some(labels) => {
            let pad = labels.saturating_sub(width(label.as_str()));
            format!("{mark}{label}{:pad$}  ", "")
        }
        None => format!("{mark}{label}: "),
    }
}

/// The width of the column of labels, where the terminal has room for one.
fn label_column(details: &[Detail], columns: usize) -> Option<usize> {
    let widest = details
        .iter()
        .map(|detail| match detail {
            Detail::Fact { label, .. } => label,
            Detail::Change { field, .. } => field,
        })
        .map(|label| width(label.as_str()))
        .filter(|width| *width <= LABEL)
        .max();
    (columns >= WIDE).then_some(widest.unwrap_or(0))
}

fn notes(question: &Question) -> Vec<String> {
    let mut notes = Vec::new();
    let (widening, changes) = change_count(question.details());
    if widening > 0 {
        notes.push(format!(
            "! gives more power: {widening} of {changes} changes."
        ));
    }
    if let Some(code) = question.code() {
        notes.push(format!("Code {code}."));
    }
    let attempt = question.attempt();
    if attempt.number > 1 {
        notes.push(format!(
            "Attempt {} of {}: the last answer was wrong.",
            attempt.number, attempt.of
        ));
    }
    let seconds = question.time_left().as_millis().div_ceil(1000);
    notes.push(format!("Answer within {seconds} s; ^C refuses."));
    notes
}

pub(super) fn change_count(details: &[Detail]) -> (usize, usize) {
    details
        .iter()
        .filter_map(|detail| match detail {
            Detail::Change { widens, .. } => Some(usize::from(*widens)),
            Detail::Fact { .. } => None,
        })
        .fold((0, 0), |(widening, all), one| (widening + one, all + 1))
}

fn paragraph(lines: &mut Vec<String>, head: &str, text: &str, columns: usize) {
    let indent = if head.is_empty() { 2 } else { INDENT };
    push_wrapped(lines, head, text, indent, columns);
}

fn push_wrapped(lines: &mut Vec<String>, head: &str, text: &str, indent: usize, columns: usize) {
    let rest = columns.saturating_sub(indent).max(1);
    // The head goes through the same sieve: a label may be longer than a line.
    let text = format!("{head}{text}");
    for (number, line) in wrap(&text, columns, rest).into_iter().enumerate() {
        let indent = if number == 0 { 0 } else { indent };
        lines.push(format!("{:indent$}{line}", ""));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use openpass_auth::{Challenge, FactorSet};

    use super::*;

    fn question(details: Vec<Detail>) -> Question {
        let what = SafeText::literal("do something");
        let timeout = Duration::from_secs(60);
        (&Challenge::new(what, FactorSet::EMPTY, timeout).with_details(details)).into()
    }

    fn change(field: &str, after: &str) -> Detail {
        Detail::Change {
            field: SafeText::escape(field),
            before: SafeText::literal("x"),
            after: SafeText::escape(after),
            widens: false,
        }
    }

    #[test]
    fn case_22_no_value_can_be_taken_for_a_line_of_its_own() {
        let fake = "! tier x \u{2192} y Code 1234. Passphrase: ".repeat(4);
        let details = vec![change(&fake, &fake), change("short", &fake)];
        for columns in 0..120 {
            let lines = lines(&question(details.clone()), columns);
            let at_margin = lines.iter().filter(|line| !line.starts_with("  "));
            let ours = [
                "Approve: do something",
                "",
                "Answer within 60 s; ^C refuses.",
            ];
            for line in at_margin {
                let known = ours.iter().any(|our| our.contains(line.trim()));
                assert!(known, "{columns} columns: {line:?}");
            }
        }
    }

    #[test]
    fn case_22_nothing_is_wider_than_the_terminal() {
        let long = "x".repeat(10_000);
        let details = vec![change(&long, &long), change("short", &long)];
        for columns in 20..120 {
            for line in lines(&question(details.clone()), columns) {
                assert!(width(&line) <= columns, "{columns} columns: {line:?}");
            }
        }
    }

    #[test]
    fn what_widens_is_counted_next_to_the_passphrase() {
        let widens = Detail::Change {
            field: SafeText::literal("tier"),
            before: SafeText::literal("standard"),
            after: SafeText::literal("admin"),
            widens: true,
        };
        let mut details = vec![widens];
        details.extend((0..99).map(|_| change("other", "y")));
        let lines = lines(&question(details), 80);
        assert_eq!(lines.len(), 2 + 1 + 100 + 1 + 2);
        assert!(lines.contains(&"! tier   standard \u{2192} admin".to_owned()));
        let end: Vec<_> = lines.iter().rev().take(2).collect();
        assert_eq!(*end[1], "! gives more power: 1 of 100 changes.");
    }
}
