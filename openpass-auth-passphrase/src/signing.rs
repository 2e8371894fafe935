//! Signs one challenge with the key that the passphrase derives.

use std::sync::Arc;

use openpass_auth::Binding;

use crate::{Passphrase, PassphraseVerifier, Verified, VerifyError};

/// Verifies by another, and has it sign what one challenge is about.
#[derive(Debug)]
pub(crate) struct Signing {
    verifier: Arc<dyn PassphraseVerifier>,
    binding: Binding,
}

impl Signing {
    /// `verifier` itself, where there is nothing to sign.
    pub(crate) fn of(
        verifier: Arc<dyn PassphraseVerifier>,
        binding: Option<&Binding>,
    ) -> Arc<dyn PassphraseVerifier> {
        match binding {
            Some(binding) if verifier.signs() => Arc::new(Self {
                verifier,
                binding: *binding,
            }),
            _ => verifier,
        }
    }
}

impl PassphraseVerifier for Signing {
    fn verify(&self, passphrase: &Passphrase) -> Result<Verified, VerifyError> {
        self.verifier.verify_and_sign(passphrase, &self.binding)
    }
}
