//! The words of JSON Schema that are understood.
//!
//! Source: JSON Schema 2020-12, Core and Validation, <https://json-schema.org/draft/2020-12>.

use super::json::Members;

/// Words that say nothing about which values fit.
const REMARKS: [&str; 9] = [
    "$comment",
    "default",
    "deprecated",
    "description",
    "examples",
    "readOnly",
    "title",
    "type",
    "writeOnly",
];
/// Words of the outermost schema alone. Definitions are nothing without a `$ref`.
const OUTERMOST: [&str; 4] = ["$defs", "$id", "$schema", "definitions"];
const OF_TEXT: [&str; 8] = [
    "const",
    "contentEncoding",
    "contentMediaType",
    "enum",
    "format",
    "maxLength",
    "minLength",
    "pattern",
];
const OF_NUMBER: [&str; 8] = [
    "const",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maximum",
    "minimum",
    "multipleOf",
];
const OF_BOOLEAN: [&str; 2] = ["const", "enum"];
const OF_ARRAY: [&str; 4] = ["items", "maxItems", "minItems", "uniqueItems"];
const OF_OBJECT: [&str; 6] = [
    "additionalProperties",
    "maxProperties",
    "minProperties",
    "properties",
    "propertyNames",
    "required",
];

/// Whether each word of `schema`, of the type `kind`, is understood, or only narrows
/// which values of the type the server takes.
pub(super) fn are_understood(kind: &str, schema: &Members, outermost: bool) -> bool {
    let own: &[&str] = match kind {
        "string" => &OF_TEXT,
        "integer" | "number" => &OF_NUMBER,
        "boolean" => &OF_BOOLEAN,
        "array" => &OF_ARRAY,
        "object" => &OF_OBJECT,
        _ => return false,
    };
    schema.iter().all(|(word, _)| {
        let word = word.as_str();
        REMARKS.contains(&word) || own.contains(&word) || (outermost && OUTERMOST.contains(&word))
    })
}
