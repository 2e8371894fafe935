//! Questions that end otherwise than by a yes.

use core::fmt;

use rustix::process::Signal;

use super::{Program, terminal::Terminal};
use crate::{
    Verdict,
    report::{Played, broken, described},
};

impl<S, V: PartialEq + Clone + fmt::Debug> Program<S, V> {
    pub(super) fn denied(&self) -> Played {
        let (state, before) = self.fresh();
        let mut terminal = self.changes(&state)?;
        self.is_asked(&mut terminal)?;
        terminal.types(&self.denial);
        let status = self.denies(&mut terminal)?;
        self.is_refused("a no", Some(status), &state, &before)?;
        restored(&terminal)
    }

    pub(super) fn wrongly_answered(&self) -> Played {
        let wrong = described(self.wrong.as_ref(), "`wrong_answer`")?;
        let (state, before) = self.fresh();
        let mut terminal = self.changes(&state)?;
        let status = self.answers(&mut terminal, wrong)?;
        self.is_refused("wrong answers", Some(status), &state, &before)?;
        restored(&terminal)
    }

    pub(super) fn late(&self) -> Played {
        let fresh = described(self.impatient.as_ref(), "`soon_late`")?;
        let state = fresh();
        let before = (self.look)(&state);
        let mut terminal = self.changes(&state)?;
        self.is_asked(&mut terminal)?;
        let status = self.ended(&mut terminal)?;
        terminal.types(&self.approval(&state)?);
        self.is_refused("nobody answers in time", Some(status), &state, &before)?;
        restored(&terminal)
    }

    pub(super) fn called_off(&self) -> Played {
        for (what, signal) in [("SIGTERM", Signal::TERM), ("SIGHUP", Signal::HUP)] {
            let (state, before) = self.fresh();
            let mut terminal = self.changes(&state)?;
            self.is_asked(&mut terminal)?;
            terminal.signals(signal);
            let status = self.ended(&mut terminal)?;
            self.is_refused(what, Some(status), &state, &before)?;
            restored(&terminal)?;
        }
        let (state, before) = self.fresh();
        let mut terminal = self.changes(&state)?;
        self.is_asked(&mut terminal)?;
        terminal.hangs_up();
        let status = self.ended(&mut terminal)?;
        self.is_refused("the window is closed", Some(status), &state, &before)
    }

    pub(super) fn edited_meanwhile(&self) -> Played {
        let edit = described(self.meanwhile.as_ref(), "`meanwhile`")?;
        let (state, before) = self.fresh();
        let mut terminal = self.changes(&state)?;
        self.is_asked(&mut terminal)?;
        edit(&state);
        let edited = (self.look)(&state);
        if edited == before {
            return Err(Verdict::not_played(
                "`meanwhile` changes nothing that is looked at",
            ));
        }
        let status = self.answers_once(&mut terminal, &state)?;
        self.is_refused("edited meanwhile", Some(status), &state, &edited)
    }

    pub(super) fn recorded(&self) -> Played {
        let log = described(self.log.as_ref(), "`log`")?;
        for approves in [true, false] {
            let (state, _) = self.fresh();
            let before = log(&state);
            let mut terminal = self.changes(&state)?;
            if approves {
                self.answers(&mut terminal, &self.approval(&state)?)?;
            } else {
                self.denies(&mut terminal)?;
            }
            if log(&state) == before {
                let what = if approves { "an approval" } else { "a no" };
                return broken(format!("{what} leaves nothing on the log"));
            }
        }
        Ok(())
    }
}

fn restored(terminal: &Terminal) -> Played {
    if terminal.is_as_it_was() {
        return Ok(());
    }
    broken("the terminal's modes are not as they were")
}
