//! The part of a statement that a challenge knows, and an approver's signature.
//!
//! Plain data: `openpass-approval` turns it into bytes, signs and verifies.

use core::fmt;

/// The content of one challenge, for an approver to sign: the operation to the byte, in
/// one place, once.
///
/// An authenticator that can sign for its person puts all of it into what it signs.
/// It takes nothing of it from anywhere else.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    scope: Option<[u8; 16]>,
    digest: [u8; 32],
    nonce: [u8; 32],
    seal_before: [u8; 32],
    seal_after: [u8; 32],
}

impl Binding {
    /// Binds to the operation of this SHA-256 `digest`, by a `nonce` that was never
    /// used before and that nobody can guess.
    #[must_use]
    pub const fn new(digest: [u8; 32], nonce: [u8; 32]) -> Self {
        Self {
            scope: None,
            digest,
            nonce,
            seal_before: [0; 32],
            seal_after: [0; 32],
        }
    }

    /// Binds to one place too, such as one vault, by its id. The id names it and
    /// proves nothing.
    #[must_use]
    pub const fn within(mut self, scope: [u8; 16]) -> Self {
        self.scope = Some(scope);
        self
    }

    /// Binds to the approved state before and after, each by its seal: zeros where
    /// there is none.
    #[must_use]
    pub const fn between(mut self, before: [u8; 32], after: [u8; 32]) -> Self {
        self.seal_before = before;
        self.seal_after = after;
        self
    }

    /// The id of the place; `None` where nothing is to be signed, since no signature
    /// could be told from one of another place.
    #[must_use]
    pub const fn scope(&self) -> Option<&[u8; 16]> {
        self.scope.as_ref()
    }

    /// The operation's SHA-256.
    #[must_use]
    pub const fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// The random bytes that tie a signature to this challenge alone.
    #[must_use]
    pub const fn nonce(&self) -> &[u8; 32] {
        &self.nonce
    }

    /// The seal of the approved state before.
    #[must_use]
    pub const fn seal_before(&self) -> &[u8; 32] {
        &self.seal_before
    }

    /// The seal of the approved state after.
    #[must_use]
    pub const fn seal_after(&self) -> &[u8; 32] {
        &self.seal_after
    }
}

impl fmt::Debug for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Binding")
            .field("digest", &Start(&self.digest))
            .field("nonce", &Start(&self.nonce))
            .finish_non_exhaustive()
    }
}

/// The first bytes in hex: enough to tell one from another.
struct Start<'a>(&'a [u8]);

impl fmt::Debug for Start<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut start = self.0.iter().take(4);
        start.try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str("…")
    }
}

/// An approver's signature over the content of one challenge.
///
/// It proves nothing by itself: the receiver verifies it by the approver's public
/// key, over bytes that the receiver makes. Nothing in it is a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Assertion {
    approver: String,
    at: u64,
    proof: Proof,
    presents: Option<[u8; 32]>,
}

/// The form in which an approver signs.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Proof {
    /// A signature over a JWS signing input (RFC 7515 §5.1): 64 bytes, for Ed25519 as
    /// RFC 8032 has them, for P-256 as r and s (RFC 7518 §3.4).
    Jws {
        /// The signature.
        signature: Vec<u8>,
    },
    /// The signature of a security key (Web Authentication Level 3 §6.3.3).
    WebAuthn {
        /// The statement of the key about itself: relying party, flags, counter.
        authenticator_data: Vec<u8>,
        /// An ECDSA signature over the authenticator data and the SHA-256 of the client
        /// data, in DER.
        signature: Vec<u8>,
    },
}

impl Assertion {
    /// States that the approver of this id (its key's RFC 7638 thumbprint) signed at
    /// `at`, in seconds since 1970 by its own wall clock.
    #[must_use]
    pub fn new(approver: impl Into<String>, at: u64, proof: Proof) -> Self {
        Self {
            approver: approver.into(),
            at,
            proof,
            presents: None,
        }
    }

    /// Shows the Ed25519 key that signed, for a verifier that is to enrol it.
    #[must_use]
    pub const fn presenting(mut self, public_key: [u8; 32]) -> Self {
        self.presents = Some(public_key);
        self
    }

    /// The id of the approver that signed, as the assertion says.
    #[must_use]
    pub fn approver(&self) -> &str {
        &self.approver
    }

    /// The time of the signature in seconds since 1970, as the assertion says.
    #[must_use]
    pub const fn at(&self) -> u64 {
        self.at
    }

    /// The signature.
    #[must_use]
    pub const fn proof(&self) -> &Proof {
        &self.proof
    }

    /// The key that the assertion shows, if it shows one.
    #[must_use]
    pub const fn presented(&self) -> Option<&[u8; 32]> {
        self.presents.as_ref()
    }
}

impl fmt::Debug for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assertion")
            .field("approver", &Start(self.approver.as_bytes()))
            .field("proof", &self.proof)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jws { .. } => "Jws",
            Self::WebAuthn { .. } => "WebAuthn",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binding_gives_back_each_part_where_it_was_put() {
        let binding = Binding::new([6; 32], [2; 32]);
        assert_eq!((binding.digest(), binding.nonce()), (&[6; 32], &[2; 32]));
        assert_eq!(binding.scope(), None);
        let (before, after) = (binding.seal_before(), binding.seal_after());
        assert_eq!((before, after), (&[0; 32], &[0; 32]));
        let binding = binding.within([3; 16]).between([4; 32], [5; 32]);
        assert_eq!(binding.scope(), Some(&[3; 16]));
        let (before, after) = (binding.seal_before(), binding.seal_after());
        assert_eq!((before, after), (&[4; 32], &[5; 32]));
    }
}
