//! JSON that all readers read alike. Where an object has a member twice they differ in which
//! of the two counts, and a member of a certain name makes one of them see another value: who
//! is asked could be told of another change than is made.

use core::fmt;

use openpass_auth::SafeText;
use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

/// The start of an error about a member of the message itself.
const OF_MESSAGE: &str = "the message has its member";
/// The start of an error about a member of an object below the message.
const BELOW: &str = "an object has its member";
/// The start of the names by which serde_json takes an object for the JSON text, or for the
/// number, that is written in it, where it reads into a [`Value`].
const OF_A_READER: &str = "$serde_json::private::";

/// The reason why a line cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum Unreadable {
    /// It is no JSON.
    Json(serde_json::Error),
    /// The message has a member twice, or a member that readers take for something else.
    Message(String),
    /// An object of its params has such a member.
    Params(String),
}

/// Reads `line`.
///
/// # Errors
///
/// [`Unreadable`]: it is no JSON, or an object in it has a member twice, or a member with
/// a name that begins with `$serde_json::private::`.
pub fn value_of(line: &[u8]) -> Result<Value, Unreadable> {
    let mut json = serde_json::Deserializer::from_slice(line);
    let read = Strict { below: false }
        .deserialize(&mut json)
        .and_then(|value| json.end().map(|()| value));
    read.map_err(|error| {
        let words = error.to_string();
        if error.is_data() && words.starts_with(OF_MESSAGE) {
            Unreadable::Message(words)
        } else if error.is_data() && words.starts_with(BELOW) {
            Unreadable::Params(words)
        } else {
            Unreadable::Json(error)
        }
    })
}

#[derive(Clone, Copy)]
struct Strict {
    below: bool,
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element_seed(Self { below: true })? {
            all.push(item);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let wrong = match all.contains_key(&name) {
                true => Some("twice"),
                false if name.starts_with(OF_A_READER) => {
                    Some("and readers take an object with it for what is written in it")
                }
                false => None,
            };
            if let Some(wrong) = wrong {
                let whose = if self.below { BELOW } else { OF_MESSAGE };
                let name = SafeText::quoted(&name);
                return Err(A::Error::custom(format!("{whose} {name} {wrong}")));
            }
            let value = members.next_value_seed(Self { below: true })?;
            all.insert(name, value);
        }
        Ok(Value::Object(all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m12_no_object_stands_for_what_is_written_in_it() {
        // As serde_json reads it, this is the text `b` for `a`.
        let text = r#"{"a":{"$serde_json::private::RawValue":"\"b\""}}"#;
        assert_eq!(
            serde_json::from_str::<Value>(text).unwrap(),
            serde_json::json!({"a": "b"})
        );
        for below in [text, r#"[{"$serde_json::private::Number":"1"}]"#] {
            let refused = value_of(below.as_bytes());
            assert!(matches!(refused, Err(Unreadable::Params(_))), "{refused:?}");
        }
        let message = br#"{"id":1,"$serde_json::\u0070rivate::RawValue":"1"}"#;
        let refused = value_of(message);
        assert!(
            matches!(refused, Err(Unreadable::Message(_))),
            "{refused:?}"
        );
    }
}
