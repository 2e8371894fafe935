//! Questions that end otherwise than by a yes.

use core::fmt;
use std::os::unix::process::ExitStatusExt as _;

use rustix::process::Signal;

use super::{Program, terminal::Terminal};
use crate::{
    Verdict,
    report::{Played, broken, described, held, text},
};

impl<S, V: PartialEq + Clone + fmt::Debug> Program<S, V> {
    pub(super) fn denied(&self) -> Played<String> {
        let (state, before) = self.built.fresh();
        let mut terminal = self.changes(&state)?;
        self.is_asked(&mut terminal)?;
        terminal.types(&self.denial);
        let status = self.denies(&mut terminal)?;
        self.is_refused("a no", Some(status), &state, &before)?;
        restored(&terminal)?;
        Ok(match status.signal() {
            Some(_) => "^C ended it by a signal: a no of its own is `denied_by`".to_owned(),
            None => String::new(),
        })
    }

    pub(super) fn wrongly_answered(&self) -> Played<String> {
        let wrong = described(text(self.wrong.as_ref()), "`wrong_answer`")?;
        let (state, before) = self.built.fresh();
        let mut terminal = self.changes(&state)?;
        self.is_asked(&mut terminal)?;
        terminal.types(wrong);
        let status = self.answers(&mut terminal, wrong)?;
        self.is_refused("wrong answers", Some(status), &state, &before)?;
        restored(&terminal)?;
        held()
    }

    pub(super) fn late(&self) -> Played<String> {
        let fresh = described(self.impatient.as_ref(), "`soon_late`")?;
        let state = fresh();
        let before = (self.built.look)(&state);
        let mut terminal = self.changes(&state)?;
        self.is_asked(&mut terminal)?;
        let status = self.ended(&mut terminal)?;
        self.is_refused("nobody answers in time", Some(status), &state, &before)?;
        restored(&terminal)?;
        Ok("nobody answered, and it ended by itself; it was gone before a late answer".to_owned())
    }

    pub(super) fn called_off(&self) -> Played<String> {
        for (what, signal) in [("SIGTERM", Signal::TERM), ("SIGHUP", Signal::HUP)] {
            let (state, before) = self.built.fresh();
            let mut terminal = self.changes(&state)?;
            self.is_asked(&mut terminal)?;
            terminal.signals(signal);
            let status = self.ended(&mut terminal)?;
            self.has_no_effect(what, Some(status), &state, &before)?;
            restored(&terminal)?;
        }
        let (state, before) = self.built.fresh();
        let mut terminal = self.changes(&state)?;
        self.is_asked(&mut terminal)?;
        terminal.hangs_up();
        let status = self.ended(&mut terminal)?;
        self.has_no_effect("the window is closed", Some(status), &state, &before)?;
        held()
    }

    pub(super) fn edited_meanwhile(&self) -> Played<String> {
        let edit = described(self.meanwhile.as_ref(), "`meanwhile`")?;
        let (state, before) = self.built.fresh();
        let mut terminal = self.changes(&state)?;
        self.is_asked(&mut terminal)?;
        edit(&state);
        let edited = (self.built.look)(&state);
        if edited == before {
            return Err(Verdict::not_played(
                "`meanwhile` changes nothing that is looked at",
            ));
        }
        let status = self.answers_once(&mut terminal, &state)?;
        self.is_refused("edited meanwhile", Some(status), &state, &edited)?;
        held()
    }

    pub(super) fn recorded(&self) -> Played<String> {
        let log = described(self.log.as_ref(), "`log`")?;
        for approves in [true, false] {
            let (state, _) = self.built.fresh();
            let before = log(&state);
            let mut terminal = self.changes(&state)?;
            self.is_asked(&mut terminal)?;
            let keys = if approves {
                self.approval(&state)?
            } else {
                self.denial.clone()
            };
            terminal.types(&keys);
            self.answers(&mut terminal, &keys)?;
            if log(&state) == before {
                let what = if approves { "an approval" } else { "a no" };
                return broken(format!("{what} leaves nothing on the log"));
            }
        }
        held()
    }
}

fn restored(terminal: &Terminal) -> Played {
    if terminal.is_as_it_was() {
        return Ok(());
    }
    broken("the terminal's modes are not as they were")
}
