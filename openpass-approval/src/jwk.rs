//! Approvers as a JWK set (RFC 7517), for programs that verify their
//! signatures.

use std::collections::BTreeSet;

use openpass_auth::{Factor, SafeText};
use serde::{Deserialize, Serialize};

use crate::{
    Approver, KeyError, KeyId, PublicKey, hex,
    strict::{self, Object},
};

/// The longest key set that is read, in bytes.
const MAX_BYTES: usize = 64 * 1024;
/// The longest of a key's texts, in characters: a credential id of 1023 bytes.
const MAX_TEXT: usize = 1364;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Set<K> {
    keys: Vec<K>,
}

/// One key. What is not here is refused: a member that nobody knows may say that the
/// key is not to be used, and `d` is a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Jwk {
    #[serde(deserialize_with = "text")]
    kty: String,
    #[serde(deserialize_with = "text")]
    crv: String,
    #[serde(deserialize_with = "text")]
    x: String,
    #[serde(
        default,
        deserialize_with = "some_text",
        skip_serializing_if = "Option::is_none"
    )]
    y: Option<String>,
    #[serde(
        default,
        deserialize_with = "some_text",
        skip_serializing_if = "Option::is_none"
    )]
    kid: Option<String>,
    #[serde(
        default,
        deserialize_with = "some_text",
        skip_serializing_if = "Option::is_none"
    )]
    alg: Option<String>,
    #[serde(
        default,
        deserialize_with = "some_text",
        rename = "use",
        skip_serializing_if = "Option::is_none"
    )]
    usage: Option<String>,
    /// The factor that the key's signature proves.
    #[serde(deserialize_with = "text")]
    kind: String,
    #[serde(default, deserialize_with = "text")]
    label: String,
    #[serde(default, deserialize_with = "text")]
    since: String,
    /// A security key's credential, in base64url.
    #[serde(
        default,
        deserialize_with = "some_text",
        skip_serializing_if = "Option::is_none"
    )]
    credential: Option<String>,
    /// Whether there is a private key, whatever its value. It is read only to be
    /// reported.
    #[serde(default, deserialize_with = "strict::presence", skip_serializing)]
    d: bool,
}

fn text<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    strict::text::<_, MAX_TEXT>(from)
}

fn some_text<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    strict::some_text::<_, MAX_TEXT>(from)
}

/// The problem of a key that is in the set twice. If the two had different kinds,
/// neither could be told to be the right one.
const TWICE: &str = "the key is in the set twice";

/// The reason why a text is no set of approvers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeySetError {
    /// The text is longer than key sets are.
    #[error("the key set is longer than {MAX_BYTES} bytes")]
    TooLong,
    /// The text is no JWK set, or has members that are not known here.
    #[error("it is not a JWK set of approvers: {0}")]
    NotOne(String),
    /// One key is not as it must be.
    #[error("key {number} of the set: {problem}")]
    Key {
        /// The position of the key in the set, from 1.
        number: usize,
        /// The problem, in words.
        problem: String,
    },
}

/// The approvers of a JWK set: their keys, with `kind`, `label`, `since` and
/// `credential` as members of our own (RFC 7517 §4 leaves room for such).
///
/// # Errors
///
/// [`KeySetError`]: nothing of the set counts then.
pub fn read_key_set(json: &[u8]) -> Result<Vec<Approver>, KeySetError> {
    if json.len() > MAX_BYTES {
        return Err(KeySetError::TooLong);
    }
    let read = serde_json::from_slice(json).map_err(|error| {
        // It names members, which come from outside.
        let told = SafeText::escape(&error.to_string());
        KeySetError::NotOne(told.as_str().to_owned())
    });
    let Object::<Set<Object<Jwk>>>(set) = read?;
    let mut ids = BTreeSet::new();
    let numbered = set.keys.iter().zip(1..);
    numbered
        .map(|(Object(key), number)| {
            let approver = match key.to_approver() {
                Ok(approver) if ids.insert(approver.id()) => Ok(approver),
                Ok(_) => Err(TWICE),
                Err(problem) => Err(problem),
            };
            approver.map_err(|problem| KeySetError::Key {
                number,
                problem: problem.to_owned(),
            })
        })
        .collect()
}

/// `approvers` as a JWK set, with a newline at its end.
#[must_use]
pub fn write_key_set(approvers: &[Approver]) -> String {
    let keys = approvers.iter().map(Jwk::of).collect();
    // Strings alone: nothing here can fail.
    let mut json = serde_json::to_string_pretty(&Set { keys }).unwrap_or_default();
    json.push('\n');
    json
}

impl Jwk {
    pub(crate) fn of(approver: &Approver) -> Self {
        let key = approver.key();
        let (x, y) = key.coordinates();
        let (kty, crv) = match key.is_p256() {
            true => ("EC", "P-256"),
            false => ("OKP", "Ed25519"),
        };
        Self {
            kty: kty.to_owned(),
            crv: crv.to_owned(),
            x: hex::base64url(&x),
            y: y.as_deref().map(hex::base64url),
            kid: Some(key.id().to_string()),
            alg: Some(key.alg().to_owned()),
            usage: Some("sig".to_owned()),
            kind: approver.factor().as_str().to_owned(),
            label: approver.label().to_owned(),
            since: approver.since().to_owned(),
            credential: approver.credential().map(hex::base64url),
            d: false,
        }
    }

    pub(crate) fn to_approver(&self) -> Result<Approver, &'static str> {
        if self.d {
            return Err("d is there: that is a private key, which must not be given away");
        }
        let key = self.key().map_err(|error| match error {
            KeyError::NotAPoint => "x and y are not a point that could serve as a key",
            KeyError::Form => "kty, crv, x and y are not those of an Ed25519 or P-256 key",
        })?;
        if self
            .kid
            .as_ref()
            .is_some_and(|kid| *kid != key.id().as_str())
        {
            return Err("kid is not the key's RFC 7638 thumbprint");
        }
        if self.alg.as_ref().is_some_and(|alg| alg != key.alg()) {
            return Err("alg is not the algorithm of such a key");
        }
        if self.usage.as_ref().is_some_and(|usage| usage != "sig") {
            return Err("use is not sig");
        }
        let factor = Factor::named(&self.kind).ok_or("kind is not a factor")?;
        let credential = match &self.credential {
            None => None,
            Some(text) => {
                let bytes = hex::from_base64url(text, MAX_TEXT);
                Some(bytes.ok_or("credential is not base64url of a credential's length")?)
            }
        };
        Approver::new(factor, key, &self.label, &self.since, credential)
            .map_err(|_| "kind, label, since and credential do not fit the key")
    }

    fn key(&self) -> Result<PublicKey, KeyError> {
        let x = coordinate(&self.x)?;
        match (self.kty.as_str(), self.crv.as_str(), &self.y) {
            ("OKP", "Ed25519", None) => PublicKey::ed25519(&x),
            ("EC", "P-256", Some(y)) => PublicKey::p256(&x, &coordinate(y)?),
            _ => Err(KeyError::Form),
        }
    }
}

/// 32 bytes, in the one way to write them.
fn coordinate(text: &str) -> Result<[u8; 32], KeyError> {
    // As long as a key's id, which are 32 bytes as well.
    let bytes = KeyId::read(text).and_then(|_| hex::from_base64url(text, text.len()));
    let bytes = bytes.ok_or(KeyError::Form)?;
    bytes.try_into().map_err(|_| KeyError::Form)
}
