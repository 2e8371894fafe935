//! The id of a request.

use serde_json::{Value, value::RawValue};

use super::strict::read_strictly;

/// The start of the ids of the relay's own requests. The client may not use it.
const OWN: &str = "openpass-guard/";

/// The longest id, in bytes: ids are kept until they are answered.
const LONGEST: usize = 256;

/// The greatest number that every reader of JSON tells from its neighbours (RFC 8259 §6).
const EXACT: i64 = (1 << 53) - 1;

/// The id of a request: a text of up to 256 bytes, or a whole number.
///
/// INVARIANT (an answer is that of its own request): a program that reads numbers as
/// JavaScript does takes two ids for one where they are greater than `EXACT`.
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
        Self::of(&read_strictly(raw.get().as_bytes()).ok()?)
    }

    pub(super) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => number
                .as_i64()
                .filter(|number| (-EXACT..=EXACT).contains(number))
                .map(Self::Number),
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
