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

    /// As [`ask_new`](Self::ask_new), for a passphrase that replaces `old`.
    ///
    /// # Errors
    ///
    /// As `ask_new`, and [`NewPassphraseError::NotNew`].
    fn ask_another(
        &self,
        old: &Passphrase,
        purpose: &SafeText,
        deadline: Instant,
        cancel: &Cancel,
    ) -> Result<Passphrase, NewPassphraseError> {
        let new = self.ask_new(purpose, deadline, cancel)?;
        // Both come from the same person, as in `same`.
        if new.expose() == old.expose() {
            return Err(NewPassphraseError::NotNew);
        }
        Ok(new)
    }
}

/// The reason why no new passphrase was chosen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NewPassphraseError {
    /// A control character, a tab too: not every terminal and dialog lets such a
    /// character be typed.
    #[error(
        "a new passphrase must not contain control characters, such as Escape, Tab or Delete: they cannot be typed in every prompt; choose another"
    )]
    ControlCharacter,
    /// Nothing but blanks.
    #[error("a new passphrase must not be only blanks; choose another")]
    OnlyBlanks,
    /// The same passphrase as before.
    #[error("the new passphrase is the same as the old one; choose another")]
    NotNew,
    /// Fewer characters than [`MIN_CHARACTERS`](Self::MIN_CHARACTERS).
    #[error(
        "a new passphrase needs at least {} characters",
        NewPassphraseError::MIN_CHARACTERS
    )]
    TooShort,
    /// The second passphrase differs from the first.
    #[error("the two passphrases differ")]
    Mismatch,
    /// The text that was typed cannot be a passphrase.
    #[error("{0}")]
    NoPassphrase(#[from] PassphraseError),
    /// The person could not be asked, or did not answer.
    #[error("{0}")]
    NotAnswered(#[from] AuthError),
}

impl NewPassphraseError {
    /// The shortest new passphrase, in characters, as in the product. An old passphrase
    /// of any length is still verified.
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
        fit(self.ask(&Question::from(&challenge), cancel)?)
    }
}

/// Refuses a text that cannot be a new passphrase, whichever prompt it came by. A
/// passphrase that one prompt lets through and another does not would lock its owner
/// out.
pub(super) fn fit(passphrase: Passphrase) -> Result<Passphrase, NewPassphraseError> {
    let text = passphrase.expose();
    if text.chars().any(char::is_control) {
        return Err(NewPassphraseError::ControlCharacter);
    }
    if text.chars().all(char::is_whitespace) {
        return Err(NewPassphraseError::OnlyBlanks);
    }
    if text.chars().count() < NewPassphraseError::MIN_CHARACTERS {
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

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::{fs::File, io::Write as _, os::fd::AsRawFd as _, time::Duration};

    use super::*;

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::new(text.as_bytes()).unwrap()
    }

    /// Returns the new passphrase that a script gives, or the reason for its refusal.
    fn by_fd(old: &str, new: &str) -> Result<String, NewPassphraseError> {
        let (reader, writer) = rustix::pipe::pipe().unwrap();
        let prompt = PassphraseFd::open(reader.as_raw_fd().try_into().unwrap()).unwrap();
        File::from(writer).write_all(new.as_bytes()).unwrap();
        let deadline = Instant::now() + Duration::from_secs(120);
        let purpose = SafeText::literal("for a test");
        let new = prompt.ask_another(&passphrase(old), &purpose, deadline, &Cancel::new())?;
        Ok(new.expose().to_owned())
    }

    #[test]
    fn p7_what_a_terminal_would_not_take_is_refused_by_fd_too() {
        let old = "the old passphrase";
        for control in ["\u{1b}", "\u{7f}", "\u{15}", "\u{1}", "\t", "\u{85}"] {
            let refused = by_fd(old, &format!("a new pass{control}phrase"));
            let refused = refused.unwrap_err();
            assert!(
                matches!(refused, NewPassphraseError::ControlCharacter),
                "{refused}"
            );
        }
        for blanks in [" ".repeat(14), "\u{3000}".repeat(14)] {
            let refused = by_fd(old, &blanks).unwrap_err();
            assert!(
                matches!(refused, NewPassphraseError::OnlyBlanks),
                "{refused}"
            );
        }
        let refused = by_fd(old, &format!("{old}\n")).unwrap_err();
        assert!(matches!(refused, NewPassphraseError::NotNew), "{refused}");
        let with_blanks = " the new passphrase é ";
        assert_eq!(by_fd(old, with_blanks).unwrap(), with_blanks);
    }
}
