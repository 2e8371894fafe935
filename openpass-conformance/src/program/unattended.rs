//! Nobody there, pipes and flags.

use core::fmt;

use super::{
    Program,
    alone::{Input, run_alone},
    person::Came,
    terminal::{Terminal, told},
};
use crate::{
    Verdict,
    report::{Played, broken, described},
};

impl<S, V: PartialEq + Clone + fmt::Debug> Program<S, V> {
    pub(super) fn absent(&self) -> Played {
        let (state, before) = self.fresh();
        let start = self.start(&state, self.the_change()?);
        let ended = run_alone(&start, &Input::Silent, self.patience)?;
        self.is_refused("without a terminal", ended, &state, &before)?;
        match (ended.and_then(|status| status.code()), self.nobody) {
            (code, Some(wanted)) if code != Some(wanted) => {
                let was = ended.map_or_else(String::new, told);
                broken(format!("without a terminal: {was}, and not {wanted}"))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn piped(&self) -> Played {
        let (state, before) = self.fresh();
        let answer = self.approval(&state)?.replace('\r', "\n");
        for text in [answer.as_str(), "y\nyes\ny\n"] {
            let start = self.start(&state, self.the_change()?);
            let ended = run_alone(&start, &Input::Bytes(text), self.patience)?;
            self.is_refused("an answer by a pipe", ended, &state, &before)?;
        }
        Ok(())
    }

    pub(super) fn yes_is_no_approval(&self) -> Played {
        let flags = described(self.yes.as_ref(), "`yes_flag`")?;
        let mut command = self.the_change()?.to_vec();
        command.extend_from_slice(flags);
        let (state, before) = self.fresh();
        let start = self.start(&state, &command);
        let ended = run_alone(&start, &Input::Silent, self.patience)?;
        self.is_refused("without a terminal", ended, &state, &before)?;
        let mut terminal = Terminal::starts(&start)?;
        if self.comes(&mut terminal)? == Came::ToAsk {
            terminal.types(&self.denial);
        }
        let status = self.denies(&mut terminal)?;
        self.is_refused("at a terminal", Some(status), &state, &before)
    }

    pub(super) fn routine_passes(&self) -> Played {
        let command = described(self.routine.as_ref(), "`routine`")?;
        let (state, before) = self.fresh();
        let start = self.start(&state, command);
        let ended = run_alone(&start, &Input::Bytes(""), self.patience)?;
        match ended {
            Some(status) if status.success() => {}
            Some(status) => return broken(format!("without a terminal: {}", told(status))),
            None => return broken(format!("it has not ended after {:?}", self.patience)),
        }
        if (self.look)(&state) == before {
            return Err(Verdict::not_played(
                "`routine` changes nothing that is looked at",
            ));
        }
        Ok(())
    }
}
