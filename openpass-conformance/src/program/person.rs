//! A person at the terminal, who reads, answers and says no.

use core::fmt;
use std::{os::unix::process::ExitStatusExt as _, process::ExitStatus};

use super::{
    Program,
    terminal::{Terminal, told},
};
use crate::report::{Played, broken, described, text};

/// A host may ask several times for one change.
pub(super) const QUESTIONS: usize = 12;
/// The end of what stands below each page but the last of the guard's own prompt, and the
/// key that turns it.
const PAGE: (&str, &str) = ("refuses. ", " ");

/// ^C, and the signal that a terminal makes of it.
const INTERRUPT: char = '\x03';
const SIGINT: i32 = 2;
/// The exit code of a program of Rust that panics.
const PANIC: i32 = 101;

/// The end of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
    /// A question is up.
    ToAsk,
    /// It has ended.
    ToItsEnd,
}

impl<S, V: PartialEq + Clone + fmt::Debug> Program<S, V> {
    /// Waits for a question or the end, and turns pages.
    pub(super) fn comes(&self, terminal: &mut Terminal) -> Played<Came> {
        let asks = described(text(self.asks.as_ref()), "`asks`")?;
        loop {
            let mut seen = String::new();
            let in_time = terminal.until(self.built.patience, |it| {
                seen = it.unseen();
                seen.contains(asks) || seen.contains(PAGE.0) || it.has_ended().is_some()
            });
            if seen.contains(asks) {
                terminal.looks_away();
                return Ok(Came::ToAsk);
            }
            if !in_time {
                return broken(format!(
                    "after {:?} it neither asks nor ends; on the terminal: {:?}",
                    self.built.patience,
                    terminal.screen()
                ));
            }
            if !seen.contains(PAGE.0) {
                return Ok(Came::ToItsEnd);
            }
            terminal.looks_away();
            terminal.types(PAGE.1);
        }
    }

    /// Waits for a question, which must come.
    pub(super) fn is_asked(&self, terminal: &mut Terminal) -> Played {
        match self.comes(terminal)? {
            Came::ToAsk => Ok(()),
            Came::ToItsEnd => broken(format!("it does not ask: {:?}", terminal.screen())),
        }
    }

    /// Answers every question by `keys`, and waits for the end.
    pub(super) fn answers(&self, terminal: &mut Terminal, keys: &str) -> Played<ExitStatus> {
        for _ in 0..QUESTIONS {
            if self.comes(terminal)? == Came::ToItsEnd {
                return self.ended(terminal);
            }
            terminal.types(keys);
        }
        broken(format!("it asks more than {QUESTIONS} times"))
    }

    /// Says no to whatever is asked from now on, and waits for the end.
    pub(super) fn denies(&self, terminal: &mut Terminal) -> Played<ExitStatus> {
        self.answers(terminal, &self.denial)
    }

    /// Answers the question that is up, says no to any other, and waits for the end.
    pub(super) fn answers_once(&self, terminal: &mut Terminal, state: &S) -> Played<ExitStatus> {
        terminal.types(&self.approval(state)?);
        self.denies(terminal)
    }

    pub(super) fn approval(&self, state: &S) -> Played<String> {
        Ok(described(self.approval.as_ref(), "`approved_by`")?(state))
    }

    pub(super) fn ended(&self, terminal: &mut Terminal) -> Played<ExitStatus> {
        match terminal.ends(self.built.patience) {
            Some(status) => Ok(status),
            None => broken(format!("it has not ended after {:?}", self.built.patience)),
        }
    }

    /// Checks that it ended in a refusal, and that the state is `wanted`. A crash is no
    /// refusal; an end by ^C is, where that is the person's no.
    pub(super) fn is_refused(
        &self,
        what: &str,
        ended: Option<ExitStatus>,
        state: &S,
        wanted: &V,
    ) -> Played {
        self.has_no_effect(what, ended, state, wanted)?;
        let interrupts = self.denial.contains(INTERRUPT);
        match ended {
            Some(status) if is_crash(status, interrupts) => {
                broken(format!("{what}: it crashes, with {}", told(status)))
            }
            _ => Ok(()),
        }
    }

    /// Checks that it ended without success, if by a signal, and that the state is
    /// `wanted`.
    pub(super) fn has_no_effect(
        &self,
        what: &str,
        ended: Option<ExitStatus>,
        state: &S,
        wanted: &V,
    ) -> Played {
        self.is(what, state, wanted)?;
        match ended {
            Some(status) if !status.success() => Ok(()),
            Some(status) => broken(format!("{what}: {}", told(status))),
            None => broken(format!(
                "{what}: it has not ended after {:?}",
                self.built.patience
            )),
        }
    }

    /// Checks that the state is `wanted`.
    pub(super) fn is(&self, what: &str, state: &S, wanted: &V) -> Played {
        let now = (self.built.look)(state);
        if now == *wanted {
            return Ok(());
        }
        broken(format!("{what}: the state is {now:?}, and not {wanted:?}"))
    }
}

fn is_crash(status: ExitStatus, interrupts: bool) -> bool {
    match status.signal() {
        Some(signal) => !(interrupts && signal == SIGINT),
        None => status.code() == Some(PANIC),
    }
}
