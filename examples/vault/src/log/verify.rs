//! Checks whether the log is what was written.

use core::fmt;
use std::path::Path;

use serde::Serialize;

use super::{
    anchor::Anchor,
    chapter::{self, Chapter},
    generation,
    key::LogKey,
    missing,
    walk::Walk,
};
use crate::{VaultError, seal};

/// The result of [`GuardLog::verify`](super::GuardLog::verify).
#[derive(Debug, Clone, Default, Serialize)]
#[non_exhaustive]
pub struct Verification {
    /// The number of lines that are genuine and in their places.
    pub genuine: u64,
    /// The number of files that were closed when the log got another key. The files have
    /// to be as they were then; their lines are not checked.
    pub closed: u64,
    /// The number of lines that cannot be checked.
    pub unchecked: u64,
    /// The number of lines that were never finished, by a power cut or a crash. Nothing
    /// has relied on one; each is in its place on the log as `torn`, but for a line at
    /// the end that nobody has looked at yet.
    pub torn: u64,
    /// The number of refusals and outcomes that could not be written. The next line that
    /// could be written says so, unless none came after them.
    pub unrecorded: u64,
    /// The problems, in the log's order; the first is the first bad line.
    pub problems: Vec<Problem>,
    /// The number of problems beyond those in `problems`.
    pub more_problems: u64,
}

impl Verification {
    /// Whether every line is genuine and none is missing. What cannot be
    /// checked is not fine.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.problems.is_empty() && self.unchecked == 0
    }
}

/// A problem with the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problem {
    /// The file, below `guard/`.
    pub file: String,
    /// The line in it, from one; `None` when it is about the whole file.
    pub line: Option<u64>,
    /// The last of the lines in a row that have this flaw.
    pub last: Option<u64>,
    /// The flaw that the line or the file has.
    pub what: Flaw,
}

impl Problem {
    /// Takes the next line in, if the same is wrong with it.
    pub(super) fn goes_on_with(&mut self, file: &str, line: Option<u64>, what: Flaw) -> bool {
        let is_next = match (self.last, line) {
            (Some(last), Some(line)) => last.checked_add(1) == Some(line),
            // Behind what was not read, lines have no numbers.
            (None, None) => true,
            _ => false,
        };
        let is_same = self.file == file && self.what == what && is_next;
        if is_same {
            self.last = line;
        }
        is_same
    }
}

/// A flaw that the log can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Flaw {
    /// The line is not what was written, or not in its place.
    #[error("this line was changed, or is not in its place")]
    Altered,
    /// The line is no line of this log at all.
    #[error("this is not a line of the log")]
    NotALine,
    /// The file is longer than a file that was written line by line; so many
    /// bytes in the middle of it are not read.
    #[error("the file is too long: {0} bytes in the middle of it are not read")]
    TooLong(u64),
    /// There is no line, and what is made with the first one is there.
    #[error(
        "the log is gone: it has no line, but something that is made with the first line is there: guard/log.key, guard/log.anchor or guard/approved"
    )]
    Gone,
    /// Something else is in the file's place.
    #[error("something that is not a file is in its place")]
    NotAFile,
    /// Lines before this one are gone.
    #[error("{} missing", lines(*.0, "before this one"))]
    Missing(u64),
    /// The seal is not that of the approved state beside it, or not behind the one before.
    #[error("the seal of this change is missing, or does not fit what the change leaves approved")]
    Seal,
    /// An approver signed another one, or none that is known here.
    #[error("what was signed for this change is not its seal, or no known approver signed it")]
    SealSignature,
    /// A file that was closed under an earlier key is not as it was, or gone.
    #[error("it was closed under an earlier key, and is gone or was changed since")]
    ClosedAltered,
    /// Another key signed the line.
    #[error("this line cannot be checked: another key signed it")]
    OtherKey,
    /// The log ends before the line that was written last.
    #[error("the log was cut: {} missing", lines(*.0, "at its end"))]
    Cut(u64),
    /// The anchor is missing, and without it a cut could not be seen.
    #[error(
        "the anchor, guard/log.anchor, is missing: whether lines at the end are missing cannot be checked"
    )]
    NoAnchor,
    /// The anchor is not what was written.
    #[error(
        "the anchor, guard/log.anchor, was changed: whether lines at the end are missing cannot be checked"
    )]
    AnchorAltered,
}

impl From<seal::Flaw> for Flaw {
    fn from(flaw: seal::Flaw) -> Self {
        match flaw {
            seal::Flaw::Seal => Self::Seal,
            seal::Flaw::Signature => Self::SealSignature,
        }
    }
}

/// Returns the number of lines somewhere, and the verb for them.
fn lines(count: u64, place: &str) -> String {
    match count {
        1 => format!("1 line {place} is"),
        _ => format!("{count} lines {place} are"),
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.last) {
            (Some(line), Some(last)) if last > line => write!(
                f,
                "guard/{}, lines {line} to {last}: {}",
                self.file, self.what
            ),
            (Some(line), _) => write!(f, "guard/{}, line {line}: {}", self.file, self.what),
            (None, _) => write!(f, "guard/{}: {}", self.file, self.what),
        }
    }
}

/// Goes through every file of the log in `dir`.
pub(super) fn verify(dir: &Path, key: Option<&LogKey>) -> Result<Verification, VaultError> {
    let names = chapter::names(dir)?;
    let closed = generation::closed(dir, &names, key)?;
    let mut walk = Walk::new(key, closed.is_empty());
    for (name, file) in &closed {
        walk.found.closed = walk.found.closed.saturating_add(1);
        walk.found.problems.extend(file.problem_with(dir, name));
    }
    let anchor = Anchor::find(dir, key);
    for name in &names {
        if closed.contains_key(name) {
            continue;
        }
        let mut chapter = Chapter::read(dir, name)?;
        if chapter.settle_end(&anchor) > 0 {
            walk.found.torn = walk.found.torn.saturating_add(1);
        }
        walk.chapter(&chapter);
    }
    let key = key.filter(|_| names.is_empty());
    walk.end(&anchor, chapter::left_something(dir, key));
    walk.found.unrecorded = walk.found.unrecorded.saturating_add(missing::untold(dir));
    Ok(walk.found)
}
