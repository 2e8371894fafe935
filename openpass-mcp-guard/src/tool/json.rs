//! JSON as it was sent: every number by its text, every member in its place.

use core::fmt;
use std::collections::HashSet;

use openpass_auth::SafeText;
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// The most levels by which arrays and objects may nest.
pub(super) const DEEPEST: usize = 32;

/// A JSON value. Numbers are kept as text: a float would make two of them one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    Array(Vec<Self>),
    Object(Members),
}

/// The members of an object, in the order in which they were sent, no name twice.
pub(super) type Members = Vec<(String, Json)>;

/// The reason why a text cannot be read.
#[derive(Debug)]
pub(super) enum Unreadable {
    Json(serde_json::Error),
    TooDeep,
}

impl Json {
    /// Reads `text`, which is one JSON value and nothing else.
    pub(super) fn read(text: &str) -> Result<Self, Unreadable> {
        let raw: &RawValue = serde_json::from_str(text).map_err(Unreadable::Json)?;
        Self::of(raw, 0)
    }

    /// Each level is read by itself, so the cost is the length times the depth at most.
    fn of(raw: &RawValue, depth: usize) -> Result<Self, Unreadable> {
        let text = raw.get();
        let is_nested = text.starts_with(['{', '[']);
        if is_nested && depth >= DEEPEST {
            return Err(Unreadable::TooDeep);
        }
        Ok(match text.as_bytes().first() {
            Some(b'{') => {
                let members: RawMembers<'_> = parsed(text)?;
                let members = members.0.into_iter();
                let members = members.map(|(name, raw)| Ok((name, Self::of(raw, depth + 1)?)));
                Self::Object(members.collect::<Result<_, _>>()?)
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = parsed(text)?;
                let items = items.into_iter().map(|raw| Self::of(raw, depth + 1));
                Self::Array(items.collect::<Result<_, _>>()?)
            }
            Some(b'"') => Self::Text(parsed(text)?),
            Some(b't' | b'f') => Self::Bool(parsed(text)?),
            Some(b'n') => Self::Null,
            _ => Self::Number(text.to_owned()),
        })
    }

    /// The member of this name, of an object that has it.
    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else {
            return None;
        };
        let mut members = members.iter();
        members.find(|(own, _)| own == name).map(|(_, value)| value)
    }

    /// The text, of a string.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// With the members of every object in the order of their names.
    pub(super) fn sorted(self) -> Self {
        match self {
            Self::Array(items) => Self::Array(items.into_iter().map(Self::sorted).collect()),
            Self::Object(members) => {
                let members = members.into_iter();
                let mut members: Members = members.map(|(n, value)| (n, value.sorted())).collect();
                members.sort_by(|(one, _), (other, _)| one.cmp(other));
                Self::Object(members)
            }
            plain => plain,
        }
    }

    /// As text without blanks.
    pub(super) fn compact(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Number(text) => out.push_str(text),
            Self::Text(text) => out.push_str(&quoted(text)),
            Self::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    out.push(if index == 0 { '[' } else { ',' });
                    item.write(out);
                }
                out.push_str(if items.is_empty() { "[]" } else { "]" });
            }
            Self::Object(members) => {
                for (index, (name, value)) in members.iter().enumerate() {
                    out.push(if index == 0 { '{' } else { ',' });
                    out.push_str(&quoted(name));
                    out.push(':');
                    value.write(out);
                }
                out.push_str(if members.is_empty() { "{}" } else { "}" });
            }
        }
    }
}

/// A text as a JSON string.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn parsed<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Unreadable> {
    serde_json::from_str(text).map_err(Unreadable::Json)
}

/// The members of one object. Readers differ in which of two members of one name
/// counts, so an object that has two is refused.
struct RawMembers<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for RawMembers<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Collect).map(Self)
    }
}

struct Collect;

impl<'de> Visitor<'de> for Collect {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
        let (mut members, mut names) = (Vec::new(), HashSet::new());
        while let Some((name, value)) = from.next_entry::<String, &RawValue>()? {
            if !names.insert(name.clone()) {
                let name = SafeText::quoted(&name);
                return Err(A::Error::custom(format!(
                    "an object has its member {name} twice"
                )));
            }
            members.push((name, value));
        }
        Ok(members)
    }
}
