//! The statement that an approver signs.

use core::fmt;

use openpass_auth::{Binding, Factor};
use serde::{Deserialize, Serialize};

use crate::{KeyId, hex, strict::Object};

/// The form of a statement, which is the first thing in it. A signature over one form
/// is never a signature over another.
const DOMAIN: &str = "openpass-approval-1";

/// The longest statement, in bytes. Each has about 520.
pub(crate) const MAX_BYTES: usize = 1024;

/// The decision of an approver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Verdict {
    /// The operation may happen.
    Approve,
    /// The operation must not happen. No approver signs this yet; the word is kept for
    /// an approver that can.
    Refuse,
}

/// One approval, as it is signed: a JSON object in canonical form (RFC 8785) whose
/// values are all strings.
///
/// | member | value |
/// |---|---|
/// | `approver` | the approver's key: RFC 7638 thumbprint, SHA-256, base64url |
/// | `at` | when, in seconds since 1970, by the approver's wall clock |
/// | `decision` | `approve` |
/// | `digest` | the operation's SHA-256, in hex |
/// | `domain` | `openpass-approval-1` |
/// | `factor` | what the person proved with: a name of [`Factor`] |
/// | `nonce` | 32 bytes that were used for this question alone, in hex |
/// | `scope` | the place, such as a vault, by its id: 16 bytes in hex |
/// | `sealAfter`, `sealBefore` | the seals of the approved state, in hex; zeros without |
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Statement(Members);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Members {
    // In the order of RFC 8785, which is that of the letters here.
    approver: String,
    at: String,
    decision: Verdict,
    digest: String,
    domain: String,
    factor: String,
    nonce: String,
    scope: String,
    seal_after: String,
    seal_before: String,
}

/// The reason why a text is no statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StatementError {
    /// The text is longer than statements are.
    #[error("the statement is longer than {MAX_BYTES} bytes")]
    TooLong,
    /// The text is not a JSON object with the members of a statement.
    #[error("the statement is not a JSON object with the members of a statement, each a string")]
    NotOne,
    /// A member has a value that is not allowed.
    #[error("the statement's member {0} has a value that is not allowed")]
    Value(&'static str),
    /// The text has the values of a statement, but is not in its canonical form.
    #[error("the statement is not in the canonical form of RFC 8785")]
    NotCanonical,
}

impl Statement {
    /// The statement that `approver` approves what `binding` is about, after the person
    /// confirmed their presence by `factor`. `None` for a binding without a place:
    /// nothing is signed there.
    #[must_use]
    pub fn approving(binding: &Binding, factor: Factor, approver: &KeyId, at: u64) -> Option<Self> {
        Some(Self(Members {
            approver: approver.as_str().to_owned(),
            at: at.to_string(),
            decision: Verdict::Approve,
            digest: hex::encode(binding.digest()),
            domain: DOMAIN.to_owned(),
            factor: factor.as_str().to_owned(),
            nonce: hex::encode(binding.nonce()),
            scope: hex::encode(binding.scope()?),
            seal_after: hex::encode(binding.seal_after()),
            seal_before: hex::encode(binding.seal_before()),
        }))
    }

    /// Reads a statement that somebody else wrote down.
    ///
    /// # Errors
    ///
    /// [`StatementError`]: there is exactly one way to write each statement.
    pub fn read(text: &[u8]) -> Result<Self, StatementError> {
        if text.len() > MAX_BYTES {
            return Err(StatementError::TooLong);
        }
        let members = serde_json::from_slice(text).map_err(|_| StatementError::NotOne)?;
        let Object::<Members>(members) = members;
        members.values()?;
        let read = Self(members);
        match read.to_string().as_bytes() == text {
            true => Ok(read),
            false => Err(StatementError::NotCanonical),
        }
    }

    /// The approver's key, by its thumbprint.
    #[must_use]
    pub fn approver(&self) -> &str {
        &self.0.approver
    }

    /// The time at which it was signed, in seconds since 1970, as the approver
    /// says.
    #[must_use]
    pub fn at(&self) -> &str {
        &self.0.at
    }

    /// The decision.
    #[must_use]
    pub const fn decision(&self) -> Verdict {
        self.0.decision
    }

    /// The operation's SHA-256, in hex: the `digest` of the log's line.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.0.digest
    }

    /// The factor with which the person confirmed their presence.
    #[must_use]
    pub fn factor(&self) -> &str {
        &self.0.factor
    }

    /// The random bytes that serve for this one question, in hex.
    #[must_use]
    pub fn nonce(&self) -> &str {
        &self.0.nonce
    }

    /// The place, by its id in hex.
    #[must_use]
    pub fn scope(&self) -> &str {
        &self.0.scope
    }

    /// The seals before and after, in hex.
    #[must_use]
    pub fn seals(&self) -> (&str, &str) {
        (&self.0.seal_before, &self.0.seal_after)
    }
}

impl Members {
    fn values(&self) -> Result<(), StatementError> {
        let is = |good: bool, member| good.then_some(()).ok_or(StatementError::Value(member));
        is(self.domain == DOMAIN, "domain")?;
        is(KeyId::read(&self.approver).is_some(), "approver")?;
        let at: Option<u64> = self.at.parse().ok();
        is(at.is_some_and(|at| at.to_string() == self.at), "at")?;
        is(hex::decode::<32>(&self.digest).is_some(), "digest")?;
        is(Factor::named(&self.factor).is_some(), "factor")?;
        is(hex::decode::<32>(&self.nonce).is_some(), "nonce")?;
        is(hex::decode::<16>(&self.scope).is_some(), "scope")?;
        is(hex::decode::<32>(&self.seal_after).is_some(), "sealAfter")?;
        is(hex::decode::<32>(&self.seal_before).is_some(), "sealBefore")
    }
}

/// The canonical form: the bytes that are signed.
impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // INVARIANT (RFC 8785): the members stand in order, no value holds anything that
        // JSON escapes, and serde_json writes no blank.
        let text = serde_json::to_string(self).map_err(|_| fmt::Error)?;
        f.write_str(&text)
    }
}
