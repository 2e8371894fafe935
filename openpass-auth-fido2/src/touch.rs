//! The work with the key while the question is on show.

use core::fmt;
use std::{panic, time::Duration};

use openpass_auth::Blocking;
use openpass_auth_passphrase::Passphrase;

use crate::{KeyError, Pin};

type Work = Box<dyn FnOnce(Option<Pin>) -> Result<(), KeyError> + Send>;

/// A touch that is yet to be asked for.
pub struct Touch {
    needs_pin: bool,
    work: Work,
}

impl Touch {
    pub(crate) fn new(
        needs_pin: bool,
        work: impl FnOnce(Option<Pin>) -> Result<(), KeyError> + Send + 'static,
    ) -> Self {
        let work = Box::new(work);
        Self { needs_pin, work }
    }

    /// Whether the key's PIN has to be typed first.
    #[must_use]
    pub const fn needs_pin(&self) -> bool {
        self.needs_pin
    }

    /// Hands the key what was `typed`, which is wiped, and has it wait for the touch.
    ///
    /// # Errors
    ///
    /// [`KeyError::NoSuchPin`] if what was typed can be none. [`KeyError::Broken`] if
    /// nothing was, though it [`needs_pin`](Self::needs_pin), and if there is no thread.
    pub fn begin(self, typed: Option<Passphrase>) -> Result<Touching, KeyError> {
        let pin = match typed {
            Some(typed) if self.needs_pin => Some(Pin::of(&typed)?),
            None if !self.needs_pin => None,
            _ => return Err(KeyError::Broken),
        };
        let work = self.work;
        let asked = Blocking::start("openpass-touch", move || work(pin));
        Ok(Touching(asked.map_err(|_| KeyError::Broken)?))
    }
}

impl fmt::Debug for Touch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Touch")
            .field("needs_pin", &self.needs_pin)
            .finish_non_exhaustive()
    }
}

/// A touch that the key waits for.
///
/// Dropping it does not end that; the prompt's return does.
#[derive(Debug)]
pub struct Touching(Blocking<Result<(), KeyError>>);

impl Touching {
    /// The result, if it comes within `at_most`. `Ok` says that the key answered, and
    /// not that the answer counts.
    ///
    /// It blocks: never call it inside `poll`.
    pub fn wait(&mut self, at_most: Duration) -> Option<Result<(), KeyError>> {
        let said = self.0.wait(at_most)?;
        Some(said.unwrap_or(Err(KeyError::Broken)))
    }
}

/// Does `work`, whose panic is [`KeyError::Broken`].
pub(crate) fn contained<T>(work: impl FnOnce() -> Result<T, KeyError>) -> Result<T, KeyError> {
    // What it has touched is dropped here or not used again.
    panic::catch_unwind(panic::AssertUnwindSafe(work)).unwrap_or(Err(KeyError::Broken))
}
