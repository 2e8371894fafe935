//! Killed at any step.

use core::fmt;
use std::os::unix::process::ExitStatusExt as _;

use rustix::process::Signal;

use super::{
    Program,
    person::{Came, QUESTIONS},
    terminal::{Terminal, told},
    trace::{Step, can_trace, killing, listing, steps},
};
use crate::{
    Verdict,
    report::{Played, broken},
    start::KILL,
};

const BY_HAND: &str = "killed at the question and right after the answer";

impl<S, V: PartialEq + Clone + fmt::Debug> Program<S, V> {
    /// Killed at the question, right after the answer, and where strace is there at each
    /// step. Without a kill within a change it is not held.
    pub(super) fn killed(&self, after: &V) -> Played<String> {
        self.killed_by_hand(after)?;
        if !can_trace() {
            return Err(Verdict::not_played(format!(
                "no strace, so no kill falls into the change; the state is whole where it is {BY_HAND}"
            )));
        }
        let all = self.steps()?;
        let most = all.len().min(self.kills);
        let mut kills = 0;
        for number in 0..most {
            if let Some(step) = all.get(number * all.len() / most) {
                kills += usize::from(self.killed_at(step, after)?);
            }
        }
        let all = all.len();
        if kills == 0 {
            return Err(Verdict::not_played(format!(
                "strace killed it at none of {all} writing system calls; the state is whole \
                 where it is {BY_HAND}"
            )));
        }
        Ok(format!(
            "{BY_HAND}, and at {kills} of {all} writing system calls; started again each time"
        ))
    }

    fn killed_by_hand(&self, after: &V) -> Played {
        for answers in [false, true] {
            let (state, before) = self.built.fresh();
            let mut terminal = self.changes(&state)?;
            self.is_asked(&mut terminal)?;
            if answers {
                terminal.types(&self.approval(&state)?);
            }
            terminal.signals(Signal::KILL);
            let status = self.ended(&mut terminal)?;
            let what = if answers {
                "killed right after the answer"
            } else {
                "killed at the question"
            };
            if status.signal() != Some(KILL) {
                let end = told(status);
                return Err(Verdict::not_played(format!(
                    "{what}: it had ended, with {end}"
                )));
            }
            self.is_whole_and_stays_so(what, &state, &before, answers.then_some(after))?;
        }
        Ok(())
    }

    /// The steps of a run that nobody kills.
    fn steps(&self) -> Played<Vec<Step>> {
        let list = list()?;
        let (program, flags) = listing(list.path());
        let (state, _) = self.built.fresh();
        let start = self
            .built
            .start(&state, self.the_change()?)
            .by(program, flags);
        let mut terminal = Terminal::starts(&start)?;
        let status = self.answers(&mut terminal, &self.approval(&state)?)?;
        if !status.success() {
            return Err(Verdict::not_played(
                "under strace, the approved change is not made",
            ));
        }
        Ok(steps(list.path()))
    }

    /// Whether it came to that step, and was killed there: threads may take turns
    /// otherwise than in the run that was listed.
    fn killed_at(&self, step: &Step, after: &V) -> Played<bool> {
        let list = list()?;
        let (program, flags) = killing(step, list.path());
        let (state, before) = self.built.fresh();
        let start = self
            .built
            .start(&state, self.the_change()?)
            .by(program, flags);
        let mut terminal = Terminal::starts(&start)?;
        let keys = self.approval(&state)?;
        let mut answers = 0;
        while self.comes(&mut terminal)? == Came::ToAsk {
            if answers == QUESTIONS {
                return broken(format!("it asks more than {QUESTIONS} times"));
            }
            terminal.types(&keys);
            answers += 1;
        }
        let status = self.ended(&mut terminal)?;
        let what = format!("killed at {step}");
        let after = (answers > 0).then_some(after);
        let is_killed = status.signal() == Some(KILL);
        if is_killed {
            self.is_whole_and_stays_so(&what, &state, &before, after)?;
        } else {
            self.is_whole(&what, &state, &before, after)?;
        }
        Ok(is_killed)
    }

    /// Checks the state, starts the program again on what the kill has left, says no, and
    /// checks it once more.
    fn is_whole_and_stays_so(
        &self,
        what: &str,
        state: &S,
        before: &V,
        after: Option<&V>,
    ) -> Played {
        self.is_whole(what, state, before, after)?;
        let mut terminal = self.changes(state)?;
        if self.comes(&mut terminal)? == Came::ToAsk {
            terminal.types(&self.denial);
        }
        self.denies(&mut terminal)?;
        let what = format!("{what}, and started again");
        self.is_whole(&what, state, before, after)
    }

    /// Checks that the state is the old one or, if it may be, the new one.
    fn is_whole(&self, what: &str, state: &S, before: &V, after: Option<&V>) -> Played {
        let now = (self.built.look)(state);
        if now == *before || Some(&now) == after {
            return Ok(());
        }
        broken(format!("{what}: the state is {now:?}"))
    }
}

fn list() -> Played<tempfile::NamedTempFile> {
    tempfile::NamedTempFile::new()
        .map_err(|error| Verdict::not_played(format!("no temporary file: {error}")))
}
