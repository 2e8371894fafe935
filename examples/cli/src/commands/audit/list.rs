//! `openpass audit list`.
//!
//! The log may be longer than the memory. So it is gone through twice: for what of it
//! belongs together, and to print it. One file of it is in memory at a time.

mod lines;
mod outline;
mod shown;

use core::{borrow::Borrow, cell::Cell};

use openpass_auth::SafeText;
use openpass_vault::{GuardLog, Vault};
use serde::Serialize;
use serde_json::Value;

use self::{lines::Lines, outline::Outline};
use super::logged::LoggedOperation;
use crate::{args::ListLog, failure::Failure, output::Output};

/// Every line of the log that belongs to what was chosen, as it is.
#[derive(Serialize)]
struct LogList<'a> {
    lines: Lines<'a>,
    /// Known once the lines are written.
    count: &'a Cell<usize>,
}

pub(super) fn run(vault: &Vault, chosen: &ListLog, output: &Output) -> Result<(), Failure> {
    let log = GuardLog::of(vault);
    if !log.verify()?.is_whole() {
        output.note(
            "Warning: the guard log is not whole, so what is listed may be forged or missing: \
             `openpass audit verify` says where",
        );
    }
    let outline = Outline::of(&log, chosen)?;
    if output.is_json() {
        let count = Cell::new(0);
        let lines = Lines {
            log: &log,
            chosen,
            outline: &outline,
            count: &count,
        };
        return output.large_result(&LogList {
            lines,
            count: &count,
        });
    }
    if outline.lines == 0 {
        return output.text("The guard log has no line yet.\n");
    }
    if outline.chosen == 0 {
        return output.text("Nothing on the guard log matches.\n");
    }
    shown::all(&log, chosen, &outline, output)
}

pub(super) fn is_chosen<V: Borrow<Value>>(entry: &LoggedOperation<V>, chosen: &ListLog) -> bool {
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
