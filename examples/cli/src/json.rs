//! The output for programs: one JSON document for each command, with a version.
//!
//! `docs/json.md` says what is stable, and docs/schemas/ what each document is.

use openpass_policy::{Direction, FieldChange};
use openpass_vault::{InEffect, Value as Stored};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::failure::Failure;

/// The version of all documents. It grows when a member goes or changes.
const VERSION: u8 = 1;

/// One document.
#[derive(Debug, Serialize)]
pub(crate) struct Document<'a, T> {
    version: u8,
    #[serde(flatten)]
    result: &'a T,
}

impl<'a, T: Serialize> Document<'a, T> {
    pub(crate) const fn of(result: &'a T) -> Self {
        let version = VERSION;
        Self { version, result }
    }
}

/// Returns `value` of a library as JSON, with its members' names spelt as all of
/// ours are. It is only for values without names from outside, such as
/// config.yaml's keys.
pub(crate) fn in_our_spelling(value: &impl Serialize) -> Result<Value, Failure> {
    let value = serde_json::to_value(value).map_err(std::io::Error::from)?;
    Ok(respelt(value))
}

fn respelt(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter();
            let members = members.map(|(name, value)| (snake_case(&name), respelt(value)));
            Value::Object(members.collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(respelt).collect()),
        other => other,
    }
}

fn snake_case(name: &str) -> String {
    let mut spelt = String::with_capacity(name.len());
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            spelt.push('_');
        }
        spelt.push(letter.to_ascii_lowercase());
    }
    spelt
}

/// A value of config.yaml.
pub(crate) fn stored(value: &Stored) -> Value {
    match value {
        Stored::Unset => Value::Null,
        Stored::Bool(value) => (*value).into(),
        Stored::Int(number) => (*number).into(),
        Stored::List(items) => items.clone().into(),
        Stored::Lists(lists) => lists
            .iter()
            .map(|(name, items)| (name.clone(), Value::from(items.clone())))
            .collect::<Map<_, _>>()
            .into(),
        other => other.to_string().into(),
    }
}

/// Returns the value that a field of a profile has in effect. A field that gives
/// nothing is said in words, because null and an empty list could be read as all
/// that there is.
pub(crate) fn in_effect(field: &InEffect) -> Value {
    field
        .value()
        .map_or_else(|| field.to_string().into(), stored)
}

/// One field of a change.
#[derive(Debug, Serialize)]
pub(crate) struct Field<'a> {
    field: &'a str,
    before: Value,
    after: Value,
    direction: Direction,
    /// The entries of a list, or the lines of a file, that come.
    #[serde(skip_serializing_if = "Option::is_none")]
    added: Option<Vec<&'a str>>,
    /// Those that go.
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<Vec<&'a str>>,
}

/// The fields of a change, each with its values as what they are.
pub(crate) fn fields(changes: &[FieldChange]) -> Vec<Field<'_>> {
    changes.iter().map(Field::of).collect()
}

impl<'a> Field<'a> {
    fn of(change: &'a FieldChange) -> Self {
        let (before, after) = openpass_vault::typed_values(change);
        let difference = &change.difference;
        let has_lines = !difference.lines().is_empty();
        Self {
            field: &change.field,
            before: stored(&before),
            after: stored(&after),
            direction: change.direction,
            added: has_lines.then(|| difference.added().collect()),
            removed: has_lines.then(|| difference.removed().collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c12_our_members_are_spelt_in_one_way() {
        let before = serde_json::json!({
            "withFactor": null,
            "deep": [{ "minuteOfDay": 1, "as_it_is": "aValue" }],
        });
        let after = serde_json::json!({
            "with_factor": null,
            "deep": [{ "minute_of_day": 1, "as_it_is": "aValue" }],
        });
        assert_eq!(respelt(before), after);
    }
}
