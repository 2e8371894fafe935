//! `openpass audit …`.

mod elsewhere;
mod export;
mod follow;
mod head;
mod list;
mod logged;
mod signed;

use core::fmt::Write as _;

use elsewhere::Elsewhere;
use openpass_vault::{
    Change, Flaw, GuardLog, Problem, Proposal, ToldElsewhere, Vault, Verification,
};
use serde::Serialize;
use serde_json::Value;

use super::change::{self, Telling};
use crate::{
    args::{Audit, PromptFlags},
    failure::{Code, Failure},
    output::{Output, counted},
};

pub(super) fn run(vault: &Vault, command: &Audit, output: &Output) -> Result<(), Failure> {
    match command {
        Audit::List(chosen) if chosen.follow => follow::run(vault, chosen, output),
        Audit::List(chosen) => list::run(vault, chosen, output),
        Audit::Head => head::print(vault, output),
        Audit::Verify {
            keys: Some(file), ..
        } => signed::run(vault, file, output),
        Audit::Verify {
            head: Some(seal), ..
        } => head::verify(vault, seal, output),
        Audit::Verify { .. } => verify(vault, output),
        Audit::Export { format } => export::run(vault, *format, output),
        Audit::RotateKey { flags } => rotate_key(vault, flags, output),
    }
}

fn rotate_key(vault: &Vault, flags: &PromptFlags, output: &Output) -> Result<(), Failure> {
    let done =
        |_: &Proposal| "✓ The guard log has a new key, and its files so far are closed".to_owned();
    let change = Change::RotateLogKey {};
    change::run(vault, flags, &change, &Telling::plain(&done), output)
}

/// Whether the log is what was written, for programs.
#[derive(Serialize)]
struct Verified {
    /// `whole` or `not-whole`.
    state: &'static str,
    genuine: u64,
    unchecked: u64,
    /// Files that were closed under an earlier key.
    closed: u64,
    torn: u64,
    unrecorded: u64,
    problems: Vec<Flawed>,
    more_problems: u64,
    /// The seals that the system's log has, compared with the history.
    system_log: Elsewhere,
    /// The notice that the identity vouched for itself, where it did.
    notice: Option<String>,
}

#[derive(Serialize)]
struct Flawed {
    file: String,
    first_line: Option<u64>,
    last_line: Option<u64>,
    flaw: String,
    /// The number of lines or bytes that the flaw is about, where the flaw says
    /// so.
    count: Option<u64>,
}

impl Verified {
    fn of(
        found: &Verification,
        told: &ToldElsewhere,
        notice: Option<&impl ToString>,
    ) -> Result<Self, Failure> {
        let problems: Result<_, _> = found.problems.iter().map(Flawed::of).collect();
        Ok(Self {
            state: state(found),
            genuine: found.genuine,
            unchecked: found.unchecked,
            closed: found.closed,
            torn: found.torn,
            unrecorded: found.unrecorded,
            problems: problems?,
            more_problems: found.more_problems,
            system_log: Elsewhere::of(told),
            notice: notice.map(ToString::to_string),
        })
    }
}

impl Flawed {
    fn of(problem: &Problem) -> Result<Self, Failure> {
        let what = serde_json::to_value(problem.what).map_err(std::io::Error::from)?;
        let (flaw, count) = match what {
            Value::String(flaw) => (flaw, None),
            Value::Object(counted) => counted
                .into_iter()
                .next()
                .map(|(flaw, count)| (flaw, count.as_u64()))
                .unwrap_or_default(),
            _ => Default::default(),
        };
        Ok(Self {
            file: format!("guard/{}", problem.file),
            first_line: problem.line,
            last_line: problem.last,
            flaw,
            count,
        })
    }
}

/// The word for the log's state.
pub(super) fn state(found: &Verification) -> &'static str {
    match found.is_whole() {
        true => "whole",
        false => "not-whole",
    }
}

fn verify(vault: &Vault, output: &Output) -> Result<(), Failure> {
    let found = GuardLog::of(vault).verify()?;
    let adopted = vault.adopted_identity()?;
    let told = vault.told_elsewhere()?;
    output.result(&Verified::of(&found, &told, adopted.as_ref())?, || {
        let mut text = String::new();
        for problem in &found.problems {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{problem}");
        }
        if found.more_problems > 0 {
            let _ = writeln!(text, "And {}.", counted(found.more_problems, "more problem"));
        }
        if found.unrecorded > 0 {
            let _ = writeln!(
                text,
                "Refusals and outcomes that are missing because they could not be written: {}.",
                found.unrecorded
            );
        }
        if found.torn > 0 {
            let _ = writeln!(
                text,
                "Lines that a power cut or a crash left unfinished, which nothing relied on: {}.",
                found.torn
            );
        }
        if found.closed > 0 {
            let _ = writeln!(
                text,
                "Closed under an earlier key, and checked only to be as they were then: {}.",
                counted(found.closed, "file")
            );
        }
        let _ = match found.is_whole() {
            true => writeln!(text, "The guard log is whole: {}.", counted(found.genuine, "line")),
            false => writeln!(
                text,
                "The guard log is not whole: {} of its lines can be checked and are genuine, {} cannot.",
                found.genuine, found.unchecked
            ),
        };
        if found.problems.iter().any(|it| it.what == Flaw::ClosedAltered) {
            text.push_str(
                "A closed file can only be put back as it was; `openpass audit rotate-key` closes \
                 the log anew, as it is.\n",
            );
        }
        text.push_str(&elsewhere::text(&told));
        if let Some(adopted) = &adopted {
            let _ = writeln!(text, "Note: {adopted}.");
        }
        text
    })?;
    if found.is_whole() && told.missing.is_empty() {
        Ok(())
    } else {
        Err(Failure::SaidAlready(Code::Broken))
    }
}
