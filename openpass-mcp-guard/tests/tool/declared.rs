//! What of a tool's `inputSchema` policy sees.

use openpass_mcp_guard::tool::Tool;
use openpass_policy::Value as Seen;
use serde_json::{Value, json};

use crate::world::{assert_fits, taking, tool};

#[test]
fn a_member_that_is_not_understood_is_unspecified_and_the_others_are_seen() {
    let schemas = [
        json!({}),
        json!(true),
        json!(false),
        json!(null),
        json!("string"),
        json!({ "type": "null" }),
        json!({ "type": "String" }),
        json!({ "type": ["string"] }),
        json!({ "type": ["string", "null"] }),
        json!({ "enum": ["a"] }),
        json!({ "type": "string", "anyOf": [] }),
        json!({ "type": "string", "oneOf": [{}] }),
        json!({ "type": "string", "allOf": [{}] }),
        json!({ "type": "string", "not": {} }),
        json!({ "type": "string", "$ref": "#/x" }),
        json!({ "type": "string", "$id": "x" }),
        json!({ "type": "string", "nullable": true }),
        json!({ "type": "string", "unheardOf": 1 }),
        json!({ "type": "string", "minimum": 1 }),
        json!({ "type": "string", "enum": ["a", 1] }),
        json!({ "type": "string", "enum": "a" }),
        json!({ "type": "string", "const": 1 }),
        json!({ "type": "string", "const": "a", "enum": ["a"] }),
        json!({ "type": "number", "pattern": "1" }),
        json!({ "type": "array" }),
        json!({ "type": "array", "items": {} }),
        json!({ "type": "array", "items": false }),
        json!({ "type": "array", "items": [{ "type": "string" }] }),
        json!({ "type": "array", "items": { "type": "string" }, "prefixItems": [] }),
        json!({ "type": "array", "items": { "type": "string" }, "contains": {} }),
        json!({ "type": "object", "properties": [] }),
        json!({ "type": "object", "properties": {}, "patternProperties": {} }),
        json!({ "type": "object", "properties": {}, "if": {}, "then": {} }),
        json!({ "type": "object", "properties": {}, "required": ["a"] }),
        json!({ "type": "object", "properties": {}, "required": "a" }),
        json!({ "type": "object", "properties": {}, "required": [1] }),
        json!({ "type": "object", "properties": {}, "dependentSchemas": {} }),
        json!({ "type": "object", "properties": {}, "unevaluatedProperties": true }),
    ];
    for schema in schemas {
        let tool = taking(json!({ "x": schema, "path": { "type": "string" } }));
        assert_eq!(tool.unspecified(), ["x"], "{schema}");
        for value in ["1", "null", "\"a\"", "[[{}]]"] {
            let text = format!("{{\"x\":{value},\"path\":\"p\"}}");
            let arguments = tool.arguments_text(&text).unwrap();
            assert!(arguments.is_unspecified(), "{schema} {value}");
            assert_eq!(arguments.input(), &Seen::record([("path", "p".into())]));
        }
        let without = tool.arguments_text(r#"{"path":"p"}"#).unwrap();
        assert!(!without.is_unspecified(), "{schema}");
    }
}

#[test]
fn bounds_patterns_formats_and_remarks_hide_nothing() {
    let remarks = json!({ "title": "t", "description": "d", "default": 1, "examples": [],
        "deprecated": true, "readOnly": true, "writeOnly": true, "$comment": "c" });
    let schemas = [
        json!({ "type": "string", "minLength": 1, "maxLength": 2, "pattern": "a", "format": "uri",
            "contentEncoding": "base64", "contentMediaType": "text/plain" }),
        json!({ "type": "integer", "minimum": 1, "maximum": 2, "exclusiveMinimum": 0,
            "exclusiveMaximum": 3, "multipleOf": 1, "format": "int64", "enum": [1], "const": 1 }),
        json!({ "type": "number", "minimum": 1, "enum": [1.5] }),
        json!({ "type": "boolean", "enum": [true], "const": true }),
        json!({ "type": "array", "items": { "type": "string" }, "minItems": 1, "maxItems": 2,
            "uniqueItems": true }),
        json!({ "type": "object", "properties": {}, "minProperties": 0, "maxProperties": 0,
            "propertyNames": {}, "additionalProperties": false, "required": [] }),
    ];
    for mut schema in schemas {
        schema
            .as_object_mut()
            .unwrap()
            .extend(remarks.as_object().unwrap().clone());
        assert_eq!(
            taking(json!({ "x": schema })).unspecified(),
            Vec::<String>::new()
        );
    }
    let outermost = json!({ "type": "object", "properties": {}, "$schema": "s", "$id": "i",
        "$defs": {}, "definitions": {}, "title": "t" });
    assert_eq!(tool("a", outermost).unspecified(), Vec::<String>::new());
}

#[test]
fn a_tool_whose_arguments_are_not_understood_is_unspecified_whatever_is_given() {
    let many: serde_json::Map<String, Value> = (0..600)
        .map(|number| (format!("m{number}"), json!({ "type": "string" })))
        .collect();
    let schemas = [
        json!(null),
        json!({}),
        json!(true),
        json!([]),
        json!({ "properties": { "a": { "type": "string" } } }),
        json!({ "type": "string" }),
        json!({ "type": ["object"] }),
        json!({ "type": "object", "anyOf": [] }),
        json!({ "type": "object", "$ref": "#/$defs/a", "$defs": {} }),
        json!({ "type": "object", "required": ["a"] }),
        json!({ "type": "object", "properties": many }),
    ];
    let without = Tool::parse(r#"{"name":"act"}"#).unwrap();
    let tools = schemas.into_iter().map(|schema| tool("act", schema));
    for tool in tools.chain([without]) {
        assert_eq!(tool.unspecified(), ["*"]);
        for text in ["{}", r#"{"a":1}"#, r#"{"a":null,"b":[{}]}"#] {
            let arguments = tool.arguments_text(text).unwrap();
            assert!(arguments.is_unspecified());
            assert_eq!(arguments.input(), &Seen::record::<String>([]));
        }
        assert_fits(&tool, r#"{"a":1}"#);
    }
}

#[test]
fn members_of_any_name_are_seen() {
    let names = [
        "",
        " ",
        "a-b",
        "in",
        "if",
        "true",
        "has",
        "__cedar",
        "__entity",
        "__extn",
        "__expr",
        "type",
        "attributes",
        "input",
        "é",
        "\u{202e}",
        "\"",
        "\\",
        "\n",
        "\0",
        "a.b",
        "::",
        "?",
        "items",
        "count",
        "text",
        "whole",
        "Long",
        "OpenPass",
    ];
    let of = |value: Value| {
        let members = names.map(|name| (name.to_owned(), value.clone()));
        Value::Object(members.into_iter().collect())
    };
    let nested = json!({ "type": "object", "properties": of(json!({ "type": "string" })) });
    let mut properties = of(json!({ "type": "number" }));
    properties["nested"] = nested;
    let schema = json!({ "type": "object", "properties": properties, "required": names });
    let tool = tool("act", schema);
    assert_eq!(tool.unspecified(), Vec::<String>::new());
    let mut given = of(json!(1));
    assert_fits(&tool, &given.to_string());
    given["nested"] = of(json!("a"));
    assert_fits(&tool, &given.to_string());
}

#[test]
fn a_list_of_values_of_different_members_fits() {
    let object = json!({ "type": "object", "required": ["c"], "properties": {
        "a": { "type": "number" }, "b": { "type": "array", "items": { "type": "string" } },
        "c": { "type": "boolean" }, "any": {} } });
    let list = |of: &Value| json!({ "type": "array", "items": of });
    let tool = taking(json!({ "numbers": list(&json!({ "type": "number" })),
        "objects": list(&object), "lists": list(&list(&json!({ "type": "integer" }))) }));
    assert_fits(
        &tool,
        r#"{"numbers":[1,0.5,1e300,-0,2.0],"lists":[[],[1],[1,1],[]],"objects":[
        {"c":true},{"c":true,"a":0.5},{"a":1,"c":false,"b":[]},{"c":true,"any":[1]}]}"#,
    );
}
