//! Ways to ask a person for a passphrase.

mod cancel;
mod charset;
#[cfg_attr(windows, path = "fd/windows.rs")]
mod fd;
mod layout;
mod new_passphrase;
#[cfg_attr(windows, path = "pinentry/windows.rs")]
mod pinentry;
mod question;
#[cfg_attr(unix, path = "signals/unix.rs")]
#[cfg_attr(windows, path = "signals/windows.rs")]
mod signals;
mod terminal;
mod turn;
mod wrap;

use core::fmt::Debug;
use std::sync::Arc;

use openpass_auth::{AuthError, CancelledBy, PromptPlace, Unavailable};

pub use cancel::Cancel;
pub use charset::Charset;
pub use fd::{PassphraseFd, PassphraseFdError};
pub use new_passphrase::{NewPassphraseError, NewPassphrasePrompt};
pub use pinentry::{PinentryError, PinentryPrompt};
pub use question::Question;
pub use terminal::{Echo, Held, TerminalConfirmation, TerminalPrompt};

use crate::{Passphrase, PassphraseVerifier, Verification, Verified};

/// Asks a person for a passphrase, and shows what it is for.
///
/// # Cancellation and threads
///
/// `ask` blocks; it is called on a thread of its own. When `cancel` is
/// cancelled, whatever the prompt changed is restored before
/// [`Cancel::cancel`] returns (see [`Cancel::on_cancel`]), and `ask` returns
/// soon after. It keeps the question's deadline itself.
pub trait PassphrasePrompt: Debug + Send + Sync {
    /// Returns the places in which the prompt would ask, as
    /// [`Authenticator::places`](openpass_auth::Authenticator::places) does. The list
    /// is empty for a prompt that asks nobody.
    fn places(&self) -> Vec<PromptPlace> {
        vec![PromptPlace::anywhere()]
    }

    /// Whether the prompt could ask somebody now, without asking.
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

    /// As [`ask`](Self::ask), and returns `Ok` only if what was typed is right
    /// by `verifier`.
    ///
    /// A prompt that has something to say or to guard while the passphrase is
    /// verified does it here; this one just waits, until the verdict, the
    /// deadline or a cancel.
    ///
    /// # Errors
    ///
    /// As `ask`, and [`AuthError::Rejected`] for a wrong passphrase.
    fn ask_and_verify(
        &self,
        question: &Question,
        cancel: &Cancel,
        verifier: &Arc<dyn PassphraseVerifier>,
    ) -> Result<Verified, AuthError> {
        let passphrase = self.ask(question, cancel)?;
        if cancel.is_cancelled() {
            return Err(AuthError::Cancelled(CancelledBy::Host));
        }
        Verification::start(Arc::clone(verifier), passphrase)?.wait_for(question, cancel)
    }
}

impl<P: PassphrasePrompt + ?Sized> PassphrasePrompt for Box<P> {
    fn places(&self) -> Vec<PromptPlace> {
        (**self).places()
    }

    fn available(&self) -> Result<(), Unavailable> {
        (**self).available()
    }

    fn ask(&self, question: &Question, cancel: &Cancel) -> Result<Passphrase, AuthError> {
        (**self).ask(question, cancel)
    }

    fn ask_and_verify(
        &self,
        question: &Question,
        cancel: &Cancel,
        verifier: &Arc<dyn PassphraseVerifier>,
    ) -> Result<Verified, AuthError> {
        (**self).ask_and_verify(question, cancel, verifier)
    }
}

impl<P: PassphrasePrompt + ?Sized> PassphrasePrompt for Arc<P> {
    fn places(&self) -> Vec<PromptPlace> {
        (**self).places()
    }

    fn available(&self) -> Result<(), Unavailable> {
        (**self).available()
    }

    fn ask(&self, question: &Question, cancel: &Cancel) -> Result<Passphrase, AuthError> {
        (**self).ask(question, cancel)
    }

    fn ask_and_verify(
        &self,
        question: &Question,
        cancel: &Cancel,
        verifier: &Arc<dyn PassphraseVerifier>,
    ) -> Result<Verified, AuthError> {
        (**self).ask_and_verify(question, cancel, verifier)
    }
}
