//! Words for JSON Schema, draft 2020-12.

use serde_json::{Map, Value, json};

/// One member of an object.
pub(crate) struct Member {
    name: &'static str,
    schema: Value,
    required: bool,
}

/// A member that is always there.
pub(crate) fn has(name: &'static str, schema: Value, about: &str) -> Member {
    Member {
        name,
        schema: described(schema, about),
        required: true,
    }
}

/// A member that is there where there is something to say.
pub(crate) fn may_have(name: &'static str, schema: Value, about: &str) -> Member {
    Member {
        required: false,
        ..has(name, schema, about)
    }
}

fn described(mut schema: Value, about: &str) -> Value {
    schema["description"] = about.into();
    schema
}

pub(crate) fn object(members: Vec<Member>) -> Value {
    let required: Vec<&str> = members
        .iter()
        .filter(|member| member.required)
        .map(|member| member.name)
        .collect();
    let mut schema = json!({ "type": "object", "required": required });
    let properties: Map<String, Value> = members
        .into_iter()
        .map(|member| (member.name.to_owned(), member.schema))
        .collect();
    schema["properties"] = properties.into();
    schema
}

/// The document of one command.
pub(crate) fn document(title: &str, members: Vec<Member>) -> Value {
    let mut schema = json!({ "$schema": "https://json-schema.org/draft/2020-12/schema" });
    schema["title"] = title.into();
    let version = has(
        "version",
        json!({ "const": 1 }),
        "The version of all documents.",
    );
    let members = core::iter::once(version).chain(members).collect();
    let Value::Object(body) = object(members) else {
        panic!("an object's schema is an object");
    };
    for (name, value) in body {
        schema[name] = value;
    }
    schema
}

pub(crate) fn text() -> Value {
    json!({ "type": "string" })
}

pub(crate) fn flag() -> Value {
    json!({ "type": "boolean" })
}

/// A count: a whole number from 0.
pub(crate) fn count() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

/// A time, by RFC 3339.
pub(crate) fn time() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

pub(crate) fn words(words: &[&str]) -> Value {
    json!({ "type": "string", "enum": words })
}

pub(crate) fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

/// The same, or null.
pub(crate) fn or_null(mut schema: Value) -> Value {
    if let Some(Value::Array(words)) = schema.get_mut("enum") {
        words.push(Value::Null);
    }
    match schema.get("type").cloned() {
        Some(one @ Value::String(_)) => {
            schema["type"] = json!([one, "null"]);
            schema
        }
        _ => json!({ "anyOf": [schema, { "type": "null" }] }),
    }
}

/// A value of config.yaml.
pub(crate) fn value() -> Value {
    let list = list(text());
    let lists = json!({ "type": "object", "additionalProperties": list });
    json!({
        "anyOf": [
            { "type": ["string", "boolean", "integer", "null"] },
            list,
            lists,
        ]
    })
}

/// Names from outside, each with a value.
pub(crate) fn map(values: Value) -> Value {
    json!({ "type": "object", "additionalProperties": values })
}
