//! JSON that every reader reads alike.

use core::fmt;

use openpass_auth::SafeText;
use serde::{
    Deserializer,
    de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor},
};

/// The reason why a request cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreadable {
    #[error("the request is empty")]
    Empty,
    #[error("the request is longer than 1 MiB")]
    TooLong,
    #[error("the request is not UTF-8")]
    NotUtf8,
    #[error("the request is not JSON that this format allows: {}", SafeText::composed(.0))]
    Json(String),
    #[error("the request is of the event {}; this hook is set up for {expected}", SafeText::quoted(.found))]
    OtherEvent {
        expected: &'static str,
        found: String,
    },
    #[error("the tool's name has characters that a screen does not show, or that look like others: {}", SafeText::quoted(.0))]
    ToolName(String),
    #[error("the request has no {0}")]
    Missing(&'static str),
    #[error("the request's {0} has a value that this format does not know")]
    Unknown(&'static str),
    #[error("the request's deadline has passed")]
    Expired,
}

impl From<serde_json::Error> for Unreadable {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error.to_string())
    }
}

/// Refuses `text` where an object in it, at any depth, has a member twice: readers differ
/// in which of the two counts. What is no JSON, or is nested deeper than 127 levels, is
/// refused too.
pub(super) fn refuse_what_readers_differ_in(text: &str) -> Result<(), Unreadable> {
    let mut json = serde_json::Deserializer::from_str(text);
    Once.deserialize(&mut json)?;
    Ok(json.end()?)
}

/// Reads any value and keeps nothing of it.
#[derive(Debug, Clone, Copy)]
struct Once;

impl<'de> DeserializeSeed<'de> for Once {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Once {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut seen = std::collections::HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            members.next_value_seed(self)?;
            if let Some(name) = seen.replace(name) {
                let name = SafeText::quoted(&name);
                return Err(A::Error::custom(format!(
                    "an object has its member {name} twice"
                )));
            }
        }
        Ok(())
    }
}
