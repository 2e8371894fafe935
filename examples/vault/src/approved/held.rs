//! One value of the approved state.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::{Digest, Value, hash};

/// A value as it was approved. Each value has one form, so that two are the
/// same exactly if they are equal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Held {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text: a file's too.
    Text(String),
    /// A list of texts.
    List(Vec<String>),
    /// Names with a list of texts each.
    Lists(Vec<(String, Vec<String>)>),
    /// The SHA-256 of a value that may be a secret, or is not known any more.
    Digest(String),
}

impl Held {
    /// `value`, or its digest alone where it may be a secret. `None` is a value
    /// that is not set.
    pub(crate) fn of(value: &Value, may_be_kept: bool) -> Option<Self> {
        let held = match value {
            Value::Unset => return None,
            Value::Bool(value) => Self::Bool(*value),
            Value::Int(value) => Self::Int(*value),
            Value::Text(text) => Self::Text(text.clone()),
            Value::List(items) => Self::List(items.clone()),
            Value::Lists(lists) => Self::Lists(lists.clone()),
            Value::Hidden(digest) => Self::Digest(digest.sha256().to_owned()),
        };
        Some(match held {
            Self::Digest(_) => held,
            _ if may_be_kept => held,
            _ => held.digested(),
        })
    }

    /// The digest that stands for this value.
    pub(crate) fn digested(&self) -> Self {
        Self::Digest(self.sha256())
    }

    /// Whether both are the same value, as far as what is kept can tell.
    pub(crate) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Digest(_), _) | (_, Self::Digest(_)) => self.sha256() == other.sha256(),
            _ => self == other,
        }
    }

    /// The text, if it is one and it was kept.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value as the rules for directions take it. What is known by its
    /// digest alone is a value that nobody understands.
    pub(crate) fn to_value(&self) -> Value {
        match self {
            Self::Bool(value) => Value::Bool(*value),
            Self::Int(value) => Value::Int(*value),
            Self::Text(text) => Value::Text(text.clone()),
            Self::List(items) => Value::List(items.clone()),
            Self::Lists(lists) => Value::Lists(lists.clone()),
            Self::Digest(sha256) => Value::Hidden(Digest::of_sha256(sha256.clone())),
        }
    }

    fn sha256(&self) -> String {
        match self {
            Self::Digest(sha256) => sha256.clone(),
            // That of a file with this text.
            Self::Text(text) => hash::sha256_hex(text.as_bytes()),
            other => hash::sha256_hex(&serde_json::to_vec(other).unwrap_or_default()),
        }
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_value().fmt(f)
    }
}
