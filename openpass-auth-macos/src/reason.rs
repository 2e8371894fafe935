//! The text of the dialog.

use openpass_auth::{BriefLine, Challenge, Detail, Unavailable, brief};

/// The number of characters that the dialog has room for.
const ROOM: usize = 300;

/// Stands in for a question without words, which `LAContext` would answer with
/// an exception.
const NOT_DESCRIBED: &str = "approve a change that was not described";

/// The end of the sentence `"<app>" is trying to ….`, never empty.
///
/// INVARIANT: [`Reason::new`] upholds that the text is not empty, that it is one line
/// of safe text of at most [`ROOM`] characters, and that the requester, the summary and
/// all that gives power are in it, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reason(String);

/// Returns the text of the dialog of a
/// [`BiometricAuthenticator`](crate::BiometricAuthenticator) for `challenge`.
///
/// The text stands behind the system's own `"<app>" is trying to`. It has the summary,
/// every change that gives power, and the code; then the notices, what gives no power
/// and the facts, as far as 300 characters go. Changes that are left out are counted.
///
/// # Errors
///
/// [`Unavailable::NoRoom`] if what must be shown is longer: the dialog is then
/// not shown at all.
pub fn dialog_text(challenge: &Challenge) -> Result<String, Unavailable> {
    Reason::new(challenge).map(|reason| reason.0)
}

impl Reason {
    /// See [`dialog_text`].
    ///
    /// The system puts the full stop, so one at the end is left out.
    pub(crate) fn new(challenge: &Challenge) -> Result<Self, Unavailable> {
        let lines = brief(challenge.details());
        let (widening, others) = lines.split_at(lines.partition_point(|line| line.widens));
        let widening: Vec<&str> = widening
            .iter()
            .filter(|line| !line.in_summary)
            .map(|line| line.text.as_str())
            .collect();
        let mut parts = vec![summary(challenge, &widening)];
        let beyond = challenge
            .details()
            .iter()
            .filter_map(|detail| match detail {
                Detail::NotShown { changes } => Some(*changes),
                _ => None,
            });
        let mut hidden: usize = beyond.sum();
        hidden = hidden.saturating_add(others.iter().map(|line| line.changes).sum());
        let ends = End::of(challenge);
        if !fits(&parts, hidden, &ends) {
            return Err(Unavailable::NoRoom);
        }
        let notices = challenge.notices().iter().map(ToString::to_string);
        add(&mut parts, notices, hidden, &ends);
        add_others(&mut parts, others, &mut hidden, &ends);
        add(&mut parts, facts(challenge), hidden, &ends);
        Ok(Self(text(&parts, hidden, &ends)))
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The end of the text, which is shown whole. By the code in it, the person tells this
/// dialog from a dialog that somebody else called up.
struct End(String);

impl End {
    fn of(challenge: &Challenge) -> Self {
        let code = challenge.code();
        Self(code.map_or_else(String::new, |code| format!(" [{code}]")))
    }
}

/// The requester, the request and all that gives power.
fn summary(challenge: &Challenge, widening: &[&str]) -> String {
    let summary = challenge.summary().as_str().trim().trim_end_matches('.');
    let summary = match summary.trim_end() {
        "" => NOT_DESCRIBED,
        summary => summary,
    };
    if widening.is_empty() {
        return summary.to_owned();
    }
    format!("{summary}: {}", widening.join("; "))
}

/// Adds what gives no power, as far as there is room, and takes it from the changes
/// that are counted as `hidden`.
fn add_others(parts: &mut Vec<String>, others: &[BriefLine], hidden: &mut usize, end: &End) {
    for line in others {
        let left = hidden.saturating_sub(line.changes);
        parts.push(line.text.to_string());
        if fits(parts, left, end) {
            *hidden = left;
        } else {
            drop(parts.pop());
        }
    }
}

/// Adds each of `more` that there is room for.
fn add(parts: &mut Vec<String>, more: impl Iterator<Item = String>, hidden: usize, end: &End) {
    for one in more {
        parts.push(one);
        if !fits(parts, hidden, end) {
            drop(parts.pop());
        }
    }
}

fn facts(challenge: &Challenge) -> impl Iterator<Item = String> {
    let details = challenge.details().iter();
    details.filter_map(|detail| match detail {
        Detail::Fact { label, value } => Some(format!("{label} {value}")),
        Detail::Change(_) | Detail::NotShown { .. } => None,
    })
}

fn fits(parts: &[String], hidden: usize, end: &End) -> bool {
    text(parts, hidden, end).chars().count() <= ROOM
}

fn text(parts: &[String], hidden: usize, End(end): &End) -> String {
    let mut text = parts.join("; ");
    if hidden > 0 {
        text.push_str(&format!("; {hidden} more"));
    }
    text.push_str(end);
    text
}

#[cfg(test)]
mod tests;
