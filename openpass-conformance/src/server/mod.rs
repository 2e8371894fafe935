//! An MCP server on stdio, as an agent meets it.

mod cases;
mod client;
mod form;

use core::fmt;
use std::{ffi::OsString, path::PathBuf, time::Duration};

use serde_json::Value;

use crate::{
    Case, Report, Verdict,
    built::Built,
    patience::bounded,
    report::{NO_CONTROL, Played, held},
    start::words,
};
use client::Client;

const NO_CALL_WAITS: &str = "no call waits for an approval";

type Approves<S> = Box<dyn Fn(&S, &str)>;

/// An MCP server with a guard, described once.
///
/// `S` is what one case is played on, such as a folder; each case gets a fresh one, and a
/// server of its own. `V` is what is looked at: a value that tells one state from another,
/// without what differs from run to run.
///
/// The server runs with pipes as stdin and stdout, and with a terminal that is its client's.
/// Its environment is `PATH`, `LANG`, `NO_COLOR` and what
/// [`environment`](Self::environment) adds.
///
/// A case whose part is left out does not apply, and the report says what is missing.
pub struct McpServer<S, V> {
    built: Built<S, V>,
    change: Option<(String, Value, V)>,
    waits: Option<String>,
    approval: Option<Approves<S>>,
}

impl<S, V: PartialEq + Clone + fmt::Debug> McpServer<S, V> {
    /// Begins a description of the server at `program`: `fresh` makes the state that a case
    /// is played on, and `look` says what that state is.
    pub fn new(
        program: impl Into<PathBuf>,
        fresh: impl Fn() -> S + 'static,
        look: impl Fn(&S) -> V + 'static,
    ) -> Self {
        Self {
            built: Built::new(program.into(), fresh, look),
            change: None,
            waits: None,
            approval: None,
        }
    }

    /// The arguments that the server is started with.
    #[must_use]
    pub fn arguments<T: Into<OsString>>(mut self, all: impl Fn(&S) -> Vec<T> + 'static) -> Self {
        self.built.arguments = Box::new(move |state| words(all(state)));
        self
    }

    /// Variables to set, such as `HOME`.
    #[must_use]
    pub fn environment(
        mut self,
        variables: impl Fn(&S) -> Vec<(String, OsString)> + 'static,
    ) -> Self {
        self.built.environment = Box::new(variables);
        self
    }

    /// The tool and the arguments of a critical change, and what is looked at once it is
    /// made.
    #[must_use]
    pub fn change(mut self, tool: impl Into<String>, arguments: Value, after: V) -> Self {
        self.change = Some((tool.into(), arguments, after));
        self
    }

    /// A text that the server's answer or its progress has, and no other message, if the
    /// change waits for a person: such as the code of its refusal.
    #[must_use]
    pub fn waits_with(mut self, text: impl Into<String>) -> Self {
        self.waits = Some(text.into());
        self
    }

    /// Approves as a person does elsewhere, by what the server said of the call.
    ///
    /// Left out, no approved change is made: the control of all cases is then that a call
    /// waits for an approval, and the matrix says so.
    #[must_use]
    pub fn approved_elsewhere(mut self, approve: impl Fn(&S, &str) + 'static) -> Self {
        self.approval = Some(Box::new(approve));
        self
    }

    /// The longest wait for a message or an end. By default, two minutes; a day at most.
    #[must_use]
    pub const fn patience(mut self, patience: Duration) -> Self {
        self.built.patience = bounded(patience);
        self
    }

    /// Plays every case that applies.
    pub fn run(&self) -> Report {
        let waits = self.absent();
        let approved = match waits {
            Ok(_) => self.approved(),
            Err(_) => Err(Verdict::not_played(NO_CALL_WAITS)),
        };
        let (control, missing) = match (&waits, &approved, &self.approval) {
            (Err(_), _, _) => (Case::Absent, Some(NO_CALL_WAITS)),
            (Ok(_), _, None) => (Case::Absent, None),
            (Ok(_), approved, Some(_)) => (Case::Approved, approved.is_err().then_some(NO_CONTROL)),
        };
        let name = format!("{}, through MCP", self.built.name());
        let report = Report::of(&name, control, |case| match (case, missing) {
            (Case::Absent, None | Some(NO_CALL_WAITS)) => Verdict::of(waits.clone()),
            (Case::Approved, _) => Verdict::of(approved.clone().and_then(|_| held())),
            (_, Some(missing)) => Verdict::not_played(missing),
            (case, None) => Verdict::of(self.play(case, &approved)),
        });
        report.ending_in(|| match control {
            Case::Approved => self.approved().map(drop),
            _ => self.absent().map(drop),
        })
    }

    fn play(&self, case: Case, approved: &Played<V>) -> Played<String> {
        match case {
            Case::DoneAsAsked => self.done_as_asked(approved.clone()),
            Case::Claimed => self.claimed(),
            Case::Elicited => self.elicited(),
            Case::CalledOff => self.called_off(),
            Case::Killed => self.killed(),
            Case::ClientsTerminal => self.clients_terminal(),
            _ => Err(Verdict::not_played("it is not played through MCP")),
        }
    }

    fn client(&self, state: &S) -> Played<Client> {
        Client::greets(&self.built.start(state, &[]), self.built.patience)
    }
}

impl<S, V> fmt::Debug for McpServer<S, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("McpServer")
            .field(&self.built.program)
            .finish()
    }
}
