//! Approvers: the keys that can sign.

use openpass_auth::Factor;
use serde::{Deserialize, Serialize};

use crate::{KeyId, PublicKey, jwk::Jwk, strict::Object};

/// The longest label, in bytes.
const MAX_LABEL: usize = 64;
/// The longest credential id, in bytes (Web Authentication §4).
pub(crate) const MAX_CREDENTIAL: usize = 1023;

/// A public key whose private half takes a person to use.
///
/// As JSON it is a JWK (RFC 7517) with the members of [`read_key_set`](crate::read_key_set).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Jwk", try_from = "Object<Jwk>")]
pub struct Approver {
    factor: Factor,
    key: PublicKey,
    label: String,
    since: String,
    credential: Option<Vec<u8>>,
}

/// The reason why there can be no such approver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApproverError {
    /// No signature of such a key proves this factor.
    #[error("a key of this kind cannot sign for this factor")]
    Factor,
    /// The label is too long, or holds what is not printed.
    #[error("a label has at most {MAX_LABEL} bytes, all of them printable")]
    Label,
    /// A security key has a credential id, and nothing else has one.
    #[error(
        "a security key has a credential id of 1 to {MAX_CREDENTIAL} bytes, and no other approver has one"
    )]
    Credential,
}

impl Approver {
    /// The approver whose signature by `key` proves `factor`: its kind. The passphrase's
    /// key is an Ed25519 key; that of a Secure Enclave (biometry) and of a security key
    /// is a P-256 key. `since` says when it was added, as RFC 3339 has it.
    ///
    /// # Errors
    ///
    /// [`ApproverError`].
    pub fn new(
        factor: Factor,
        key: PublicKey,
        label: &str,
        since: &str,
        credential: Option<Vec<u8>>,
    ) -> Result<Self, ApproverError> {
        let fits = match factor {
            Factor::Passphrase => !key.is_p256(),
            Factor::Biometry | Factor::SecurityKey => key.is_p256(),
            Factor::Device => true,
            Factor::SystemLogin | Factor::OneTimeCode => false,
        };
        if !fits {
            return Err(ApproverError::Factor);
        }
        let is_credential = |id: &Vec<u8>| !id.is_empty() && id.len() <= MAX_CREDENTIAL;
        let has_one = credential.as_ref().is_some_and(is_credential);
        if (factor == Factor::SecurityKey) != has_one || has_one != credential.is_some() {
            return Err(ApproverError::Credential);
        }
        let is_shown = |text: &str| text.len() <= MAX_LABEL && !text.chars().any(char::is_control);
        if !is_shown(label) || !is_shown(since) {
            return Err(ApproverError::Label);
        }
        Ok(Self {
            factor,
            key,
            label: label.to_owned(),
            since: since.to_owned(),
            credential,
        })
    }

    /// The id of the approver: that of its key.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.key.id()
    }

    /// The kind of the approver: the factor that its signature proves.
    #[must_use]
    pub const fn factor(&self) -> Factor {
        self.factor
    }

    /// The public key of the approver.
    #[must_use]
    pub const fn key(&self) -> &PublicKey {
        &self.key
    }

    /// The name that a person gave it. It comes from outside: escape it before you
    /// show it.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The time at which it was added.
    #[must_use]
    pub fn since(&self) -> &str {
        &self.since
    }

    /// A security key's credential id.
    #[must_use]
    pub fn credential(&self) -> Option<&[u8]> {
        self.credential.as_deref()
    }
}

impl From<Approver> for Jwk {
    fn from(approver: Approver) -> Self {
        Self::of(&approver)
    }
}

impl TryFrom<Object<Jwk>> for Approver {
    type Error = &'static str;

    fn try_from(Object(jwk): Object<Jwk>) -> Result<Self, Self::Error> {
        jwk.to_approver()
    }
}
