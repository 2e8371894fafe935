//! The id of a request.

use serde_json::{Value, value::RawValue};

/// The start of the ids of the relay's own requests. The client may not use it.
const OWN: &str = "openpass-guard/";

/// The longest id, in bytes: ids are kept until they are answered.
const LONGEST: usize = 256;

/// The id of a request: a text of up to 256 bytes, or a whole number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Id {
    Number(i64),
    Text(String),
}

impl Id {
    /// The id of a request of the relay's own.
    pub(super) fn own(number: u64) -> Self {
        Self::Text(format!("{OWN}{number}"))
    }

    pub(super) fn is_own(&self) -> bool {
        matches!(self, Self::Text(text) if text.starts_with(OWN))
    }

    /// The id in this JSON text, if it is one.
    pub(super) fn read(raw: &RawValue) -> Option<Self> {
        Self::of(&serde_json::from_str(raw.get()).ok()?)
    }

    pub(super) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.as_i64().map(Self::Number),
            Value::String(text) if text.len() <= LONGEST => Some(Self::Text(text.clone())),
            _ => None,
        }
    }

    pub(super) fn value(&self) -> Value {
        match self {
            Self::Number(number) => Value::from(*number),
            Self::Text(text) => Value::from(text.as_str()),
        }
    }
}
