//! Asks on the controlling terminal.

mod confirm;
mod keys;
mod raw;
mod reader;
mod tty;

use std::time::Instant;

use openpass_auth::{AuthError, SafeText, Unavailable};

pub use self::confirm::TerminalConfirmation;
use self::{
    raw::RawTerminal,
    reader::{Reader, Typed},
    tty::Tty,
};
use super::{
    Cancel, NewPassphraseError, NewPassphrasePrompt, PassphrasePrompt, Question, layout,
    new_passphrase::{long_enough, same},
};
use crate::{Passphrase, PassphraseError};

/// What the person sees of what is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Echo {
    /// A `*` for each character.
    #[default]
    Masked,
    /// Nothing, not even how many characters there are.
    Silent,
}

/// Asks on `/dev/tty`, wherever stdin, stdout and stderr go.
///
/// It shows every line of the question, keeps its deadline, and takes
/// backspace, ^W (a word) and ^U (all). ^C, ^\ and an empty ^D refuse. What
/// is typed ahead or pasted behind the passphrase is thrown away. The terminal
/// is given back by whoever comes first: an answer, the deadline, a cancel or
/// an unwinding panic.
///
/// It asks only in the terminal's foreground, and only if nobody else has
/// turned echo or line mode off: that is another password prompt, or an
/// editor.
#[derive(Debug, Clone, Default)]
pub struct TerminalPrompt {
    echo: Echo,
}

impl TerminalPrompt {
    /// A prompt that masks what is typed.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says what the person sees of what is typed.
    #[must_use]
    pub const fn with_echo(mut self, echo: Echo) -> Self {
        self.echo = echo;
        self
    }
}

impl PassphrasePrompt for TerminalPrompt {
    fn available(&self) -> Result<(), Unavailable> {
        Tty::open()?.mode_to_change().map(drop)
    }

    fn ask(&self, question: &Question, cancel: &Cancel) -> Result<Passphrase, AuthError> {
        let terminal = RawTerminal::take(Tty::open()?, cancel)?;
        let mut reader = Reader::new(&terminal, cancel, question.deadline(), self.echo);
        for line in layout::lines(question, terminal.columns()) {
            reader.say(&line)?;
            reader.say("\n")?;
        }
        match reader.passphrase("Passphrase: ")? {
            Typed::Passphrase(passphrase) => Ok(passphrase),
            Typed::Nonsense(why) => {
                reader.explain(&why)?;
                Err(AuthError::Rejected)
            }
        }
    }
}

impl NewPassphrasePrompt for TerminalPrompt {
    fn ask_new(
        &self,
        purpose: &SafeText,
        deadline: Instant,
        cancel: &Cancel,
    ) -> Result<Passphrase, NewPassphraseError> {
        let tty = Tty::open().map_err(AuthError::from)?;
        let terminal = RawTerminal::take(tty, cancel)?;
        let mut reader = Reader::new(&terminal, cancel, deadline, self.echo);
        let least = NewPassphraseError::MIN_CHARACTERS;
        reader.say(&format!(
            "\nChoose a passphrase {purpose}: at least {least} characters. ^C cancels.\n"
        ))?;
        let first = long_enough(passphrase(&mut reader, "New passphrase: ")?)?;
        let second = passphrase(&mut reader, "Once more: ")?;
        same(first, &second)
    }
}

fn passphrase(reader: &mut Reader<'_>, label: &str) -> Result<Passphrase, NewPassphraseError> {
    match reader.passphrase(label)? {
        Typed::Passphrase(passphrase) => Ok(passphrase),
        Typed::Nonsense(why) => Err(why.into()),
    }
}

impl From<PassphraseError> for Typed {
    fn from(why: PassphraseError) -> Self {
        Self::Nonsense(why)
    }
}
