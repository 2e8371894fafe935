//! Approvers' public keys.

use core::fmt;

use sha2::{Digest as _, Sha256};

use crate::hex;

/// A key's id: its JWK thumbprint by SHA-256 (RFC 7638), in base64url. Anybody who has
/// the key can compute it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(String);

impl KeyId {
    const LENGTH: usize = 43;

    /// An id that somebody wrote down; `None` if it has not the form of one.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let bytes = hex::from_base64url(text, Self::LENGTH)?;
        (bytes.len() == 32).then(|| Self(text.to_owned()))
    }

    /// The text of the id: 43 letters, digits, `-` and `_`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A public key that an approver's signature is verified by.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    kind: Kind,
    /// Worked out once: each verification compares and writes it.
    id: KeyId,
}

#[derive(Clone, PartialEq, Eq)]
enum Kind {
    Ed25519(ed25519_dalek::VerifyingKey),
    P256(p256::ecdsa::VerifyingKey),
}

/// The reason why bytes are no public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The bytes are not a point of the curve, or they are a point of small order, by
    /// which anybody's signature would hold.
    #[error("it is not a point of the curve that could serve as a key")]
    NotAPoint,
    /// The bytes are not written as such keys are.
    #[error("it does not have the form of a key of its kind")]
    Form,
}

impl PublicKey {
    /// The Ed25519 key of these bytes (RFC 8032 §5.1.2).
    ///
    /// # Errors
    ///
    /// [`KeyError::NotAPoint`], also for a point of small order and for a point whose y
    /// is not reduced (§5.1.3).
    pub fn ed25519(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes);
        let key = key.map_err(|_| KeyError::NotAPoint)?;
        // INVARIANT (a key has one form): a y that is not reduced decodes to the same
        // point as another one.
        if key.is_weak() || !is_reduced(bytes) {
            return Err(KeyError::NotAPoint);
        }
        Ok(Self::of(Kind::Ed25519(key)))
    }

    /// The public half of a key that signs: never of small order.
    pub(crate) fn of_signer(key: ed25519_dalek::VerifyingKey) -> Self {
        Self::of(Kind::Ed25519(key))
    }

    /// The P-256 key with these coordinates, big-endian (RFC 7518 §6.2.1).
    ///
    /// # Errors
    ///
    /// [`KeyError::NotAPoint`], also where a coordinate is not reduced.
    pub fn p256(x: &[u8; 32], y: &[u8; 32]) -> Result<Self, KeyError> {
        let mut sec1 = [4; 65];
        for (to, from) in sec1.iter_mut().skip(1).zip(x.iter().chain(y)) {
            *to = *from;
        }
        let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(&sec1);
        Ok(Self::of(Kind::P256(key.map_err(|_| KeyError::NotAPoint)?)))
    }

    fn of(kind: Kind) -> Self {
        let id = kind.thumbprint();
        Self { kind, id }
    }

    /// The name of the key's algorithm in JOSE: `EdDSA` (RFC 8037) or `ES256` (RFC
    /// 7518).
    #[must_use]
    pub const fn alg(&self) -> &'static str {
        match self.kind {
            Kind::Ed25519(_) => "EdDSA",
            Kind::P256(_) => "ES256",
        }
    }

    /// The coordinates: one for Ed25519, two for P-256.
    pub(crate) fn coordinates(&self) -> (Vec<u8>, Option<Vec<u8>>) {
        self.kind.coordinates()
    }

    /// The id of the key.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id.clone()
    }

    /// Whether its id has this text.
    pub(crate) fn has_id(&self, id: &str) -> bool {
        self.id.as_str() == id
    }

    /// Whether `signature`, 64 bytes, is this key's over `message`.
    ///
    /// Ed25519 is verified as strictly as RFC 8032 allows: no small order, one form
    /// only. Of ECDSA, (r, s) and (r, -s) both hold, as everywhere.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        match &self.kind {
            Kind::Ed25519(key) => {
                let signature = ed25519_dalek::Signature::from_bytes(signature);
                key.verify_strict(message, &signature).is_ok()
            }
            Kind::P256(key) => {
                let signature = p256::ecdsa::Signature::from_slice(signature);
                signature.is_ok_and(|signature| holds(key, message, &signature))
            }
        }
    }

    /// Whether `signature`, ECDSA in DER as security keys give it, is this key's over
    /// `message`.
    pub(crate) fn verifies_der(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.kind {
            Kind::Ed25519(_) => false,
            Kind::P256(key) => {
                let signature = p256::ecdsa::Signature::from_der(signature);
                signature.is_ok_and(|signature| holds(key, message, &signature))
            }
        }
    }

    pub(crate) const fn is_p256(&self) -> bool {
        matches!(self.kind, Kind::P256(_))
    }
}

impl Kind {
    fn coordinates(&self) -> (Vec<u8>, Option<Vec<u8>>) {
        match self {
            Self::Ed25519(key) => (key.as_bytes().to_vec(), None),
            Self::P256(key) => {
                let point = key.to_sec1_point(false);
                let x = point.x().map(|x| x.to_vec()).unwrap_or_default();
                (x, point.y().map(|y| y.to_vec()))
            }
        }
    }

    /// RFC 7638 §3.2: the required members alone, in order, without blanks.
    fn thumbprint(&self) -> KeyId {
        let (x, y) = self.coordinates();
        let x = hex::base64url(&x);
        let json = match y {
            None => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#),
            Some(y) => {
                let y = hex::base64url(&y);
                format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#)
            }
        };
        KeyId(hex::base64url(&Sha256::digest(json)))
    }
}

fn holds(key: &p256::ecdsa::VerifyingKey, message: &[u8], it: &p256::ecdsa::Signature) -> bool {
    use p256::ecdsa::signature::Verifier as _;
    key.verify(message, it).is_ok()
}

/// Whether the 255 bits of y, little-endian, are below 2^255 - 19.
fn is_reduced(bytes: &[u8; 32]) -> bool {
    let [first, middle @ .., last] = bytes;
    *first < 0xed || middle.iter().any(|byte| *byte != 0xff) || last & 0x7f != 0x7f
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({} {})", self.alg(), self.id)
    }
}
