//! `openpass audit list`.

use openpass_auth::SafeText;
use openpass_vault::{GuardLog, Vault};
use serde::Serialize;
use serde_json::Value;

use super::logged::{self, LoggedOperation};
use crate::{args::ListLog, failure::Failure, output::Output};

/// Every line of the log that belongs to what was chosen, as it is.
#[derive(Serialize)]
struct LogList<'a> {
    lines: Vec<&'a Value>,
    count: usize,
}

pub(super) fn run(vault: &Vault, chosen: &ListLog, output: &Output) -> Result<(), Failure> {
    let log = GuardLog::of(vault);
    let lines = log.lines()?;
    if !log.verify()?.is_whole() {
        output.note(
            "Warning: the guard log is not whole, so what is listed may be forged or missing: \
             `openpass audit verify` says where",
        );
    }
    let mut entries = logged::all(&lines);
    entries.retain(|entry| is_chosen(entry, chosen));
    if let Some(last) = chosen.last {
        drop(entries.drain(..entries.len().saturating_sub(last)));
    }
    let mut kept: Vec<(usize, &Value)> = entries.iter().flat_map(LoggedOperation::lines).collect();
    kept.sort_by_key(|(place, _)| *place);
    let listing = LogList {
        count: kept.len(),
        lines: kept.into_iter().map(|(_, line)| line).collect(),
    };
    output.result(&listing, || {
        if lines.is_empty() {
            return "The guard log has no line yet.\n".to_owned();
        }
        if entries.is_empty() {
            return "Nothing on the guard log matches.\n".to_owned();
        }
        let paper = output.stdout();
        let shown = entries.iter().map(|it| it.shown(chosen.details, paper));
        shown.collect()
    })
}

pub(super) fn is_chosen(entry: &LoggedOperation<'_>, chosen: &ListLog) -> bool {
    let since = chosen.since.is_none_or(|since| entry.is_since(since));
    let agent = chosen.agent.as_deref();
    let action = chosen.action.as_deref();
    since
        && agent.is_none_or(|name| entry.is_of_agent(name))
        && action.is_none_or(|action| entry.action().eq_ignore_ascii_case(action))
}

/// A text from outside in one line: quoted, and no longer than it has to be.
pub(super) fn quoted(text: &str) -> String {
    const MOST: usize = 48;
    let mut start: String = text.chars().take(MOST).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    SafeText::quoted(&start).to_string()
}
