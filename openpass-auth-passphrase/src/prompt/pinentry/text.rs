//! A question as a dialog shows it.

use openpass_auth::{BriefLine, Detail, Unavailable, brief};

use super::line::LINE;
use crate::{
    Question,
    prompt::{layout::mark, wrap::wrap},
};

/// More lines push the buttons off a small screen, and GTK breaks longer ones
/// itself, at the margin, where a value could be taken for a line of its own.
const LINES: usize = 10;
const COLUMNS: usize = 44;
const COMMAND: &str = "SETDESC ";

/// Returns the command that shows `question`.
///
/// The requester, the request and all that gives power are shown whole. Then come the
/// notices, what gives no power, and the facts, each whole or not at all; changes that
/// are left out are counted.
///
/// # Errors
///
/// [`Unavailable::NoRoom`] if what must be shown is too long.
pub(super) fn description(question: &Question) -> Result<String, Unavailable> {
    let lines = brief(question.details());
    let (widening, others) = lines.split_at(lines.partition_point(|line| line.widens));
    let mut text = Text::new(question, others);
    for line in widening.iter().filter(|line| !line.in_summary) {
        push(&mut text.lines, &item(line));
    }
    if !text.fits() {
        return Err(Unavailable::NoRoom);
    }
    for notice in question.notices() {
        text.add(&format!("{}note: {notice}", mark(false)), 0);
    }
    for line in others {
        text.add(&item(line), line.changes);
    }
    for detail in question.details() {
        if let Detail::Fact { label, value } = detail {
            text.add(&format!("{}{label}: {value}", mark(false)), 0);
        }
    }
    Ok(text.command())
}

/// The command that says which try it is, from the second on.
pub(super) fn attempt(question: &Question) -> Option<String> {
    let attempt = question.attempt();
    (attempt.number > 1).then(|| {
        let (number, of) = (attempt.number, attempt.of);
        format!("SETERROR Attempt {number} of {of}: the last answer was wrong.")
    })
}

fn item(line: &BriefLine) -> String {
    format!("{}{}", mark(line.widens), line.text)
}

/// The dialog's text, as it is put together.
struct Text {
    lines: Vec<String>,
    /// The number of changes that are not among the lines.
    hidden: usize,
    code: Option<String>,
}

impl Text {
    /// Makes a text with the requester and the request, and as yet nothing that gives
    /// no power.
    fn new(question: &Question, others: &[BriefLine]) -> Self {
        let beyond = question.details().iter().map(|detail| match detail {
            Detail::NotShown { changes } => *changes,
            Detail::Fact { .. } | Detail::Change(_) => 0,
        });
        let counted = others.iter().map(|line| line.changes).chain(beyond);
        let mut lines = Vec::new();
        push(&mut lines, &format!("Approve: {}", question.statement()));
        Self {
            lines,
            hidden: counted.fold(0, usize::saturating_add),
            code: question.code().map(|code| format!("Fingerprint {code}.")),
        }
    }

    /// Adds `text`, which stands for `changes` of the hidden changes, if there is room.
    fn add(&mut self, text: &str, changes: usize) {
        let (before, hidden) = (self.lines.len(), self.hidden);
        push(&mut self.lines, text);
        self.hidden = hidden.saturating_sub(changes);
        if !self.fits() {
            self.lines.truncate(before);
            self.hidden = hidden;
        }
    }

    fn fits(&self) -> bool {
        self.all().len() <= LINES && self.command().len() <= LINE
    }

    fn all(&self) -> Vec<String> {
        let mut all = self.lines.clone();
        if self.hidden > 0 {
            let text = format!("Not shown, gives no power: {}.", self.hidden);
            push(&mut all, &text);
        }
        if let Some(code) = &self.code {
            push(&mut all, code);
        }
        all
    }

    fn command(&self) -> String {
        format!("{COMMAND}{}", encoded(&self.all().join("\n")))
    }
}

/// Continuation lines stand further in than any line of their own.
fn push(lines: &mut Vec<String>, text: &str) {
    const INDENT: usize = 6;
    let text = plain(text);
    for (number, line) in wrap(&text, COLUMNS, COLUMNS - INDENT)
        .into_iter()
        .enumerate()
    {
        let indent = if number == 0 { 0 } else { INDENT };
        lines.push(format!("{:indent$}{line}", ""));
    }
}

/// Qt takes text with tags for rich text, which could draw lines of its own:
/// what begins one is shown by its number, as every unsafe character is.
fn plain(text: &str) -> String {
    text.replace('<', "\\u{3c}").replace('&', "\\u{26}")
}

/// Assuan's escapes, for what would end the line or begin an escape.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '%' => encoded.push_str("%25"),
            '\n' => encoded.push_str("%0A"),
            '\r' => encoded.push_str("%0D"),
            _ => encoded.push(character),
        }
    }
    encoded
}

#[cfg(test)]
mod tests;
