//! Nobody there, pipes and flags.

use core::{fmt, time::Duration};
use std::ffi::OsString;

use super::{
    Program,
    alone::{Input, run_alone},
    person::Came,
    terminal::{Terminal, told},
};
use crate::{
    Verdict,
    report::{Played, broken, described, held},
};

/// The longest time in which a program refuses at once.
const AT_ONCE: Duration = Duration::from_secs(20);

impl<S, V: PartialEq + Clone + fmt::Debug> Program<S, V> {
    pub(super) fn absent(&self) -> Played<String> {
        let (state, before) = self.built.fresh();
        let start = self.built.start(&state, self.the_change()?);
        let patience = self.built.patience.min(AT_ONCE);
        let ended = run_alone(&start, &Input::Silent, patience)?;
        if ended.is_none() {
            return broken(format!("without a terminal: not ended after {patience:?}"));
        }
        self.is_refused("without a terminal", ended, &state, &before)?;
        let was = ended.map_or_else(String::new, told);
        match (ended.and_then(|status| status.code()), self.nobody) {
            (code, Some(wanted)) if code != Some(wanted) => {
                broken(format!("without a terminal: {was}, and not {wanted}"))
            }
            _ => Ok(was),
        }
    }

    pub(super) fn piped(&self) -> Played<String> {
        let (state, before) = self.built.fresh();
        let answer = self.approval(&state)?.replace('\r', "\n");
        for text in [answer.as_str(), "y\nyes\ny\n"] {
            let start = self.built.start(&state, self.the_change()?);
            let ended = run_alone(&start, &Input::Bytes(text), self.built.patience)?;
            self.is_refused("an answer by a pipe", ended, &state, &before)?;
            let mut terminal = Terminal::starts_with_a_pipe(&start, text)?;
            if self.comes(&mut terminal)? == Came::ToAsk {
                terminal.types(&self.denial);
            }
            let status = self.denies(&mut terminal)?;
            let what = "an answer by a pipe, and a no at the terminal";
            self.is_refused(what, Some(status), &state, &before)?;
        }
        held()
    }

    pub(super) fn yes_is_no_approval(&self) -> Played<String> {
        let flags = self.yes.as_ref().filter(|flags| !flags.is_empty());
        let flags = described(flags, "`yes_flag`")?;
        let change = self.the_change()?;
        let behind = self.with_a_flag(&[change, flags].concat())?;
        let before = self.with_a_flag(&[flags, change].concat())?;
        Ok(format!("behind the command: {behind}; before it: {before}"))
    }

    /// Checks that a command with a flag is refused, and says how.
    fn with_a_flag(&self, command: &[OsString]) -> Played<String> {
        let (state, before) = self.built.fresh();
        let start = self.built.start(&state, command);
        let ended = run_alone(&start, &Input::Silent, self.built.patience)?;
        self.is_refused("without a terminal", ended, &state, &before)?;
        let mut terminal = Terminal::starts(&start)?;
        let asked = self.comes(&mut terminal)? == Came::ToAsk;
        if asked {
            terminal.types(&self.denial);
        }
        let status = self.denies(&mut terminal)?;
        self.is_refused("at a terminal", Some(status), &state, &before)?;
        let end = told(status);
        Ok(if asked {
            format!("it asks, and a no is {end}")
        } else {
            format!("{end} without a question")
        })
    }

    pub(super) fn routine_passes(&self) -> Played<String> {
        let command = described(self.routine.as_ref(), "`routine`")?;
        let (state, before) = self.built.fresh();
        let start = self.built.start(&state, command);
        let ended = run_alone(&start, &Input::Bytes(""), self.built.patience)?;
        match ended {
            Some(status) if status.success() => {}
            Some(status) => return broken(format!("without a terminal: {}", told(status))),
            None => return broken(format!("it has not ended after {:?}", self.built.patience)),
        }
        if (self.built.look)(&state) == before {
            return Err(Verdict::not_played(
                "`routine` changes nothing that is looked at",
            ));
        }
        held()
    }
}
