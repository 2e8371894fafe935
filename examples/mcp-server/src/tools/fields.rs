//! Fields of a profile: the same shape in what is told and in what is set.

use std::{borrow::Cow, collections::BTreeMap};

use openpass_vault::{EffectiveProfile, FieldEdit, FieldKind, Value as FieldOf, profile_fields};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::{Value, json};

use super::text::{Name, Text};
use crate::tool::Failure;

/// The largest number of fields that one call may set.
const MOST_FIELDS: usize = 32;
/// The largest number of items in a list.
const MOST_ITEMS: usize = 256;

/// The fields to set. One that is null is left as it is.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct Fields(BTreeMap<Name, Option<FieldValue>>);

/// The value of one field.
#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "a field takes true or false, a whole number, a text or a list of texts"
)]
enum FieldValue {
    Flag(bool),
    Number(i64),
    Text(Text<4000>),
    List(Vec<Name>),
}

impl Fields {
    /// The edits, each value as a person writes it.
    pub(super) fn edits(&self) -> Result<Vec<FieldEdit>, Failure> {
        if self.0.len() > MOST_FIELDS {
            return Err(Failure::Arguments(format!(
                "one call may set {MOST_FIELDS} fields; send fewer"
            )));
        }
        let given = self.0.iter();
        let set = given.filter_map(|(field, value)| Some((field, value.as_ref()?)));
        set.map(|(field, value)| {
            value.fits(field.as_str())?;
            Ok(FieldEdit {
                field: field.as_str().to_owned(),
                value: value.written()?,
            })
        })
        .collect()
    }
}

impl FieldValue {
    /// Checks that the value is of the type that `field` has in the schema. The
    /// store refuses a field that is not known.
    fn fits(&self, field: &str) -> Result<(), Failure> {
        let Some((_, kind)) = profile_fields().find(|(known, _)| *known == field) else {
            return Ok(());
        };
        let (takes, fits) = match kind {
            FieldKind::Flag => ("true or false", matches!(self, Self::Flag(_))),
            FieldKind::Number => ("a whole number", matches!(self, Self::Number(_))),
            FieldKind::Text | FieldKind::OneOf(_) => ("a text", matches!(self, Self::Text(_))),
            FieldKind::List => ("a list of texts", matches!(self, Self::List(_))),
        };
        if fits {
            return Ok(());
        }
        Err(Failure::Arguments(format!(
            "the field {field} takes {takes}; send it as that type of JSON"
        )))
    }

    fn written(&self) -> Result<String, Failure> {
        match self {
            Self::Flag(value) => Ok(value.to_string()),
            Self::Number(value) => Ok(value.to_string()),
            Self::Text(text) => Ok(text.as_str().to_owned()),
            Self::List(items) if items.len() > MOST_ITEMS => Err(Failure::Arguments(format!(
                "a list may have {MOST_ITEMS} items; send fewer"
            ))),
            Self::List(items) if items.iter().any(|item| item.as_str().contains(',')) => Err(
                Failure::Arguments("an item of a list cannot hold a comma".to_owned()),
            ),
            Self::List(items) => {
                let items: Vec<&str> = items.iter().map(Text::as_str).collect();
                Ok(items.join(","))
            }
        }
    }
}

impl JsonSchema for Fields {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Fields".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let fields = profile_fields().map(|(field, kind)| (field.to_owned(), taken(kind)));
        let properties: serde_json::Map<String, Value> = fields.collect();
        json_schema!({
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
        })
    }
}

/// The schema of what a field takes, or of null.
fn taken(kind: FieldKind) -> Value {
    match kind {
        FieldKind::Flag => json!({"type": ["boolean", "null"]}),
        FieldKind::Number => json!({"type": ["integer", "null"]}),
        FieldKind::Text => json!({"type": ["string", "null"]}),
        FieldKind::List => json!({"type": ["array", "null"], "items": {"type": "string"}}),
        FieldKind::OneOf(words) => {
            let words = words.iter().map(|word| json!(word));
            let words: Vec<Value> = words.chain([Value::Null]).collect();
            json!({"type": ["string", "null"], "enum": words})
        }
    }
}

/// Every field of `profile` that is set in effect, or gives nothing, which is said
/// in words: null and an empty list could be read as all that there is.
pub(super) fn told(profile: &EffectiveProfile) -> BTreeMap<String, Value> {
    let fields = profile.fields().iter();
    let set = fields.filter(|(_, field)| field.value() != Some(&FieldOf::Unset));
    set.map(|(field, value)| {
        let told = value.value().map_or_else(|| json!(value.to_string()), json);
        (field.clone(), told)
    })
    .collect()
}

fn json(value: &FieldOf) -> Value {
    match value {
        FieldOf::Bool(value) => json!(value),
        FieldOf::Int(value) => json!(value),
        FieldOf::Text(text) => json!(text),
        FieldOf::List(items) => json!(items),
        FieldOf::Lists(lists) => lists
            .iter()
            .map(|(name, items)| (name.clone(), json!(items)))
            .collect(),
        // What may be a secret is not told, and what is new is told in words.
        other => json!(other.to_string()),
    }
}
