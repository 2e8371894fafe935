//! Which arguments are taken.

use openpass_mcp_guard::tool::ArgumentsProblem as Problem;
use serde_json::{Value, json};

use crate::world::{assert_refused, refused, taking, tool};

fn wrong(wanted: &'static str) -> Problem {
    Problem::WrongType { wanted }
}

#[test]
fn a_value_of_another_type_than_declared_is_refused() {
    let values = ["null", "true", "1", "1.5", "\"a\"", "[]", "{}"];
    let kinds = [
        (json!({ "type": "string" }), "a text", &values[4..5]),
        (json!({ "type": "number" }), "a number", &values[2..4]),
        (json!({ "type": "boolean" }), "true or false", &values[1..2]),
        (
            json!({ "type": "array", "items": { "type": "string" } }),
            "an array",
            &values[5..6],
        ),
        (
            json!({ "type": "object", "properties": {} }),
            "an object",
            &values[6..7],
        ),
    ];
    for (schema, words, fit) in kinds {
        let tool = taking(json!({ "x": schema }));
        for value in values {
            let text = format!("{{\"x\":{value}}}");
            if fit.contains(&value) {
                tool.arguments_text(&text).unwrap();
            } else {
                assert_refused(&tool, &text, "\"x\"", &wrong(words));
            }
        }
    }
}

#[test]
fn a_whole_number_is_one_that_cedar_can_count() {
    let tool = taking(json!({ "x": { "type": "integer" } }));
    let whole = [
        ("0", 0),
        ("-0", 0),
        ("0.0e99999999999999999999", 0),
        ("5.0", 5),
        ("50e-1", 5),
        ("0.5e1", 5),
        ("1e18", 1_000_000_000_000_000_000),
        ("9223372036854775807", i64::MAX),
        ("-9223372036854775808", i64::MIN),
    ];
    for (text, value) in whole {
        let arguments = tool.arguments_text(&format!("{{\"x\":{text}}}")).unwrap();
        assert_eq!(arguments.input(), &record("x", value), "{text}");
    }
    let not = [
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551616",
        "0.5",
        "1e-1",
        "1e19",
        "1e999",
        "1e99999999999999999999",
        "1e1000000000000",
        "5.00000000000000000001",
    ];
    for text in not {
        assert_refused(
            &tool,
            &format!("{{\"x\":{text}}}"),
            "\"x\"",
            &Problem::NoLong,
        );
        let number = taking(json!({ "x": { "type": "number" } }));
        let arguments = number.arguments_text(&format!("{{\"x\":{text}}}")).unwrap();
        let text = openpass_policy::Value::record([("text", text.into())]);
        assert_eq!(
            arguments.input(),
            &openpass_policy::Value::record([("x", text)])
        );
    }
}

fn record(name: &str, value: i64) -> openpass_policy::Value {
    openpass_policy::Value::record([(name, value.into())])
}

#[test]
fn only_the_words_of_an_enum_are_taken() {
    let one = json!({ "x": { "type": "string", "enum": ["a", "b c"] } });
    let other = json!({ "x": { "type": "string", "const": "a" } });
    for schema in [one, other] {
        let tool = taking(schema);
        tool.arguments_text(r#"{"x":"a"}"#).unwrap();
        for word in ["", "A", "a ", "b"] {
            let text = json!({ "x": word }).to_string();
            assert_refused(&tool, &text, "\"x\"", &Problem::UnknownWord);
        }
    }
}

#[test]
fn what_is_needed_must_be_there_and_what_is_not_declared_must_not() {
    let inner = json!({ "type": "object", "properties": { "b": { "type": "string" } },
        "required": ["b"] });
    let list = json!({ "type": "array", "items": inner });
    let schema = json!({ "type": "object", "properties": { "a": list, "any": {} },
        "required": ["a", "any"] });
    let tool = tool("act", schema);
    tool.arguments_text(r#"{"a":[],"any":null}"#).unwrap();
    let refusals = [
        ("{}", r#""a""#, Problem::Missing),
        (r#"{"a":[]}"#, r#""any""#, Problem::Missing),
        (r#"{"a":[{}],"any":1}"#, r#""a[0].b""#, Problem::Missing),
        (r#"{"a":[],"any":1,"z":1}"#, r#""z""#, Problem::Undeclared),
        (
            r#"{"a":[{"b":"","c":1}],"any":1}"#,
            r#""a[0].c""#,
            Problem::Undeclared,
        ),
        (
            r#"{"a":[{"b":""},{"b":1}],"any":1}"#,
            r#""a[1].b""#,
            wrong("a text"),
        ),
    ];
    for (text, at, problem) in refusals {
        assert_refused(&tool, text, at, &problem);
    }
}

#[test]
fn members_that_are_not_declared_are_taken_where_the_schema_says_so_and_unspecified() {
    let of = |more: Value| {
        let mut schema = json!({ "type": "object" });
        schema
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        tool("act", schema)
    };
    let open = [
        of(json!({})),
        of(json!({ "additionalProperties": true })),
        of(json!({ "additionalProperties": {} })),
        of(json!({ "additionalProperties": { "type": "string" }, "properties": {} })),
    ];
    for tool in open {
        assert_eq!(tool.unspecified(), ["*"]);
        assert!(!tool.arguments_text("{}").unwrap().is_unspecified());
        assert!(tool.arguments_text(r#"{"z":1}"#).unwrap().is_unspecified());
    }
    let closed = [
        of(json!({ "properties": {} })),
        of(json!({ "additionalProperties": false })),
        of(json!({ "additionalProperties": false, "properties": {} })),
    ];
    for tool in closed {
        assert_refused(&tool, r#"{"z":1}"#, "\"z\"", &Problem::Undeclared);
    }
}

#[test]
fn what_is_no_object_or_no_json_is_refused() {
    let tool = taking(json!({ "a": {}, "b": {} }));
    for text in ["null", "[]", "1", "\"{}\"", "true"] {
        assert_refused(&tool, text, "(all of them)", &wrong("an object"));
    }
    let bad = [
        "",
        " ",
        "{",
        "{}{}",
        "{} x",
        r#"{"a":1,}"#,
        r#"{"a":01}"#,
        r#"{"a":NaN}"#,
        r#"{"a":1,"a":1}"#,
        r#"{"a":{"b":1,"b":2}}"#,
        r#"{"a":1,"\u0061":2}"#,
        r#"{"a":"\ud800"}"#,
        r#"{"\udc00":1}"#,
        "{\"a\":\"\n\"}",
        "{'a':1}",
        "\u{feff}{}",
    ];
    for text in bad {
        let error = refused(&tool, text);
        assert!(matches!(error.problem, Problem::Json(_)), "{text}: {error}");
    }
}

#[test]
fn an_error_shows_what_hides_in_a_name() {
    let tool = taking(json!({ "a": { "type": "string" } }));
    let error = refused(&tool, "{\"x\u{202e}\\n\\\"\":1}").to_string();
    assert!(error.is_ascii() && !error.contains('\n'), "{error}");
    let error = refused(&tool, "{\"x\u{202e}\":{\"y\u{202e}\":1,\"y\u{202e}\":1}}").to_string();
    assert!(error.is_ascii(), "{error}");
}

#[test]
fn arguments_as_a_map_are_those_of_its_text() {
    let tool = taking(json!({ "a": {}, "b c": {} }));
    for text in ["{}", r#"{"a":1.0}"#, r#"{"b c":[{"x":null}],"a":"\n"}"#] {
        let map: Value = serde_json::from_str(text).unwrap();
        let read = tool.arguments(map.as_object().unwrap()).unwrap();
        assert_eq!(read, tool.arguments_text(&map.to_string()).unwrap());
        assert_eq!(read.text(), map.to_string());
    }
}
