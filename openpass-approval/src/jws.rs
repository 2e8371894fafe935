//! Signatures in the form of JSON Web Signature (RFC 7515).

use openpass_auth::{Assertion, Challenge, Factor, Proof};

use crate::{KeyId, PublicKey, Statement, hex};

/// The name that the header has for a statement.
const TYPE: &str = "openpass-approval";

/// The protected header of every signature by `key`: there is no other.
fn header(key: &PublicKey) -> String {
    let (alg, kid) = (key.alg(), key.id());
    format!(r#"{{"alg":"{alg}","kid":"{kid}","typ":"{TYPE}"}}"#)
}

/// The bytes that `key` signs for `statement` (RFC 7515 §5.1).
#[must_use]
pub fn signing_input(statement: &Statement, key: &PublicKey) -> String {
    let header = hex::base64url(header(key).as_bytes());
    let payload = hex::base64url(statement.to_string().as_bytes());
    format!("{header}.{payload}")
}

/// The compact form (RFC 7515 §7.1) of a signature that was verified: what others take.
pub(crate) fn compact(statement: &Statement, key: &PublicKey, signature: &[u8]) -> String {
    let input = signing_input(statement, key);
    format!("{input}.{}", hex::base64url(signature))
}

/// The bytes that an approver's key signs for one challenge.
///
/// INVARIANT (what is signed is what is asked): all of it but the time, the factor and
/// the key comes from the challenge's binding, which the guard made.
#[derive(Debug, Clone)]
pub struct ToSign {
    approver: KeyId,
    at: u64,
    input: String,
}

impl ToSign {
    /// Makes the bytes to sign for `challenge`, by a person who confirmed their
    /// presence by `factor`, at `at` in seconds since 1970. `None` if the
    /// challenge takes no signature.
    #[must_use]
    pub fn of(challenge: &Challenge, factor: Factor, key: &PublicKey, at: u64) -> Option<Self> {
        Self::about(challenge.binding_for(factor)?, factor, key, at)
    }

    /// Like [`of`](Self::of), but from a challenge's binding.
    #[must_use]
    pub fn about(
        binding: &openpass_auth::Binding,
        factor: Factor,
        key: &PublicKey,
        at: u64,
    ) -> Option<Self> {
        let statement = Statement::approving(binding, factor, &key.id(), at)?;
        Some(Self {
            approver: key.id(),
            at,
            input: signing_input(&statement, key),
        })
    }

    /// The bytes to sign: by Ed25519 as they are, by ECDSA with SHA-256.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.input.as_bytes()
    }

    /// The assertion with `signature`: 64 bytes, for P-256 r and s.
    #[must_use]
    pub fn signed(self, signature: [u8; 64]) -> Assertion {
        let proof = Proof::Jws {
            signature: signature.to_vec(),
        };
        Assertion::new(self.approver.as_str(), self.at, proof)
    }
}
