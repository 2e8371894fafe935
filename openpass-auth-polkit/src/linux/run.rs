//! One question, on a thread of its own.

use std::time::Instant;

use futures_lite::future::block_on;
use openpass_auth::{AuthError, Blocking, Challenge, SafeText, Unavailable};
use openpass_auth_passphrase::{Cancel, PassphrasePrompt, Question, TerminalPrompt};

use super::{
    authority::Authority,
    dialog, way,
    way::{Shown, is_beside_a_screen},
};
use crate::{ActionId, dialog_text};

const READ_HERE: &str = "Answer the system's dialog to approve this; ^C here refuses.";

/// Whether polkit would ask. It blocks.
pub(crate) fn available(
    action: &ActionId,
    terminal: Option<&TerminalPrompt>,
) -> Result<(), Unavailable> {
    not_root()?;
    let found = way::find(action, Ok(way::no_question()), on(terminal));
    block_on(found).map(drop)
}

/// Asks, and calls it off where the future is dropped.
pub(crate) async fn ask(
    action: &ActionId,
    terminal: Option<&TerminalPrompt>,
    challenge: &Challenge,
) -> Result<(), AuthError> {
    not_root()?;
    let run = Run {
        action: action.clone(),
        text: dialog_text(challenge),
        terminal: terminal.cloned(),
        question: Question::from(challenge),
    };
    let cancel = Cancel::new();
    // The terminal is given back before the drop returns, which only a cancel can do.
    let _calls_off = CallsOff(cancel.clone());
    Blocking::start("openpass-polkit", move || run.ask(&cancel))?.await?
}

struct CallsOff(Cancel);

impl Drop for CallsOff {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// polkit authorizes root for everything and asks nobody.
fn not_root() -> Result<(), Unavailable> {
    let is_root = rustix::process::geteuid().is_root() || rustix::process::getuid().is_root();
    match is_root {
        true => Err(Unavailable::RunsAsRoot),
        false => Ok(()),
    }
}

/// Whether the question can be shown on a terminal.
fn on(terminal: Option<&TerminalPrompt>) -> Result<(), Unavailable> {
    let terminal = terminal.ok_or(Unavailable::NoTerminal)?;
    PassphrasePrompt::available(terminal)?;
    is_beside_a_screen()
}

struct Run {
    action: ActionId,
    text: Result<String, Unavailable>,
    terminal: Option<TerminalPrompt>,
    question: Question,
}

impl Run {
    fn ask(self, cancel: &Cancel) -> Result<(), AuthError> {
        let deadline = self.question.deadline();
        let found = way::find(&self.action, self.text, on(self.terminal.as_ref()));
        let (authority, shown) = match block_on(found) {
            Ok(found) => found,
            Err(_) if Instant::now() >= deadline => return Err(AuthError::TimedOut),
            Err(why) => return Err(why.into()),
        };
        match (shown, self.terminal) {
            (Shown::InDialog(text), _) => {
                let asked = dialog::ask(authority, &self.action, Some(&text), deadline, cancel);
                block_on(asked)
            }
            (Shown::OnTerminal, Some(terminal)) => {
                beside(&terminal, &self.question, cancel, authority, self.action)
            }
            (Shown::OnTerminal, None) => Err(Unavailable::NoTerminal.into()),
        }
    }
}

/// Shows `question` on the terminal, and has the dialog up only while it is there.
fn beside(
    terminal: &TerminalPrompt,
    question: &Question,
    cancel: &Cancel,
    authority: Authority,
    action: ActionId,
) -> Result<(), AuthError> {
    let deadline = question.deadline();
    terminal.hold(question, cancel, |held| {
        let stop = Cancel::new();
        let stops = stop.clone();
        cancel.on_cancel(move || stops.cancel());
        let stopped = stop.clone();
        let ask = move || block_on(dialog::ask(authority, &action, None, deadline, &stopped));
        let mut dialog = Blocking::start("openpass-dialog", ask)?;
        let note = SafeText::literal(READ_HERE);
        let heard = held.wait(&note, |at_most| dialog.wait(at_most));
        stop.cancel();
        if heard.is_err() {
            // Refused here: the dialog goes before the terminal does.
            drop(dialog.wait(way::AT_MOST));
        }
        let answer = heard??;
        if let Err(why) = &answer {
            let why = SafeText::escape(&why.to_string());
            held.say(&SafeText::fill("Not approved: {}.", &[&why]))?;
        }
        answer
    })
}
