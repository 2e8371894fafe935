//! Whether a document is what its schema says: every keyword that the schemas
//! use, and stricter than JSON Schema, which lets unknown members pass.

use serde_json::Value;

/// What is wrong with `value`, each with its place.
pub(crate) fn problems(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(schema, value, "$", &mut found);
    found
}

fn check(schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let keywords = schema.as_object().unwrap();
    for (keyword, argument) in keywords {
        let fits = match keyword.as_str() {
            "$schema" | "title" | "description" => true,
            "type" => is_of_type(argument, value),
            "const" => argument == value,
            "enum" => argument.as_array().unwrap().contains(value),
            "minimum" => value
                .as_i64()
                .is_none_or(|it| it >= argument.as_i64().unwrap()),
            "format" => is_time(argument, value),
            "anyOf" => is_any(argument, value),
            "items" => {
                for (number, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(argument, item, &format!("{at}[{number}]"), found);
                }
                true
            }
            "required" => has_all(argument, value),
            "properties" => {
                members(argument, value, at, found);
                true
            }
            // Members that no property names are found wrong anyhow.
            "additionalProperties" if argument == false => true,
            "minItems" => {
                let least = usize::try_from(argument.as_u64().unwrap()).unwrap();
                value.as_array().is_none_or(|it| it.len() >= least)
            }
            "pattern" => is_of_pattern(argument, value),
            "additionalProperties" => {
                for (name, value) in value.as_object().into_iter().flatten() {
                    check(argument, value, &format!("{at}.{name}"), found);
                }
                true
            }
            other => panic!("{other} is not checked"),
        };
        if !fits {
            found.push(format!("{at}: not {keyword} {argument}: {value}"));
        }
    }
}

fn is_of_type(types: &Value, value: &Value) -> bool {
    let is = |one: &Value| match one.as_str().unwrap() {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        other => panic!("{other} is no type"),
    };
    match types {
        Value::Array(types) => types.iter().any(is),
        one => is(one),
    }
}

/// The two patterns that there are.
fn is_of_pattern(pattern: &Value, value: &Value) -> bool {
    use crate::test_file::{PRINCIPAL, WALL_TIME};
    let Some(text) = value.as_str() else {
        return true;
    };
    match pattern.as_str().unwrap() {
        PRINCIPAL => text == "user" || text.len() > 6 && text.starts_with("agent:"),
        WALL_TIME => text.parse::<openpass_policy::WallTime>().is_ok() && text.len() == 9,
        other => panic!("{other} is not checked"),
    }
}

fn is_time(format: &Value, value: &Value) -> bool {
    assert_eq!(format, "date-time");
    let time = value.as_str();
    time.is_none_or(|it| it.parse::<jiff::Timestamp>().is_ok())
}

fn is_any(schemas: &Value, value: &Value) -> bool {
    let mut schemas = schemas.as_array().unwrap().iter();
    schemas.any(|schema| problems(schema, value).is_empty())
}

fn has_all(names: &Value, value: &Value) -> bool {
    let Some(members) = value.as_object() else {
        return true;
    };
    let mut names = names.as_array().unwrap().iter();
    names.all(|name| members.contains_key(name.as_str().unwrap()))
}

fn members(schemas: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        match schemas.get(name) {
            Some(schema) => check(schema, value, &format!("{at}.{name}"), found),
            None => found.push(format!("{at}.{name}: the schema does not name it")),
        }
    }
}

#[test]
fn what_does_not_fit_is_found() {
    use crate::schema::{count, has, list, may_have, object, or_null, text, words};
    let schema = object(vec![
        has("word", words(&["a", "b"]), ""),
        may_have("many", or_null(list(count())), ""),
        may_have("text", or_null(text()), ""),
    ]);
    for (value, fits) in [
        (
            serde_json::json!({ "word": "a", "many": [1], "text": null }),
            true,
        ),
        (serde_json::json!({ "word": "b", "many": null }), true),
        (serde_json::json!({ "word": "c" }), false),
        (serde_json::json!({ "many": [] }), false),
        (serde_json::json!({ "word": "a", "many": [-1] }), false),
        (serde_json::json!({ "word": "a", "many": ["1"] }), false),
        (serde_json::json!({ "word": "a", "text": 1 }), false),
        (serde_json::json!({ "word": "a", "else": 1 }), false),
        (serde_json::json!([]), false),
    ] {
        assert_eq!(problems(&schema, &value).is_empty(), fits, "{value}");
    }
}
