//! Whether the log is what was written.

use core::fmt;
use std::path::Path;

use serde::Serialize;

use super::{
    anchor::{Anchor, Found},
    chapter::{self, Chapter},
    key::{LogKey, Mac},
    line::{Event, Line},
    state::State,
};
use crate::VaultError;

/// What [`GuardLog::verify`](super::GuardLog::verify) found.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Verification {
    /// How many lines are genuine and in their places.
    pub genuine: u64,
    /// How many lines cannot be checked.
    pub unchecked: u64,
    /// How many lines were never finished, by a power cut or a crash. Nothing
    /// has relied on one; each is in its place on the log as `torn`, but for
    /// one at the end that nobody has looked at yet.
    pub torn: u64,
    /// What is wrong, in the log's order; the first is the first bad line.
    pub problems: Vec<Problem>,
}

impl Verification {
    /// Whether every line is genuine and none is missing. What cannot be
    /// checked is not fine.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.problems.is_empty() && self.unchecked == 0
    }
}

/// One thing that is wrong with the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problem {
    /// The file, below `guard/`.
    pub file: String,
    /// The line in it, from one; `None` when it is about the whole file.
    pub line: Option<u64>,
    /// What is wrong.
    pub what: Flaw,
}

/// What can be wrong with the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Flaw {
    /// The line is not what was written, or not in its place.
    #[error("this line was changed, or is not in its place")]
    Altered,
    /// It is no line of this log at all.
    #[error("this is no line of the log")]
    NotALine,
    /// Lines before this one are gone.
    #[error("{0} lines before this one are missing")]
    Missing(u64),
    /// Another key signed it.
    #[error("this line cannot be checked: another key signed it")]
    OtherKey,
    /// The log ends before the line that was written last.
    #[error("the log was cut: {0} lines at its end are missing")]
    Cut(u64),
    /// Without its anchor, a cut could not be seen.
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

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "guard/{}, line {line}: {}", self.file, self.what),
            None => write!(f, "guard/{}: {}", self.file, self.what),
        }
    }
}

/// Goes through lines one by one.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    key: Option<&'a LogKey>,
    /// Whether it begins with the log's first file.
    whole: bool,
    previous: Mac,
    seq: u64,
    pub(super) state: State,
    pub(super) found: Verification,
}

impl<'a> Walk<'a> {
    pub(super) fn new(key: Option<&'a LogKey>, whole: bool) -> Self {
        Self {
            key,
            whole,
            previous: Mac::NONE,
            seq: 0,
            state: State::default(),
            found: Verification {
                genuine: 0,
                unchecked: 0,
                torn: 0,
                problems: Vec::new(),
            },
        }
    }

    /// Goes through one file of the log.
    pub(super) fn chapter(&mut self, chapter: &Chapter) {
        for (number, text) in (1..).zip(chapter.lines()) {
            let problem = |what| Problem {
                file: chapter.name.clone(),
                line: Some(number),
                what,
            };
            match self.line(text, number == 1) {
                Ok(()) => {}
                Err(what) => {
                    self.state.damaged = self.state.damaged.saturating_add(1);
                    self.found.problems.push(problem(what));
                }
            }
        }
    }

    fn line(&mut self, text: &[u8], first: bool) -> Result<(), Flaw> {
        let line = Line::read(text).ok_or(Flaw::NotALine)?;
        let begins = match &line.facts.event {
            Event::Rotated { previous, .. } if first => Mac::from_hex(previous.as_bytes()),
            _ => None,
        };
        let goes_on = line.facts.seq == self.seq.saturating_add(1);
        // A file says itself which line it goes on from. If that one is gone,
        // the numbers show it.
        if let Some(previous) = begins.filter(|_| !goes_on) {
            self.previous = previous;
            if !self.whole && self.seq == 0 {
                self.seq = line.facts.seq.saturating_sub(1);
            }
        }
        let previous = core::mem::replace(&mut self.previous, line.mac);
        let expected = self.seq.saturating_add(1);
        self.seq = self.seq.max(line.facts.seq);
        let Some(key) = self.key.filter(|key| key.id() == line.facts.key) else {
            self.found.unchecked = self.found.unchecked.saturating_add(1);
            return Err(Flaw::OtherKey);
        };
        if !line.is_genuine(key, &previous) {
            return Err(Flaw::Altered);
        }
        if matches!(line.facts.event, Event::Torn {}) {
            self.found.torn = self.found.torn.saturating_add(1);
        }
        let seq = line.facts.seq;
        let damaged = self.state.damaged;
        self.state.go_on(line.facts);
        self.state.damaged = self.state.damaged.max(damaged);
        self.found.genuine = self.found.genuine.saturating_add(1);
        match seq.checked_sub(expected) {
            Some(0) => Ok(()),
            Some(gap) => Err(Flaw::Missing(gap)),
            None => Err(Flaw::Altered),
        }
    }

    /// Compares the end with the anchor.
    pub(super) fn end(&mut self, anchor: &Found) {
        let Some(what) = anchor.problem_with(self.seq, self.previous) else {
            return;
        };
        self.state.damaged = self.state.damaged.saturating_add(1);
        self.found.problems.push(Problem {
            file: chapter::CURRENT.to_owned(),
            line: None,
            what,
        });
    }
}

/// Goes through every file of the log in `dir`.
pub(super) fn verify(dir: &Path, key: Option<&LogKey>) -> Result<Verification, VaultError> {
    let mut walk = Walk::new(key, true);
    let anchor = Anchor::find(dir, key);
    for name in chapter::names(dir)? {
        let mut chapter = Chapter::read(dir, &name)?;
        if chapter.settle_end(&anchor) > 0 {
            walk.found.torn = walk.found.torn.saturating_add(1);
        }
        walk.chapter(&chapter);
    }
    walk.end(&anchor);
    Ok(walk.found)
}
