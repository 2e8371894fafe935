//! Going through the log's lines one by one.

use super::{
    anchor::Found,
    chapter::{self, Chapter},
    key::{LogKey, Mac},
    line::{Event, Line},
    quiet::Quiet,
    state::State,
    verify::{Flaw, Problem, Verification},
};
use crate::seal;

/// The highest number that is believed of a line which is not genuine. Beyond
/// it one could leave no number for the next.
const MOST_CLAIMED: u64 = 1 << 48;
/// The most problems that are kept apart.
const MOST_PROBLEMS: usize = 1000;

/// Goes through lines one by one.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    key: Option<&'a LogKey>,
    /// Whether it begins with the log's first file.
    whole: bool,
    previous: Mac,
    seq: u64,
    /// The highest number of a genuine line.
    latest: u64,
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
            latest: 0,
            state: State::default(),
            found: Verification::default(),
        }
    }

    /// The last line's number, as far as it can be believed.
    pub(super) const fn seq(&self) -> u64 {
        self.seq
    }

    /// Goes through one file of the log.
    pub(super) fn chapter(&mut self, chapter: &Chapter) {
        if chapter.is_no_file() {
            self.wrong(&chapter.name, None, Flaw::NotAFile);
        }
        let mut left_out = chapter.left_out();
        let mut is_first = true;
        for (number, text) in chapter.numbered() {
            if number.is_none() {
                self.leave_out(chapter, left_out.take());
            }
            if let Err(what) = self.line(text, is_first) {
                self.wrong(&chapter.name, number, what);
            }
            is_first = false;
        }
        self.leave_out(chapter, left_out);
    }

    fn leave_out(&mut self, chapter: &Chapter, bytes: Option<u64>) {
        if let Some(bytes) = bytes {
            self.wrong(&chapter.name, None, Flaw::TooLong(bytes));
        }
    }

    fn wrong(&mut self, file: &str, line: Option<u64>, what: Flaw) {
        self.state.damaged = self.state.damaged.saturating_add(1);
        self.state.doubt();
        if let Some(last) = self.found.problems.last_mut()
            && last.goes_on_with(file, line, what)
        {
            return;
        }
        if self.found.problems.len() >= MOST_PROBLEMS {
            self.found.more_problems = self.found.more_problems.saturating_add(1);
            return;
        }
        self.found.problems.push(Problem {
            file: file.to_owned(),
            line,
            last: line,
            what,
        });
    }

    /// Goes on by a line about a refusal that is genuine and in its place, and says whether
    /// it is one. Of every other line, [`line`](Self::line) says what it is.
    fn refusal(&mut self, text: &[u8]) -> bool {
        let (Some(key), Some(line)) = (self.key, Quiet::read(text)) else {
            return false;
        };
        let is_next = self.seq.checked_add(1) == Some(line.seq) && line.seq > self.latest;
        let is_ours = line.key == key.id().as_bytes();
        // The first line that names the vault says which one it is.
        let tells_a_vault = line.names_a_vault && self.state.approvers.scope.is_none();
        if !is_next || !is_ours || tells_a_vault || !line.is_genuine(key, &self.previous) {
            return false;
        }
        (self.previous, self.seq, self.latest) = (line.mac, line.seq, line.seq);
        self.found.unrecorded = self.found.unrecorded.saturating_add(line.missing);
        self.found.genuine = self.found.genuine.saturating_add(1);
        self.state.followed();
        true
    }

    fn line(&mut self, text: &[u8], is_first: bool) -> Result<(), Flaw> {
        if self.refusal(text) {
            return Ok(());
        }
        let line = Line::read(text).ok_or(Flaw::NotALine)?;
        let begins = is_first.then(|| chapter::previous_of(&line)).flatten();
        let goes_on = line.facts.seq == self.seq.saturating_add(1);
        // A file says itself which line it goes on from. If that one is gone,
        // the numbers show it.
        let begins = begins.filter(|_| !goes_on);
        let previous = begins.unwrap_or(self.previous);
        let key = self.key.filter(|key| key.id() == line.facts.key);
        let is_genuine = key.is_some_and(|key| line.is_genuine(key, &previous));
        let is_believed = is_genuine || line.facts.seq <= MOST_CLAIMED;
        if is_believed && begins.is_some() && !self.whole && self.seq == 0 {
            self.seq = line.facts.seq.saturating_sub(1);
        }
        self.previous = line.mac;
        let expected = self.seq.saturating_add(1);
        if is_believed {
            self.seq = self.seq.max(line.facts.seq);
        }
        if key.is_none() {
            self.found.unchecked = self.found.unchecked.saturating_add(1);
            return Err(Flaw::OtherKey);
        }
        if !is_genuine {
            return Err(Flaw::Altered);
        }
        let seq = line.facts.seq;
        let flaw = self.genuine(line);
        match seq.checked_sub(expected) {
            Some(0) => flaw.map_or(Ok(()), |flaw| Err(flaw.into())),
            Some(gap) => Err(Flaw::Missing(gap)),
            None => Err(Flaw::Altered),
        }
    }

    /// Goes on by a genuine line, and says what is wrong with its seal.
    fn genuine(&mut self, line: Line<'_>) -> Option<seal::Flaw> {
        let seq = line.facts.seq;
        // INVARIANT: an old line that somebody put behind newer ones brings
        // nothing back, and is not counted a second time.
        if seq <= self.latest {
            return None;
        }
        self.latest = seq;
        if matches!(line.facts.event, Event::Torn {}) {
            self.found.torn = self.found.torn.saturating_add(1);
        }
        self.found.unrecorded = self.found.unrecorded.saturating_add(line.facts.missing);
        self.found.genuine = self.found.genuine.saturating_add(1);
        let damaged = self.state.damaged;
        self.state.go_on(line.facts);
        self.state.damaged = self.state.damaged.max(damaged);
        self.state.seal_flaw.take()
    }

    /// Compares the end with the anchor, and says whether it does not fit.
    /// `left_something` is for a log of which something is there beside its lines.
    pub(super) fn end(&mut self, anchor: &Found, left_something: bool) -> bool {
        // INVARIANT: an empty file is no more of a log than no file.
        let has_no_line = self.seq == 0 && self.found.problems.is_empty();
        let is_gone = has_no_line && left_something;
        let state = &self.state;
        let approved = state.approved.as_ref();
        let verified = state.seals.verify(approved, &state.approvers, &state.pin);
        if let Err(flaw) = verified {
            self.wrong(chapter::CURRENT, None, flaw.into());
        }
        let problem = anchor.problem_with(self.seq, self.previous);
        let gone = is_gone.then_some(Flaw::Gone);
        let Some(what) = problem.or(gone) else {
            return false;
        };
        self.wrong(chapter::CURRENT, None, what);
        true
    }
}
