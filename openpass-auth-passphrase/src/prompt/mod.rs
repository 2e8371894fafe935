//! Ways to ask a person for a passphrase.

mod cancel;
mod fd;
mod layout;
mod new_passphrase;
mod question;
mod terminal;
mod wrap;

use core::fmt::Debug;
use std::sync::Arc;

use openpass_auth::{AuthError, Unavailable};

pub use cancel::Cancel;
pub use fd::{PassphraseFd, PassphraseFdError};
pub use new_passphrase::{NewPassphraseError, NewPassphrasePrompt};
pub use question::Question;
pub use terminal::{Echo, TerminalConfirmation, TerminalPrompt};

use crate::Passphrase;

/// Asks a person for a passphrase, and shows what it is for.
///
/// # Cancellation and threads
///
/// `ask` blocks; it is called on a thread of its own. When `cancel` is
/// cancelled, whatever the prompt changed is restored before
/// [`Cancel::cancel`] returns (see [`Cancel::on_cancel`]), and `ask` returns
/// soon after. It keeps the question's deadline itself.
pub trait PassphrasePrompt: Debug + Send + Sync {
    /// Whether it could ask somebody now, without asking.
    ///
    /// # Errors
    ///
    /// The reason why nobody could be asked.
    fn available(&self) -> Result<(), Unavailable>;

    /// Shows `question` and returns what was typed, unverified.
    ///
    /// # Errors
    ///
    /// - [`AuthError::Unavailable`]: nobody was asked.
    /// - [`AuthError::Rejected`]: what was typed cannot be a passphrase; the
    ///   person was told why.
    /// - [`AuthError::Cancelled`]: by the person, by `cancel`, or because the
    ///   terminal went away.
    /// - [`AuthError::TimedOut`]: the deadline passed.
    /// - [`AuthError::Backend`]: something broke.
    fn ask(&self, question: &Question, cancel: &Cancel) -> Result<Passphrase, AuthError>;
}

impl<P: PassphrasePrompt + ?Sized> PassphrasePrompt for Box<P> {
    fn available(&self) -> Result<(), Unavailable> {
        (**self).available()
    }

    fn ask(&self, question: &Question, cancel: &Cancel) -> Result<Passphrase, AuthError> {
        (**self).ask(question, cancel)
    }
}

impl<P: PassphrasePrompt + ?Sized> PassphrasePrompt for Arc<P> {
    fn available(&self) -> Result<(), Unavailable> {
        (**self).available()
    }

    fn ask(&self, question: &Question, cancel: &Cancel) -> Result<Passphrase, AuthError> {
        (**self).ask(question, cancel)
    }
}
