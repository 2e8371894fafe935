//! The key that an identity signs approvals with.

use std::time::{SystemTime, UNIX_EPOCH};

use age_core::primitives::hkdf;
use openpass_approval::SeededKey;
use openpass_auth::{Assertion, Binding, Factor};
use zeroize::Zeroizing;

use super::SecretKey;

/// The purpose of the key (RFC 5869 §3.2, `info`).
const INFO: &[u8] = b"openpass/approver/passphrase/v1";

impl SecretKey {
    /// The key that approves for the person who opens this identity, in the place of
    /// this id.
    ///
    /// Ed25519, from the seed HKDF-SHA-256(the identity's line, salt = `scope`, info =
    /// `openpass/approver/passphrase/v1`). It is stored nowhere: an identity that was
    /// exchanged has another.
    #[must_use]
    pub fn approver(&self, scope: &[u8; 16]) -> SeededKey {
        let seed = Zeroizing::new(hkdf(scope, INFO, self.expose().as_bytes()));
        SeededKey::from_seed(*seed)
    }

    /// Signs the content of `binding`; `None` where nothing is to be signed.
    pub(super) fn approve(&self, binding: &Binding) -> Option<Assertion> {
        let key = self.approver(binding.scope()?);
        key.sign(binding, Factor::Passphrase, now())
    }
}

/// In seconds since 1970. It is told and not relied on: a clock before that says 0.
fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::super::generate;

    #[test]
    fn case_66_another_identity_or_another_place_has_another_key() {
        let (one, other) = (generate(), generate());
        let id = |key: &super::SecretKey, scope: u8| key.approver(&[scope; 16]).public().id();
        assert_eq!(id(&one, 1), id(&one, 1));
        assert_ne!(id(&one, 1), id(&one, 2));
        assert_ne!(id(&one, 1), id(&other, 1));
    }
}
