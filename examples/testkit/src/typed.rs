//! A prompt that was answered.

use openpass_auth::{AuthError, Unavailable};
use openpass_auth_passphrase::{Cancel, Passphrase, PassphrasePrompt, Question};

/// Somebody who types this passphrase, whatever is asked.
#[derive(Debug, Clone, Copy)]
pub struct Typed(&'static str);

impl Typed {
    /// Makes somebody who types `passphrase`.
    pub const fn passphrase(passphrase: &'static str) -> Self {
        Self(passphrase)
    }
}

impl PassphrasePrompt for Typed {
    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    fn ask(&self, _: &Question, _: &Cancel) -> Result<Passphrase, AuthError> {
        Ok(Passphrase::new(self.0.as_bytes()).unwrap())
    }
}
