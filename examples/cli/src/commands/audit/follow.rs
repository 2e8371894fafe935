//! `openpass audit list --follow`.

use std::{io, time::Duration};

use openpass_vault::{GuardLog, Vault, reader_goes};
use serde::Serialize;
use serde_json::Value;

use super::{list::is_chosen, logged};
use crate::{args::ListLog, commands::stamp, failure::Failure, output::Output};

/// So long is waited between two looks at the log.
const BETWEEN: Duration = Duration::from_millis(250);

/// One line, as it is on the log.
#[derive(Serialize)]
struct Followed<'a> {
    line: &'a Value,
}

/// The part of the log that was read: the number of its lines, and the last of
/// them.
#[derive(Default)]
struct Read {
    lines: usize,
    last: Option<Value>,
}

impl Read {
    /// Whether `lines` goes on where it was read to.
    fn goes_on_in(&self, lines: &[Value]) -> bool {
        match self.lines.checked_sub(1) {
            None => true,
            Some(last) => lines.get(last) == self.last.as_ref(),
        }
    }
}

/// Prints what was chosen, and what comes, until somebody ends it or nobody
/// reads it any more. A change is told once it is known what became of it.
pub(super) fn run(vault: &Vault, chosen: &ListLog, output: &Output) -> Result<(), Failure> {
    let log = GuardLog::of(vault);
    let mut read = Read::default();
    let mut seen = None;
    let mut last = chosen.last;
    loop {
        let stamp = stamp::of(&log.path());
        if seen != Some(stamp) {
            seen = Some(stamp);
            let lines = log.lines()?;
            if !read.goes_on_in(&lines) {
                return Err(Failure::LogGone);
            }
            print(&lines, &read, last.take(), chosen, output)?;
            read = Read {
                lines: lines.len(),
                last: lines.into_iter().next_back(),
            };
        }
        if reader_goes(BETWEEN)? {
            return Err(io::Error::from(io::ErrorKind::BrokenPipe).into());
        }
    }
}

/// Prints what of `lines` is chosen and was not printed yet; of what was there
/// first, the `last` alone.
fn print(
    lines: &[Value],
    read: &Read,
    last: Option<usize>,
    chosen: &ListLog,
    output: &Output,
) -> Result<(), Failure> {
    let entries = logged::all(lines);
    let is_new = |place: usize| place >= read.lines;
    let mut new: Vec<_> = entries
        .iter()
        .filter(|entry| is_chosen(entry, chosen) && entry.lines().any(|(at, _)| is_new(at)))
        .collect();
    if let Some(last) = last {
        drop(new.drain(..new.len().saturating_sub(last)));
    }
    if !output.is_json() {
        let paper = output.stdout();
        let ended = new.iter().filter(|entry| !entry.is_open());
        let shown: String = ended.map(|it| it.shown(chosen.details, paper)).collect();
        return output.text(&shown);
    }
    let all = new.iter().flat_map(|entry| entry.lines());
    let mut all: Vec<_> = all.filter(|(place, _)| is_new(*place)).collect();
    all.sort_by_key(|(place, _)| *place);
    for (_, line) in all {
        output.one_of_many(&Followed { line }, String::new)?;
    }
    Ok(())
}
