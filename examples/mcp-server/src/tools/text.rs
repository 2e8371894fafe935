//! Text of a bounded length, in arguments.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

/// An agent's, a field's or a token's name.
pub(super) type Name = Text<128>;
/// A sentence.
pub(super) type Words = Text<1000>;

/// Text of at most `MAX` characters, and at least one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }
}

impl<const MAX: usize> TryFrom<String> for Text<MAX> {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let length = text.chars().count();
        if (1..=MAX).contains(&length) {
            return Ok(Self(text));
        }
        Err(format!(
            "text of {length} characters, where 1 to {MAX} are taken"
        ))
    }
}

impl<const MAX: usize> JsonSchema for Text<MAX> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Text{MAX}").into()
    }

    // Without the bounds: not every model's provider takes a schema with them.
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string"})
    }
}

/// The schema of one of some words.
pub(super) fn one_of(words: &[&str]) -> Schema {
    json_schema!({"type": "string", "enum": words})
}

/// The schema of a tier's name.
pub(super) fn tier(_: &mut SchemaGenerator) -> Schema {
    one_of(&["read-only", "standard", "admin"])
}

/// The schema of an auth method's name.
pub(super) fn method(_: &mut SchemaGenerator) -> Schema {
    one_of(&["passphrase", "touchid"])
}
