//! The prompt that shows what the key cannot show.

use core::fmt::Debug;
use std::sync::Arc;

use openpass_auth::{AuthError, PromptPlace, Unavailable};
use openpass_auth_passphrase::{Cancel, Question};

use crate::Touch;

/// Shows a question, takes the key's PIN, and says when to touch the key.
///
/// # Cancellation and threads
///
/// As [`PassphrasePrompt`](openpass_auth_passphrase::PassphrasePrompt)'s: `ask` blocks,
/// is called on a thread of its own, and keeps the question's deadline itself.
pub trait KeyPrompt: Debug + Send + Sync {
    /// Returns the places in which the prompt would ask, as
    /// [`Authenticator::places`](openpass_auth::Authenticator::places) does.
    fn places(&self) -> Vec<PromptPlace> {
        vec![PromptPlace::anywhere()]
    }

    /// Whether the prompt could ask somebody now, without asking.
    ///
    /// # Errors
    ///
    /// The reason why nobody could be asked.
    fn available(&self) -> Result<(), Unavailable>;

    /// Shows every line of `question`; where `touch` needs the key's PIN, takes that;
    /// has the touch [begin](Touch::begin), says that the key is to be touched to approve,
    /// and keeps the question on show until the key has answered. Says the words of a
    /// [`KeyError`](crate::KeyError).
    ///
    /// # Errors
    ///
    /// Those of [`PassphrasePrompt::ask`], and what the touch's
    /// [`KeyError`](crate::KeyError) becomes. `Ok` only after the key answered.
    ///
    /// [`PassphrasePrompt::ask`]: openpass_auth_passphrase::PassphrasePrompt::ask
    fn ask(&self, question: &Question, cancel: &Cancel, touch: Touch) -> Result<(), AuthError>;
}

impl<P: KeyPrompt + ?Sized> KeyPrompt for Arc<P> {
    fn places(&self) -> Vec<PromptPlace> {
        (**self).places()
    }

    fn available(&self) -> Result<(), Unavailable> {
        (**self).available()
    }

    fn ask(&self, question: &Question, cancel: &Cancel, touch: Touch) -> Result<(), AuthError> {
        (**self).ask(question, cancel, touch)
    }
}
