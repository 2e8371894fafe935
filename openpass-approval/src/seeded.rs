//! An approver's key that is worked out anew each time.

use core::fmt;

use ed25519_dalek::Signer as _;
use openpass_auth::{Assertion, Binding, Factor};
use zeroize::Zeroizing;

use crate::{PublicKey, jws::ToSign};

/// An Ed25519 key from a seed (RFC 8032 §5.1.5). The seed may be derived from what a
/// passphrase opens. The key is stored nowhere, and wiped when it is dropped.
pub struct SeededKey(ed25519_dalek::SigningKey);

impl SeededKey {
    /// The key of `seed`. A program that has the seed has the key: wipe what it was
    /// copied from.
    #[must_use]
    pub fn from_seed(seed: [u8; 32]) -> Self {
        let seed = Zeroizing::new(seed);
        Self(ed25519_dalek::SigningKey::from_bytes(&seed))
    }

    /// The public half of the key.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey::of_signer(self.0.verifying_key())
    }

    /// Signs what `binding` is about, for a person who confirmed their presence by
    /// `factor`, at `at` in seconds since 1970, and shows its public half. `None` where
    /// nothing is signed.
    #[must_use]
    pub fn sign(&self, binding: &Binding, factor: Factor, at: u64) -> Option<Assertion> {
        let to_sign = ToSign::about(binding, factor, &self.public(), at)?;
        let signature = self.0.sign(to_sign.bytes()).to_bytes();
        let public = self.0.verifying_key().to_bytes();
        Some(to_sign.signed(signature).presenting(public))
    }
}

impl fmt::Debug for SeededKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SeededKey(..)")
    }
}
