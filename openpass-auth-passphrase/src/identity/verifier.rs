//! Verifies a passphrase by opening the vault's identity with it.

use super::{open_wrapped, wrapping::Wrapping};
use crate::{Passphrase, PassphraseVerifier, VerifyError};

/// Says yes to a passphrase that opens an `identity.age`.
///
/// The bytes are read once, by the host: a file that is exchanged while the
/// prompt is up changes nothing. Its header and costs are looked at before
/// anybody is asked.
#[derive(Debug)]
pub struct IdentityVerifier {
    // It is encrypted, hence no secret; but 300 bytes say nothing in a log.
    bytes: Encrypted,
    wrapping: Wrapping,
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
        })
    }
}

impl PassphraseVerifier for IdentityVerifier {
    fn verify(&self, passphrase: &Passphrase) -> Result<(), VerifyError> {
        open_wrapped(&self.bytes.0, &self.wrapping, passphrase).map(drop)
    }
}

struct Encrypted(Vec<u8>);

impl core::fmt::Debug for Encrypted {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}
