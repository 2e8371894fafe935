//! The 32 bytes that are a seal.

use core::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sha2::{Digest as _, Sha256};

use crate::hash;

/// A seal: a SHA-256 over the approved state and everything that was approved before it.
/// As text it is 64 digits of lower-case hex. It is no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SealDigest([u8; 32]);

impl SealDigest {
    /// The digest that stands for no seal.
    pub(crate) const NONE: Self = Self([0; 32]);

    pub(super) fn of(text: &[u8]) -> Self {
        Self(Sha256::digest(text).into())
    }

    pub(crate) const fn bytes(self) -> [u8; 32] {
        self.0
    }
}

impl fmt::Display for SealDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hash::hex(&self.0))
    }
}

/// The error for a text that is no seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a seal is 64 digits of lower-case hex, as `openpass audit head` prints it")]
#[expect(clippy::exhaustive_structs, reason = "there is nothing more to say")]
pub struct NotASeal;

impl FromStr for SealDigest {
    type Err = NotASeal;

    fn from_str(text: &str) -> Result<Self, NotASeal> {
        hash::unhex::<32>(text.as_bytes()).map(Self).ok_or(NotASeal)
    }
}

impl Serialize for SealDigest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SealDigest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}
