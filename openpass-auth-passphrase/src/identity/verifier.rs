//! Verifies a passphrase by opening the vault's identity with it.

use std::sync::Arc;

use openpass_auth::Binding;

use super::{
    IdentityCheck, SecretKey, open_wrapped,
    opened::{AnyIdentity, OpenedIdentity},
    wrapping::Wrapping,
};
use crate::{Passphrase, PassphraseVerifier, Verified, VerifyError};

/// Says yes to a passphrase that opens an `identity.age`.
///
/// A program that can exchange the file can choose the passphrase. A host gives a check
/// as well ([`with_check`](Self::with_check)) if the program that asks can write where
/// the file lies. The check says which identity counts. The proof names the identity's
/// public key, or what the check names.
///
/// The bytes are read once, by the host: a file that is exchanged while the
/// prompt is up changes nothing. Its header and costs are looked at before
/// anybody is asked.
#[derive(Debug)]
pub struct IdentityVerifier {
    // It is encrypted, hence no secret; but 300 bytes say nothing in a log.
    bytes: Encrypted,
    wrapping: Wrapping,
    check: Arc<dyn IdentityCheck>,
}

impl IdentityVerifier {
    /// A verifier for the whole content of an `identity.age`. No key is
    /// derived yet.
    ///
    /// # Errors
    ///
    /// - [`VerifyError::CostTooHigh`], [`VerifyError::CostTooLow`]: the file
    ///   asks for work outside scrypt 2¹⁰–2²⁰, or argon2id 19 MiB–1 GiB, 1–10
    ///   passes, 1–16 lanes.
    /// - [`VerifyError::Unsupported`]: no passphrase opens this file.
    /// - [`VerifyError::Broken`]: it is no age file, or a damaged one, or
    ///   larger than [`MAX_BYTES`](super::MAX_BYTES).
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, VerifyError> {
        let bytes = bytes.into();
        let wrapping = Wrapping::read(&bytes)?;
        Ok(Self {
            bytes: Encrypted(bytes),
            wrapping,
            check: Arc::new(AnyIdentity),
        })
    }

    /// Takes only an identity that `check` takes.
    #[must_use]
    pub fn with_check(mut self, check: Arc<dyn IdentityCheck>) -> Self {
        self.check = check;
        self
    }

    /// As [`verify`](PassphraseVerifier::verify), and returns the secret key too, for a
    /// caller that has to put the key under another passphrase.
    ///
    /// # Errors
    ///
    /// As `verify`.
    pub fn open(&self, passphrase: &Passphrase) -> Result<(SecretKey, Verified), VerifyError> {
        let key = open_wrapped(&self.bytes.0, &self.wrapping, passphrase)?;
        let verified = self.check.check(&OpenedIdentity::of(&key)?)?;
        Ok((key, verified))
    }
}

impl PassphraseVerifier for IdentityVerifier {
    fn verify(&self, passphrase: &Passphrase) -> Result<Verified, VerifyError> {
        self.open(passphrase).map(|(_, verified)| verified)
    }

    fn signs(&self) -> bool {
        true
    }

    fn verify_and_sign(
        &self,
        passphrase: &Passphrase,
        binding: &Binding,
    ) -> Result<Verified, VerifyError> {
        let (key, verified) = self.open(passphrase)?;
        Ok(match key.approve(binding) {
            Some(assertion) => verified.signed(assertion),
            None => verified,
        })
    }
}

struct Encrypted(Vec<u8>);

impl core::fmt::Debug for Encrypted {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}
