//! Gives the log another key, and closes what the key before signed.
//!
//! A key that is lost leaves lines that nobody can check, and a key that leaked
//! leaves lines that anybody may have written. Neither ever gets better, so a
//! person ends the generation: its files are closed, and the first line under
//! the new key says what they are, to the byte.

use std::{collections::BTreeMap, io, path::Path};

use openpass_policy::AuditError;
use serde::{Deserialize, Serialize};

use super::{
    GuardLog,
    append::{OwnEvent, Tail, other},
    aside::What,
    chapter::{self, Chapter},
    key::LogKey,
    line::{Event, Line, MOST_OF_OURS},
    not_recorded,
    state::State,
    verify::{self, Flaw, Problem},
};
use crate::VaultError;

/// Files of the log that get no further lines, by name.
pub(super) type Closed = BTreeMap<String, ClosedFile>;

/// A closed file, as it was when it was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClosedFile {
    #[serde(flatten)]
    what: What,
}

impl GuardLog {
    /// Begins a new file under a new key, and closes every file that there is.
    ///
    /// The new key lies beside the old one until the first line that it signed
    /// is on the disk: whichever of the two the current file begins with is the
    /// log's key, so a crash leaves the one or the other.
    pub(crate) fn begin_generation(&self) -> Result<(), AuditError> {
        let begun = self.exclusively(|key| {
            let tail = self.whole_tail(key)?;
            let walked = self.walked(Some(key)).map_err(other)?;
            let mut state = State::clone(&walked.state);
            let verified = verify::verify(&self.dir, Some(key)).map_err(other)?;
            if !verified.problems.is_empty() {
                // Closing what cannot be relied on does not make it reliable.
                state.doubt();
            }
            // Before anything has another name: the line that says all this must be short enough.
            fits_in_a_line(&self.to_close()?)?;
            // Without a line it has the name of none: it would take another's.
            if tail.is_there && tail.length > 0 {
                self.rename(&chapter::older(tail.seq))?;
            }
            let closed = self.to_close()?;
            let next = key.make_next(&self.dir)?;
            let begin = Tail {
                length: 0,
                torn: 0,
                ..tail
            };
            let event = OwnEvent::Rekeyed {
                previous: begin.mac.to_hex(),
                closed: &closed,
                state: &state,
            };
            self.write_own(&next, &begin, &event)?;
            next.take_the_place(&self.dir)
        });
        begun.map_err(not_recorded)
    }

    fn to_close(&self) -> io::Result<Closed> {
        let mut names = chapter::names(&self.dir).map_err(other)?;
        // INVARIANT: what is written to is never closed, or nobody would check it.
        names.retain(|name| name != chapter::CURRENT);
        let close = |name: String| {
            let what = What::of(&self.dir.join(&name))?;
            Ok((name, ClosedFile { what }))
        };
        names.into_iter().map(close).collect()
    }
}

/// Refuses more files than a line has room for beside the state.
fn fits_in_a_line(closed: &Closed) -> io::Result<()> {
    if serde_json::to_vec(closed)?.len() <= MOST_OF_OURS / 2 {
        return Ok(());
    }
    Err(io::Error::other(
        "there are too many files of a log in guard/: move away those that the guard did not write",
    ))
}

/// Returns the files that were closed, as the last line that changed the key
/// says.
pub(super) fn closed(
    dir: &Path,
    names: &[String],
    key: Option<&LogKey>,
) -> Result<Closed, VaultError> {
    for name in names.iter().rev() {
        let chapter = Chapter::beginning(dir, name)?;
        // INVARIANT: what is not genuine closes nothing, or a program that can write
        // a line could have every other taken for good.
        if !chapter.says(b"\"rekeyed\"") || !chapter.stands_alone(key) {
            continue;
        }
        let first = chapter.lines().next().and_then(Line::read);
        if let Some(Event::Rekeyed { closed, .. }) = first.map(|line| line.facts.event) {
            return Ok(closed);
        }
    }
    Ok(Closed::new())
}

impl ClosedFile {
    /// Returns the problem with the file, unless it is as it was when it was
    /// closed.
    pub(super) fn problem_with(&self, dir: &Path, name: &str) -> Option<Problem> {
        let is_same = What::of(&dir.join(name)).is_ok_and(|now| now == self.what);
        (!is_same).then(|| Problem {
            file: name.to_owned(),
            line: None,
            last: None,
            what: Flaw::ClosedAltered,
        })
    }
}
