//! A built program, on a terminal, without one, and killed.

mod alone;
mod describe;
mod ends;
mod killed;
mod person;
mod shown;
mod terminal;
mod trace;
mod twice;
mod unattended;

use core::fmt;
use std::{ffi::OsString, path::PathBuf};

use crate::{
    Case, Report, Verdict,
    built::{Built, On},
    report::{Played, described},
};

use terminal::Terminal;

type CommandFor = Box<dyn Fn(&str) -> Vec<OsString>>;

/// A built program with a guard, described once.
///
/// `S` is what one case is played on, such as a folder; each case gets a fresh one. `V` is
/// what is looked at: a value that tells one state from another, without what differs from
/// run to run.
///
/// The program runs on a pseudo-terminal of its own, with little of the test's environment:
/// `PATH`, `LANG`, `TERM`, `NO_COLOR` and what [`environment`](Self::environment) adds.
///
/// A case whose part is left out does not apply, and the report says what is missing.
pub struct Program<S, V> {
    built: Built<S, V>,
    change: Option<(Vec<OsString>, V)>,
    other: Option<Vec<OsString>>,
    routine: Option<Vec<OsString>>,
    change_to: Option<CommandFor>,
    yes: Option<Vec<OsString>>,
    asks: Option<String>,
    approval: Option<On<S, String>>,
    denial: String,
    wrong: Option<String>,
    meanwhile: Option<On<S, ()>>,
    log: Option<On<S, String>>,
    shows: Vec<String>,
    nobody: Option<i32>,
    impatient: Option<Box<dyn Fn() -> S>>,
    kills: usize,
}

impl<S, V: PartialEq + Clone + fmt::Debug> Program<S, V> {
    /// Begins a description of the program at `program`: `fresh` makes the state that a
    /// case is played on, and `look` says what that state is.
    pub fn new(
        program: impl Into<PathBuf>,
        fresh: impl Fn() -> S + 'static,
        look: impl Fn(&S) -> V + 'static,
    ) -> Self {
        Self {
            built: Built::new(program.into(), fresh, look),
            change: None,
            other: None,
            routine: None,
            change_to: None,
            yes: None,
            asks: None,
            approval: None,
            denial: "\x03".to_owned(),
            wrong: None,
            meanwhile: None,
            log: None,
            shows: Vec::new(),
            nobody: None,
            impatient: None,
            kills: 40,
        }
    }

    /// Plays every case that applies.
    pub fn run(&self) -> Report {
        Report::under(
            &self.built.name(),
            || self.approved(),
            |case, after| self.play(case, after),
        )
    }

    fn play(&self, case: Case, after: &V) -> Played<String> {
        match case {
            Case::Killed => self.killed(after),
            Case::AskedFirst => self.asked_first(),
            Case::DoneAsAsked => self.done_as_asked(after),
            Case::Shown => self.shown(),
            Case::UnsafeText => self.unsafe_text(),
            Case::Denied => self.denied(),
            Case::WrongAnswer => self.wrongly_answered(),
            Case::Absent => self.absent(),
            Case::Piped => self.piped(),
            Case::YesFlag => self.yes_is_no_approval(),
            Case::Late => self.late(),
            Case::CalledOff => self.called_off(),
            Case::Once => self.once(after),
            Case::AnsweredTwice => self.answered_twice(),
            Case::TwoAtOnce => self.two_at_once(after),
            Case::EditedMeanwhile => self.edited_meanwhile(),
            Case::Recorded => self.recorded(),
            Case::Routine => self.routine_passes(),
            Case::Claimed | Case::Elicited | Case::ClientsTerminal => {
                Err(Verdict::not_played("it is no MCP server"))
            }
            _ => Err(Verdict::not_played(
                "its authenticator is its own: play this on a function",
            )),
        }
    }

    fn the_change(&self) -> Played<&[OsString]> {
        let change = self.change.as_ref().map(|(command, _)| command.as_slice());
        described(change, "`change`")
    }

    fn the_other(&self) -> Played<&[OsString]> {
        described(self.other.as_deref(), "`other_change`")
    }

    /// Starts the change at a terminal.
    fn changes(&self, state: &S) -> Played<Terminal> {
        Terminal::starts(&self.built.start(state, self.the_change()?))
    }
}

impl<S, V> fmt::Debug for Program<S, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Program").field(&self.built.program).finish()
    }
}
