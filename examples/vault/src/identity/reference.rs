//! The identity and the file against which a passphrase was checked.

use core::fmt;

use crate::hash;

/// An identity and the file in which it lay: `age1… sha256:…`, as the log's
/// intent names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    /// The identity's public key.
    pub(super) recipient: String,
    /// The SHA-256 of the bytes that the passphrase opened.
    pub(super) sha256: String,
}

impl Reference {
    pub(super) fn read(text: &str) -> Option<Self> {
        let (recipient, sha256) = text.split_once(" sha256:")?;
        let is_key =
            recipient.starts_with("age1") && recipient.bytes().all(|b| b.is_ascii_alphanumeric());
        let is_hash = hash::unhex::<32>(sha256.as_bytes()).is_some();
        (is_key && is_hash).then(|| Self {
            recipient: recipient.to_owned(),
            sha256: sha256.to_owned(),
        })
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} sha256:{}", self.recipient, self.sha256)
    }
}
