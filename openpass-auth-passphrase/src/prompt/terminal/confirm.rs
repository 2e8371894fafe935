//! A y/N on the terminal.

use async_trait::async_trait;
use openpass_auth::{AuthError, CancelledBy, Challenge, Confirmation, PromptPlace};

use super::{Echo, raw::RawTerminal, reader::Reader, tty::Tty};
use crate::{
    Cancel, Question,
    asking::Asking,
    prompt::{layout, turn::Turn},
};

/// Asks y/N on `/dev/tty`, and shows the whole question first, on the same
/// screens as a [`TerminalPrompt`](crate::TerminalPrompt).
///
/// What is typed ahead is thrown away; ^C, ^\\ and an empty ^D refuse, and so
/// does everything but `y` or `yes`. The terminal is given back as after a
/// [`TerminalPrompt`](crate::TerminalPrompt).
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct TerminalConfirmation {
    colour: bool,
}

impl TerminalConfirmation {
    /// A y/N on the terminal.
    #[must_use]
    pub const fn new() -> Self {
        Self { colour: false }
    }

    /// Colours the lines that give power, if `colour`: it only repeats their
    /// mark.
    #[must_use]
    pub const fn in_colour(mut self, colour: bool) -> Self {
        self.colour = colour;
        self
    }
}

#[async_trait]
impl Confirmation for TerminalConfirmation {
    fn places(&self, _: &Challenge) -> Vec<PromptPlace> {
        vec![PromptPlace::terminal()]
    }

    async fn confirm(&self, challenge: &Challenge) -> Result<(), AuthError> {
        challenge.still_open()?;
        let question = Question::from(challenge);
        let colour = self.colour;
        Asking::start(move |cancel| ask(&question, colour, cancel))?
            .answer()
            .await?;
        challenge.still_open()
    }
}

fn ask(question: &Question, colour: bool, cancel: &Cancel) -> Result<(), AuthError> {
    let tty = Tty::open()?;
    let turn = Turn::wait(cancel, question.deadline())?;
    let terminal = RawTerminal::take(tty, turn, cancel)?;
    let shows = |size| layout::screens(question, size);
    let deadline = question.deadline();
    let reader = Reader::new(&terminal, cancel, deadline, Echo::Masked, &shows);
    let mut reader = reader.coloured(colour);
    reader.show()?;
    if reader.yes("Proceed? [y/N] ")? {
        return Ok(());
    }
    reader.say("Not confirmed.\n")?;
    Err(AuthError::Cancelled(CancelledBy::Person))
}
