//! Asks on the controlling terminal.

mod confirm;
mod held;
mod keys;
mod raw;
mod reader;
#[cfg_attr(unix, path = "unix/rescue.rs")]
#[cfg_attr(windows, path = "windows/rescue.rs")]
mod rescue;
#[cfg_attr(unix, path = "unix/tty.rs")]
#[cfg_attr(windows, path = "windows/tty.rs")]
mod tty;
mod waiting;

use std::{sync::Arc, time::Instant};

use openpass_auth::{AuthError, PromptPlace, SafeText, Unavailable};

pub use self::{confirm::TerminalConfirmation, held::Held};
use self::{
    raw::RawTerminal,
    reader::{Reader, Typed},
    tty::Tty,
};
use super::{
    Cancel, Charset, NewPassphraseError, NewPassphrasePrompt, PassphrasePrompt, Question, layout,
    layout::{Screens, Size},
    new_passphrase::{fit, same},
    turn::Turn,
    wrap::wrap,
};
use crate::{Passphrase, PassphraseError, PassphraseVerifier, Verification, Verified, verifier};

/// The characters that the person sees while they type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Echo {
    /// A `*` for each character.
    #[default]
    Masked,
    /// Nothing, not even how many characters there are.
    Silent,
}

/// Asks on `/dev/tty`, on Windows on `CONIN$` and `CONOUT$`, wherever stdin, stdout and
/// stderr go.
///
/// It shows every line of the question, page by page where they are more than the
/// screen has, and the statement once more above the input line. While pages are
/// turned, Space and Enter go on, `q` refuses, every other key does nothing, and none
/// is shown or taken for a part of the passphrase. A key turns a page only once the
/// page is there and no other key is held down, so that nobody flies through, and what
/// was typed before the input line is thrown away. A terminal that is too small for the
/// last screen is [`NoRoom`](openpass_auth::Unavailable::NoRoom), and nothing is shown.
///
/// It keeps the question's deadline, and takes backspace, ^W (a word) and ^U (all). ^C,
/// ^\ and an empty ^D refuse. What is typed ahead or pasted behind the passphrase is
/// thrown away. The first of these gives the terminal back: an answer, the deadline, a
/// cancel, a signal or a panic.
///
/// # Signals
///
/// While it asks, it catches SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP and SIGABRT,
/// but for those that the host ignores. When one comes, the terminal and all
/// dispositions are given back, and the signal is sent again: the host's own
/// handler runs, or the system ends the program as it would have. ^Z stops the
/// process group; when the shell continues it, the question is shown again and
/// what had been typed is gone. A shell that continues it in the background
/// ends the prompt: [`CancelledBy::System`](openpass_auth::CancelledBy::System).
///
/// On Windows there is no ^Z. A closed window, a logoff, a shutdown and ^Break do what
/// those signals do elsewhere: the console is given back, and then the host's own
/// handler runs, or the system ends the program
/// (<https://learn.microsoft.com/windows/console/setconsolectrlhandler>).
///
/// A program that aborts (SIGABRT), as every panic does with `panic = "abort"` and an
/// overflow of the stack, gives the terminal back first; then the host's own handler
/// runs, or the program ends. A program that is killed (SIGKILL), dies of another fault
/// (SIGSEGV, SIGBUS), or leaves by `std::process::exit` on another thread gives nothing
/// back; `stty sane` does. On Windows an abort gives nothing back either.
///
/// It asks only in the terminal's foreground, and only if nobody else has
/// turned echo or line mode off: that is another password prompt, or an
/// editor.
#[derive(Debug, Clone, Default)]
pub struct TerminalPrompt {
    echo: Echo,
    colour: bool,
    label: Option<&'static str>,
}

impl TerminalPrompt {
    /// A prompt that masks what is typed.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the characters that the person sees while they type.
    #[must_use]
    pub const fn with_echo(mut self, echo: Echo) -> Self {
        self.echo = echo;
        self
    }

    /// Colours the lines that give power, if `colour`: it only repeats their
    /// mark. Without this there is no colour.
    #[must_use]
    pub const fn in_colour(mut self, colour: bool) -> Self {
        self.colour = colour;
        self
    }

    /// Calls what is typed by another name than `Passphrase`, such as `Code`: for an
    /// authenticator of another factor that asks on the terminal.
    #[must_use]
    pub const fn asking_for(mut self, label: &'static str) -> Self {
        self.label = Some(label);
        self
    }

    /// Returns the screens that the person would see of `question` in a terminal of
    /// that size that takes UTF-8: the pages, if one screen is too small, and last the
    /// lines above the input line.
    ///
    /// # Errors
    ///
    /// [`Unavailable::NoRoom`]: nobody would be asked.
    pub fn screens(
        question: &Question,
        rows: usize,
        columns: usize,
    ) -> Result<Vec<Vec<String>>, Unavailable> {
        let size = Size {
            rows,
            columns,
            charset: Charset::Utf8,
        };
        let Screens { mut pages, last } = layout::screens(question, size)?;
        pages.push(last);
        Ok(pages)
    }
}

impl TerminalPrompt {
    /// Shows `question`, whole, and does `act` while it is on show: for an authenticator
    /// of another factor, whose answer takes more than typing. The terminal is given
    /// back when `act` returns.
    ///
    /// It blocks; `cancel` and the question's deadline are as in
    /// [`PassphrasePrompt::ask`].
    ///
    /// # Errors
    ///
    /// As `PassphrasePrompt::ask`, and those of `act`.
    pub fn hold<T>(
        &self,
        question: &Question,
        cancel: &Cancel,
        act: impl FnOnce(&mut Held<'_>) -> Result<T, AuthError>,
    ) -> Result<T, AuthError> {
        let tty = Tty::open()?;
        let turn = Turn::wait(cancel, question.deadline())?;
        let terminal = RawTerminal::take(tty, turn, cancel)?;
        let shows = |size| layout::screens(question, size);
        let deadline = question.deadline();
        let reader =
            Reader::new(&terminal, cancel, deadline, self.echo, &shows).coloured(self.colour);
        act(&mut Held::showing(reader)?)
    }

    /// Asks, and does `then` while the terminal is still held.
    fn ask_then<T>(
        &self,
        question: &Question,
        cancel: &Cancel,
        then: impl FnOnce(&mut Reader<'_>, Passphrase) -> Result<T, AuthError>,
    ) -> Result<T, AuthError> {
        self.hold(question, cancel, |held| {
            let reader = held.reader();
            let label = self.label.unwrap_or("Passphrase");
            match reader.passphrase(&format!("{label}: "))? {
                Typed::Passphrase(passphrase) => then(reader, passphrase),
                Typed::Nonsense(why) => {
                    reader.explain(&why)?;
                    Err(verifier::rejected())
                }
            }
        })
    }
}

impl PassphrasePrompt for TerminalPrompt {
    fn places(&self) -> Vec<PromptPlace> {
        vec![PromptPlace::terminal()]
    }

    fn available(&self) -> Result<(), Unavailable> {
        let tty = Tty::open()?;
        if Turn::is_taken() && tty.in_foreground() {
            // Echo may be off because of a prompt of our own: it ends.
            return Ok(());
        }
        tty.mode_to_change().map(drop)
    }

    fn ask(&self, question: &Question, cancel: &Cancel) -> Result<Passphrase, AuthError> {
        self.ask_then(question, cancel, |_, passphrase| Ok(passphrase))
    }

    /// Holds the terminal until the verdict is there: what is typed meanwhile
    /// is thrown away, so that none of it reaches the shell, and ^C refuses.
    fn ask_and_verify(
        &self,
        question: &Question,
        cancel: &Cancel,
        verifier: &Arc<dyn PassphraseVerifier>,
    ) -> Result<Verified, AuthError> {
        self.ask_then(question, cancel, |reader, passphrase| {
            // A cancel may have come with the last key.
            reader.still_wanted()?;
            let mut verdict = Verification::start(Arc::clone(verifier), passphrase)?;
            waiting::wait_for(&mut verdict, reader)
        })
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
        let turn = Turn::wait(cancel, deadline)?;
        let terminal = RawTerminal::take(tty, turn, cancel)?;
        let least = NewPassphraseError::MIN_CHARACTERS;
        let text =
            format!("Choose a passphrase {purpose}: at least {least} characters. ^C cancels.");
        let shows = |size: Size| {
            let mut last = vec![String::new()];
            let text = size.charset.spell(&text);
            last.extend(wrap(&text, size.columns, size.columns));
            let pages = Vec::new();
            Ok(Screens { pages, last })
        };
        let mut reader = Reader::new(&terminal, cancel, deadline, self.echo, &shows);
        reader.show()?;
        let first = fit(passphrase(&mut reader, "New passphrase: ")?)?;
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
