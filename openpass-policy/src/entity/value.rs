//! The values of attributes, of tags and of parts of a context.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Entity;
use crate::operation::digest::Transcript;

/// A value of any type that Cedar has.
///
/// Plain ones come by `into()` from Rust's: booleans, integers, texts, lists and
/// [`Entity`]. As JSON a log has each as its plain form; those of Cedar's extension
/// types are texts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Value {
    /// Cedar's `Bool`.
    Bool(bool),
    /// Cedar's `Long`.
    Long(i64),
    /// Cedar's `String`.
    Text(String),
    /// Cedar's `Set`. The order and repeats of it mean nothing.
    Set(BTreeSet<Self>),
    /// A record.
    Record(BTreeMap<String, Self>),
    /// Another entity. What policies may look at of it comes with it.
    Entity(Box<Entity>),
    /// Cedar's `decimal`: up to four digits behind the point, such as `"12.5"`.
    Decimal(String),
    /// Cedar's `ipaddr`: an address or a range, such as `"10.0.0.0/8"`.
    Ip(String),
    /// Cedar's `datetime`, such as `"2026-11-27T09:00:00Z"`.
    Datetime(String),
    /// Cedar's `duration`, such as `"1h30m"`.
    Duration(String),
}

impl Value {
    /// A record, part by part.
    pub fn record<N: Into<String>>(fields: impl IntoIterator<Item = (N, Self)>) -> Self {
        let fields = fields.into_iter();
        Self::Record(fields.map(|(name, value)| (name.into(), value)).collect())
    }

    /// Returns the type of the value, as a schema calls it.
    pub(crate) fn kind(&self) -> &str {
        match self {
            Self::Bool(_) => "Bool",
            Self::Long(_) => "Long",
            Self::Text(_) => "String",
            Self::Set(_) => "Set",
            Self::Record(_) => "record",
            Self::Entity(entity) => entity.entity_type(),
            Self::Decimal(_) => "decimal",
            Self::Ip(_) => "ipaddr",
            Self::Datetime(_) => "datetime",
            Self::Duration(_) => "duration",
        }
    }

    /// As people see it on one line.
    pub(crate) fn to_line(&self) -> String {
        let list = |parts: Vec<String>| parts.join(", ");
        match self {
            Self::Bool(value) => value.to_string(),
            Self::Long(value) => value.to_string(),
            Self::Text(text)
            | Self::Decimal(text)
            | Self::Ip(text)
            | Self::Datetime(text)
            | Self::Duration(text) => text.clone(),
            Self::Set(values) if values.is_empty() => "(none)".to_owned(),
            Self::Set(values) => list(values.iter().map(Self::to_line).collect()),
            Self::Record(fields) => {
                let fields = fields.iter();
                list(
                    fields
                        .map(|(name, it)| format!("{name}: {}", it.to_line()))
                        .collect(),
                )
            }
            Self::Entity(entity) => entity.id().to_owned(),
        }
    }

    /// The room that it takes: the bytes of its texts, and at least one for each part.
    pub(crate) fn room(&self) -> usize {
        match self {
            Self::Bool(_) | Self::Long(_) => 8,
            Self::Text(text)
            | Self::Decimal(text)
            | Self::Ip(text)
            | Self::Datetime(text)
            | Self::Duration(text) => room_of(text),
            Self::Set(values) => sum(values.iter().map(Self::room)),
            Self::Record(fields) => room_of_all(fields),
            Self::Entity(entity) => entity.room(),
        }
    }

    fn put_into(&self, transcript: &mut Transcript) {
        transcript.text(match self {
            Self::Entity(_) => "entity",
            other => other.kind(),
        });
        match self {
            Self::Bool(value) => transcript.flag(*value),
            Self::Long(value) => transcript.bytes(&value.to_be_bytes()),
            Self::Text(text)
            | Self::Decimal(text)
            | Self::Ip(text)
            | Self::Datetime(text)
            | Self::Duration(text) => transcript.text(text),
            Self::Set(values) => {
                transcript.count(values.len());
                values.iter().for_each(|value| value.put_into(transcript));
            }
            Self::Record(fields) => put_all(fields, transcript),
            Self::Entity(entity) => entity.put_into(transcript),
        }
    }
}

/// The room that a text takes.
pub(crate) const fn room_of(text: &str) -> usize {
    text.len().saturating_add(1)
}

/// The room that named values take.
pub(crate) fn room_of_all(values: &BTreeMap<String, Value>) -> usize {
    sum(values
        .iter()
        .map(|(name, value)| room_of(name).saturating_add(value.room())))
}

/// All of it together, with one for the whole.
pub(crate) fn sum(rooms: impl IntoIterator<Item = usize>) -> usize {
    rooms.into_iter().fold(1, usize::saturating_add)
}

/// Named values, in the order of their names.
pub(crate) fn put_all(values: &BTreeMap<String, Value>, transcript: &mut Transcript) {
    transcript.count(values.len());
    for (name, value) in values {
        transcript.text(name);
        value.put_into(transcript);
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Long(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Long(value.into())
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Long(value.into())
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<Entity> for Value {
    fn from(entity: Entity) -> Self {
        Self::Entity(Box::new(entity))
    }
}

impl<V: Into<Self>> From<Vec<V>> for Value {
    fn from(values: Vec<V>) -> Self {
        values.into_iter().collect()
    }
}

impl<V: Into<Self>> FromIterator<V> for Value {
    fn from_iter<I: IntoIterator<Item = V>>(values: I) -> Self {
        Self::Set(values.into_iter().map(Into::into).collect())
    }
}
