//! A passphrase handed over by another program: not on Windows.

use core::convert::Infallible;

use openpass_auth::{AuthError, PromptPlace, Unavailable};

#[path = "error.rs"]
mod error;

pub use self::error::PassphraseFdError;
use super::{Cancel, PassphrasePrompt, Question};
use crate::Passphrase;

/// Reads a passphrase from a file descriptor, which Windows has none of: it is never
/// opened here.
#[derive(Debug)]
pub struct PassphraseFd(Infallible);

impl PassphraseFd {
    /// Refuses.
    ///
    /// # Errors
    ///
    /// [`PassphraseFdError::Standard`] for 0 to 2, as elsewhere; else
    /// [`PassphraseFdError::NotSupported`].
    pub const fn open(number: u32) -> Result<Self, PassphraseFdError> {
        if number <= 2 {
            return Err(PassphraseFdError::Standard);
        }
        Err(PassphraseFdError::NotSupported)
    }
}

impl PassphrasePrompt for PassphraseFd {
    fn places(&self) -> Vec<PromptPlace> {
        match self.0 {}
    }

    fn available(&self) -> Result<(), Unavailable> {
        match self.0 {}
    }

    fn ask(&self, _: &Question, _: &Cancel) -> Result<Passphrase, AuthError> {
        match self.0 {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_descriptor_is_refused_with_what_is_there_instead() {
        let refused = |number| PassphraseFd::open(number).unwrap_err();
        assert_eq!(refused(0), PassphraseFdError::Standard);
        let said = refused(3).to_string();
        assert!(
            said.contains("not read from a file descriptor on Windows"),
            "{said}"
        );
        assert!(said.contains("asked for on the console"), "{said}");
    }
}
