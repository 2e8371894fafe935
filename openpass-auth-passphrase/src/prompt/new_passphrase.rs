//! Asking for a passphrase that does not exist yet.

use core::fmt::Debug;
use std::time::Instant;

use openpass_auth::{AuthError, Challenge, FactorSet, SafeText};

use super::{Cancel, PassphraseFd, PassphrasePrompt as _, Question};
use crate::{Passphrase, PassphraseError};

/// Asks a person to choose a passphrase, twice the same.
///
/// For `openpass init` and rotation. Nothing is proved by it: it is no
/// authenticator.
pub trait NewPassphrasePrompt: Debug + Send + Sync {
    /// Asks for a passphrase of at least [`MIN_CHARACTERS`] characters, and
    /// for the same once more. `purpose` is shown, such as "for the new vault".
    /// It blocks; `cancel` and `deadline` are as in [`PassphrasePrompt::ask`].
    ///
    /// [`PassphrasePrompt::ask`]: super::PassphrasePrompt::ask
    /// [`MIN_CHARACTERS`]: NewPassphraseError::MIN_CHARACTERS
    ///
    /// # Errors
    ///
    /// [`NewPassphraseError`]; nothing was chosen then.
    fn ask_new(
        &self,
        purpose: &SafeText,
        deadline: Instant,
        cancel: &Cancel,
    ) -> Result<Passphrase, NewPassphraseError>;
}

/// Why no new passphrase was chosen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NewPassphraseError {
    /// Fewer characters than [`MIN_CHARACTERS`](Self::MIN_CHARACTERS).
    #[error(
        "a new passphrase needs at least {} characters",
        NewPassphraseError::MIN_CHARACTERS
    )]
    TooShort,
    /// The second one differs from the first.
    #[error("the two passphrases differ")]
    Mismatch,
    /// What was typed cannot be a passphrase.
    #[error("{0}")]
    NoPassphrase(#[from] PassphraseError),
    /// The person could not be asked, or did not answer.
    #[error("{0}")]
    NotAnswered(#[from] AuthError),
}

impl NewPassphraseError {
    /// The shortest new passphrase, in characters, as in the product. An old
    /// one of any length is still verified.
    pub const MIN_CHARACTERS: usize = 12;
}

/// A program that chooses a passphrase makes no slips: once is enough.
impl NewPassphrasePrompt for PassphraseFd {
    fn ask_new(
        &self,
        purpose: &SafeText,
        deadline: Instant,
        cancel: &Cancel,
    ) -> Result<Passphrase, NewPassphraseError> {
        let timeout = deadline.saturating_duration_since(Instant::now());
        let challenge = Challenge::new(purpose.clone(), FactorSet::EMPTY, timeout);
        long_enough(self.ask(&Question::from(&challenge), cancel)?)
    }
}

/// Refuses what is too short to be new.
pub(super) fn long_enough(passphrase: Passphrase) -> Result<Passphrase, NewPassphraseError> {
    if passphrase.expose().chars().count() < NewPassphraseError::MIN_CHARACTERS {
        return Err(NewPassphraseError::TooShort);
    }
    Ok(passphrase)
}

/// The passphrase that was typed twice, if it was the same. Both come from the
/// same person, so how long the comparison takes tells nobody anything.
pub(super) fn same(
    first: Passphrase,
    second: &Passphrase,
) -> Result<Passphrase, NewPassphraseError> {
    if first.expose() != second.expose() {
        return Err(NewPassphraseError::Mismatch);
    }
    Ok(first)
}
