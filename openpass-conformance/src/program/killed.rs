//! Killed at any step.

use core::fmt;

use rustix::process::Signal;

use super::{
    Program,
    person::Came,
    terminal::Terminal,
    trace::{Step, can_trace, killing, listing, steps},
};
use crate::{
    Verdict,
    report::{Played, broken},
};

impl<S, V: PartialEq + Clone + fmt::Debug> Program<S, V> {
    /// Killed at the question, right after the answer, and where strace is there at each
    /// step.
    pub(super) fn killed(&self, after: &V) -> Verdict {
        let played = self
            .killed_by_hand(after)
            .and_then(|()| self.killed_by_strace(after));
        match played {
            Ok(how) => Verdict::Held(how),
            Err(verdict) => verdict,
        }
    }

    fn killed_by_hand(&self, after: &V) -> Played {
        for answers in [false, true] {
            let (state, before) = self.fresh();
            let mut terminal = self.changes(&state)?;
            self.is_asked(&mut terminal)?;
            if answers {
                terminal.types(&self.approval(&state)?);
            }
            terminal.signals(Signal::KILL);
            self.ended(&mut terminal)?;
            let what = if answers {
                "right after the answer"
            } else {
                "at the question"
            };
            self.is_whole(what, &state, &before, answers.then_some(after))?;
        }
        Ok(())
    }

    fn killed_by_strace(&self, after: &V) -> Played<String> {
        if !can_trace() {
            return Ok("killed at the question and right after the answer; no strace".to_owned());
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
        Ok(format!(
            "killed at the question, after the answer, and at {kills} of {all} writing system calls"
        ))
    }

    /// The steps of a run that nobody kills.
    fn steps(&self) -> Played<Vec<Step>> {
        let list = list()?;
        let (program, flags) = listing(list.path());
        let (state, _) = self.fresh();
        let start = self.start(&state, self.the_change()?).by(program, flags);
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
        let (state, before) = self.fresh();
        let start = self.start(&state, self.the_change()?).by(program, flags);
        let mut terminal = Terminal::starts(&start)?;
        let mut answered = false;
        while self.comes(&mut terminal)? == Came::ToAsk {
            terminal.types(&self.approval(&state)?);
            answered = true;
        }
        let status = self.ended(&mut terminal)?;
        let what = format!("killed at {step}");
        self.is_whole(&what, &state, &before, answered.then_some(after))?;
        Ok(!status.success())
    }

    /// Checks that the state is the old one or, if it may be, the new one.
    fn is_whole(&self, what: &str, state: &S, before: &V, after: Option<&V>) -> Played {
        let now = (self.look)(state);
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
