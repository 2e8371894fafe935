//! A dialog by way of pinentry: not on Windows.

use std::path::PathBuf;

use openpass_auth::{AuthError, PromptPlace, SafeText, Unavailable};

#[path = "error.rs"]
mod error;

pub use self::error::PinentryError;
use super::{Cancel, PassphrasePrompt, Question};
use crate::Passphrase;

/// Asks nobody: which program may be run as pinentry is looked up by owners and modes,
/// which Windows has not.
#[derive(Debug, Clone, Default)]
pub struct PinentryPrompt(());

impl PinentryPrompt {
    /// A prompt that is [not supported](Unavailable::NotSupported).
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Refuses.
    ///
    /// # Errors
    ///
    /// [`PinentryError::NotSupported`].
    pub fn with_program(program: impl Into<PathBuf>) -> Result<Self, PinentryError> {
        let path = SafeText::quoted_whole(&program.into().to_string_lossy());
        Err(PinentryError::NotSupported { path })
    }
}

impl PassphrasePrompt for PinentryPrompt {
    fn places(&self) -> Vec<PromptPlace> {
        vec![PromptPlace::screen()]
    }

    fn available(&self) -> Result<(), Unavailable> {
        Err(Unavailable::NotSupported)
    }

    fn ask(&self, _: &Question, _: &Cancel) -> Result<Passphrase, AuthError> {
        Err(Unavailable::NotSupported.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pinentry_is_refused_and_the_console_is_named() {
        assert_eq!(
            PinentryPrompt::new().available(),
            Err(Unavailable::NotSupported)
        );
        let refused = PinentryPrompt::with_program("C:\\pinentry.exe").unwrap_err();
        let said = refused.to_string();
        assert!(said.contains("not run on Windows"), "{said}");
        assert!(said.contains("ask on the console"), "{said}");
    }
}
