//! Reads a passphrase from a terminal whose echo is off.

mod notes;
mod pages;

use std::time::{Duration, Instant};

use openpass_auth::{AuthError, CancelledBy, Unavailable};
use zeroize::Zeroizing;

use super::{
    Echo,
    keys::{Keys, Next},
    raw::{Found, RawTerminal},
    tty::Transfer,
};
use crate::{
    Cancel, Passphrase, PassphraseError,
    prompt::layout::{Screens, Size, mark},
};

/// The screens that show a question in a terminal of that size.
pub(super) type Shows<'a> = dyn Fn(Size) -> Result<Screens, Unavailable> + 'a;

/// The longest time until a key press is read: too short to notice, and the same on
/// every system, where polling a terminal is not (macOS).
pub(super) const TICK: Duration = Duration::from_millis(20);
/// A paste is over when nothing has come for so long,
const QUIET: Duration = Duration::from_millis(100);
/// or it never ends, and what still comes is not waited for.
const ENDLESS: Duration = Duration::from_secs(2);
/// No more stars than this: a line that wraps could not be taken back.
const STARS: usize = 20;

/// Says and reads, until the deadline, a cancel, a signal, or the terminal's
/// end.
pub(super) struct Reader<'a> {
    terminal: &'a RawTerminal,
    cancel: &'a Cancel,
    deadline: Instant,
    echo: Echo,
    question: &'a Shows<'a>,
    /// Whether what gives power is coloured.
    colour: bool,
    /// Whether the terminal was somebody else's since the question was shown.
    interrupted: bool,
}

/// The text that somebody typed, and whether it can be a passphrase.
pub(super) enum Typed {
    /// The text can be a passphrase.
    Passphrase(Passphrase),
    /// The text cannot be a passphrase, for this reason.
    Nonsense(PassphraseError),
}

impl<'a> Reader<'a> {
    /// `question` gives what to show.
    pub(super) const fn new(
        terminal: &'a RawTerminal,
        cancel: &'a Cancel,
        deadline: Instant,
        echo: Echo,
        question: &'a Shows<'a>,
    ) -> Self {
        Self {
            terminal,
            cancel,
            deadline,
            echo,
            question,
            colour: false,
            interrupted: false,
        }
    }

    /// Colours what gives power, if `colour` and the terminal takes it.
    pub(super) fn coloured(mut self, colour: bool) -> Self {
        self.colour = colour && self.terminal.takes_colour();
        self
    }

    /// Shows the question, all of it, and has its pages turned.
    ///
    /// # Errors
    ///
    /// [`Unavailable::NoRoom`], with nothing shown, if the terminal is too
    /// small; else as for every step.
    pub(super) fn show(&mut self) -> Result<(), AuthError> {
        let last = loop {
            let size = self.terminal.size().ok_or_else(|| self.gone())?;
            let screens = (self.question)(size)?;
            if screens.pages.is_empty() {
                break screens.last;
            }
            if self.turn_pages(&screens.pages, size)? {
                // With the time that is left by now.
                break (self.question)(size)?.last;
            }
        };
        self.say_lines(&last)?;
        // What was typed before the input line was there is no answer.
        while self.swallow()? {
            self.still_wanted()?;
        }
        Ok(())
    }

    fn say_lines(&mut self, lines: &[String]) -> Result<(), AuthError> {
        for line in lines {
            // No text from outside begins a line: what goes on is further in.
            if self.colour && line.starts_with(mark(true)) {
                self.say(&format!("\u{1b}[1;33m{line}\u{1b}[0m\n"))?;
            } else {
                self.say(line)?;
                self.say("\n")?;
            }
        }
        Ok(())
    }

    /// Writes all of `text`.
    pub(super) fn say(&mut self, text: &str) -> Result<(), AuthError> {
        let mut left = text.as_bytes();
        while !left.is_empty() {
            self.still_wanted()?;
            match self.terminal.write(left) {
                Transfer::Bytes(count) => left = left.get(count..).unwrap_or_default(),
                Transfer::NotNow => self.pause(),
                Transfer::Gone => return Err(self.gone()),
            }
        }
        Ok(())
    }

    /// Tells the person the reason why the text that they typed is no passphrase.
    pub(super) fn explain(&mut self, why: &PassphraseError) -> Result<(), AuthError> {
        self.say(&format!("Refused: {why}.\n"))
    }

    /// Reads up to Enter. Whatever comes of it, the rest of a paste is gone.
    pub(super) fn passphrase(&mut self, label: &str) -> Result<Typed, AuthError> {
        self.say(label)?;
        let typed = self.line(label);
        self.discard_rest();
        let typed = typed?;
        self.say("\n")?;
        Ok(match Passphrase::from_buffer(typed.typed) {
            Ok(passphrase) => Typed::Passphrase(passphrase),
            Err(why) => Typed::Nonsense(why),
        })
    }

    /// Reads y or yes up to Enter; anything else is a no.
    pub(super) fn yes(&mut self, label: &str) -> Result<bool, AuthError> {
        let typed = self.passphrase(label)?;
        Ok(match typed {
            Typed::Passphrase(word) => {
                ["y", "yes"].contains(&word.expose().trim().to_lowercase().as_str())
            }
            Typed::Nonsense(_) => false,
        })
    }

    fn line(&mut self, label: &str) -> Result<Keys, AuthError> {
        let mut keys = Keys::new();
        let mut stars = 0;
        let mut pressed = Zeroizing::new([0; 64]);
        loop {
            self.still_wanted()?;
            if self.was_interrupted() {
                // The shell was here meanwhile: ask again from the start.
                (keys, stars) = (Keys::new(), 0);
                self.show()?;
                self.say(label)?;
            }
            let count = match self.terminal.read(pressed.as_mut_slice()) {
                Transfer::Bytes(count) => count,
                Transfer::NotNow => {
                    self.pause();
                    continue;
                }
                Transfer::Gone => return Err(self.gone()),
            };
            for byte in pressed.iter().take(count) {
                match keys.press(*byte) {
                    Next::GoOn => {}
                    Next::Bell => self.say("\x07")?,
                    Next::Enter => return Ok(keys),
                    Next::Refuse => return Err(AuthError::Cancelled(CancelledBy::Person)),
                    Next::Stop => {
                        keys = Keys::new();
                        self.stop()?;
                        break;
                    }
                }
            }
            stars = self.mask(stars, keys.typed.characters())?;
        }
    }

    /// Throws away what was typed, but for a refusal and a stop, and says
    /// whether there was anything.
    pub(super) fn swallow(&mut self) -> Result<bool, AuthError> {
        let mut pressed = Zeroizing::new([0; 64]);
        let count = match self.terminal.read(pressed.as_mut_slice()) {
            Transfer::Bytes(count) => count,
            Transfer::NotNow => return Ok(false),
            Transfer::Gone => return Err(self.gone()),
        };
        let mut keys = Keys::new();
        for byte in pressed.iter().take(count) {
            match keys.press(*byte) {
                Next::Refuse => return Err(AuthError::Cancelled(CancelledBy::Person)),
                Next::Stop => {
                    self.stop()?;
                    break;
                }
                Next::GoOn | Next::Bell | Next::Enter => {}
            }
        }
        Ok(true)
    }

    /// Whether the terminal was somebody else's since the last look.
    pub(super) const fn was_interrupted(&mut self) -> bool {
        core::mem::replace(&mut self.interrupted, false)
    }

    /// Lets the person have the shell, until it continues the program.
    fn stop(&mut self) -> Result<(), AuthError> {
        match self.terminal.stop_group() {
            Found::Ours => self.say("\x07"),
            Found::OursAgain => {
                self.interrupted = true;
                Ok(())
            }
            Found::Gone => Err(self.gone()),
        }
    }

    /// Brings the stars on show to as many as there are characters.
    fn mask(&mut self, stars: usize, characters: usize) -> Result<usize, AuthError> {
        if self.echo == Echo::Silent {
            return Ok(0);
        }
        let wanted = characters.min(STARS);
        self.say(&"*".repeat(wanted.saturating_sub(stars)))?;
        self.say(&"\x08 \x08".repeat(stars.saturating_sub(wanted)))?;
        Ok(wanted)
    }

    /// Throws away what still comes, so that the rest of a paste does not
    /// reach the shell.
    pub(super) fn discard_rest(&self) {
        let mut waste = Zeroizing::new([0; 256]);
        let begun = Instant::now();
        let mut quiet_since = begun;
        while quiet_since.elapsed() < QUIET && begun.elapsed() < ENDLESS {
            if self.terminal.is_signalled() {
                // It will be obeyed in a moment. What still comes is flushed.
                return;
            }
            match self.terminal.read(waste.as_mut_slice()) {
                Transfer::Bytes(_) => quiet_since = Instant::now(),
                Transfer::NotNow => self.pause(),
                Transfer::Gone => return,
            }
        }
    }

    /// Whether to go on; obeys signals.
    pub(super) fn still_wanted(&mut self) -> Result<(), AuthError> {
        if self.cancel.is_cancelled() {
            return Err(AuthError::Cancelled(CancelledBy::Host));
        }
        if Instant::now() >= self.deadline {
            return Err(AuthError::TimedOut);
        }
        match self.terminal.look() {
            Found::Ours => Ok(()),
            Found::OursAgain => {
                self.interrupted = true;
                Ok(())
            }
            Found::Gone => Err(self.gone()),
        }
    }

    /// Waits a moment, less if it is cancelled meanwhile, which is looked at
    /// next.
    fn pause(&self) {
        let left = self.deadline.saturating_duration_since(Instant::now());
        let _ = self
            .cancel
            .wait(TICK.min(left.max(Duration::from_millis(1))));
    }

    /// Returns the error for a terminal that is gone. If there was a cancel, that gave
    /// the terminal back; else a signal came, or the terminal went away.
    fn gone(&self) -> AuthError {
        AuthError::Cancelled(if self.cancel.is_cancelled() {
            CancelledBy::Host
        } else {
            CancelledBy::System
        })
    }
}
