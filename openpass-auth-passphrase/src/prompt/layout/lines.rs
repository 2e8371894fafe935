//! A question's parts as lines.

use openpass_auth::{Detail, Line, SafeText, ShownChange, brief};

use super::Room;
use crate::{
    Question,
    prompt::wrap::{width, wrap},
};

/// The form of a question: how many lines its parts take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A line for each field, and for each line of a difference.
    Full,
    /// Fields with the same change share a line.
    Brief,
}

/// From this number of columns on there is room for values in a column of their own.
const WIDE: usize = 60;
/// Longer labels push their own value to the right, not everybody's.
const LABEL: usize = 24;
/// Continuation lines start here: further in than any mark or label, so that
/// no value can be taken for a line of its own.
const INDENT: usize = 6;
/// The lines of a difference start here, and what continues one further in, so
/// that it cannot be taken for another.
const DIFFERENCE: usize = 4;
const CONTINUED: usize = 8;
/// The most lines that a change takes in few words. In more lines, an entry would be
/// hard to find, and pages are clearer.
const CLEAR: usize = 4;

/// The first lines: the requester and the request.
pub(super) fn heading(question: &Question, form: Form, room: Room) -> Vec<String> {
    let mut lines = vec![String::new()];
    paragraph(&mut lines, "Approve: ", &statement(question), room);
    if form == Form::Full {
        lines.push(String::new());
    }
    lines
}

/// Every change, every fact and every notice.
pub(super) fn body(question: &Question, form: Form, room: Room) -> Vec<String> {
    let labels = label_column(question.details(), room);
    let mut lines = Vec::new();
    match form {
        Form::Full => {
            for detail in question.details() {
                push_detail(&mut lines, detail, labels, room);
            }
        }
        Form::Brief => push_brief(&mut lines, question.details(), room),
    }
    for notice in question.notices() {
        push_fact(&mut lines, &SafeText::literal("note"), notice, labels, room);
    }
    lines
}

/// Whether every change is easy to read in few words.
pub(super) fn few_words_are_clear(question: &Question, room: Room) -> bool {
    brief(question.details()).iter().all(|line| {
        width(&room.charset.spell(line.text.as_str())) <= CLEAR.saturating_mul(room.columns)
    })
}

/// The lines between the body and the input line. The statement comes last, where the
/// person looks, if there is anything between it and the heading.
pub(super) fn closing(question: &Question, form: Form, room: Room, repeats: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let notes = notes(question);
    match form {
        Form::Full => {
            if repeats {
                lines.push(String::new());
            }
            for note in notes {
                paragraph(&mut lines, "", &note, room);
            }
        }
        Form::Brief => paragraph(&mut lines, "", &notes.join(" "), room),
    }
    if repeats {
        paragraph(&mut lines, "You approve: ", &statement(question), room);
    }
    lines
}

/// The mark before a line, which shows whether its change gives power.
pub(in crate::prompt) const fn mark(widens: bool) -> &'static str {
    if widens { "! " } else { "  " }
}

fn statement(question: &Question) -> String {
    match question.tally() {
        Some(tally) => format!("{} ({tally})", question.statement()),
        None => question.statement().to_string(),
    }
}

fn push_detail(lines: &mut Vec<String>, detail: &Detail, labels: Option<usize>, room: Room) {
    match detail {
        Detail::Fact { label, value } => push_fact(lines, label, value, labels, room),
        Detail::Change(change) => push_change(lines, change, labels, room),
        Detail::NotShown { changes } => push_not_shown(lines, *changes, room),
    }
}

fn push_fact(
    lines: &mut Vec<String>,
    label: &SafeText,
    value: &SafeText,
    labels: Option<usize>,
    room: Room,
) {
    let head = head(false, label, labels);
    push_wrapped(lines, &head, value.as_str(), under(labels), room);
}

fn push_change(lines: &mut Vec<String>, change: &ShownChange, labels: Option<usize>, room: Room) {
    let head = head(change.widens, &change.field, labels);
    let value = format!("{} → {}", change.before, change.after);
    push_wrapped(lines, &head, &value, under(labels), room);
    for line in &change.lines {
        let text = match line {
            Line::Added(text) => format!("+ {text}"),
            Line::Removed(text) => format!("- {text}"),
            Line::Kept(text) => format!("  {text}"),
            Line::Unchanged(1) => "(1 stays)".to_owned(),
            Line::Unchanged(count) => format!("({count} stay)"),
            Line::NotShown(count) => format!("({count} more that change)"),
        };
        let head = " ".repeat(DIFFERENCE);
        push_wrapped(lines, &head, &text, CONTINUED, room);
    }
}

fn push_not_shown(lines: &mut Vec<String>, changes: usize, room: Room) {
    let text = match changes {
        1 => "  not shown: 1 change that gives no power".to_owned(),
        _ => format!("  not shown: {changes} changes that give no power"),
    };
    push_wrapped(lines, "", &text, INDENT, room);
}

/// Adds the details in few words: the changes that give power first, the facts last.
fn push_brief(lines: &mut Vec<String>, details: &[Detail], room: Room) {
    for line in brief(details) {
        push_wrapped(lines, mark(line.widens), line.text.as_str(), INDENT, room);
    }
    let others = details
        .iter()
        .filter(|detail| !matches!(detail, Detail::Change(_)));
    for detail in others {
        push_detail(lines, detail, None, room);
    }
}

/// A value stands aligned under its column, or at least further in than any
/// label.
fn under(labels: Option<usize>) -> usize {
    labels.map_or(INDENT, |labels| labels.saturating_add(4).max(INDENT))
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
fn label_column(details: &[Detail], room: Room) -> Option<usize> {
    let widest = details
        .iter()
        .filter_map(|detail| match detail {
            Detail::Fact { label, .. } => Some(label),
            Detail::Change(change) => Some(&change.field),
            Detail::NotShown { .. } => None,
        })
        .map(|label| width(label.as_str()))
        .filter(|width| *width <= LABEL)
        .max();
    (room.columns >= WIDE).then_some(widest.unwrap_or(0))
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
        notes.push(format!("Fingerprint {code}."));
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

fn change_count(details: &[Detail]) -> (usize, usize) {
    let (mut widening, mut all) = (0_usize, 0_usize);
    for detail in details {
        let (widens, count) = match detail {
            Detail::Change(change) => (usize::from(change.widens), 1),
            Detail::NotShown { changes } => (0, *changes),
            Detail::Fact { .. } => (0, 0),
        };
        widening = widening.saturating_add(widens);
        all = all.saturating_add(count);
    }
    (widening, all)
}

fn paragraph(lines: &mut Vec<String>, head: &str, text: &str, room: Room) {
    let indent = if head.is_empty() { 2 } else { INDENT };
    push_wrapped(lines, head, text, indent, room);
}

fn push_wrapped(lines: &mut Vec<String>, head: &str, text: &str, indent: usize, room: Room) {
    let rest = room.columns.saturating_sub(indent).max(1);
    // The head goes through the same sieve: a label may be longer than a line.
    let text = format!("{head}{text}");
    let text = room.charset.spell(&text);
    for (number, line) in wrap(&text, room.columns, rest).into_iter().enumerate() {
        let indent = if number == 0 { 0 } else { indent };
        lines.push(format!("{:indent$}{line}", ""));
    }
}
