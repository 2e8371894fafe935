//! What a person is told of the arguments.

use serde_json::json;

use crate::world::{taking, tool};

fn told(text: &str) -> Vec<(String, String)> {
    let any = tool("act", json!({ "type": "object" }));
    any.arguments_text(text).unwrap().told()
}

#[test]
fn every_argument_is_told_in_the_order_in_which_it_was_sent() {
    let edits = r#"{"path":"/w/a","edits":[{"oldText":"a\nb","newText":""},{"z":[[1.50,null]]}],
        "dryRun":false,"none":[],"empty":{}}"#;
    let expected = [
        ("path", "/w/a"),
        ("edits[0].oldText", "a\nb"),
        ("edits[0].newText", ""),
        ("edits[1].z[0][0]", "1.50"),
        ("edits[1].z[0][1]", "null"),
        ("dryRun", "false"),
        ("none", "[]"),
        ("empty", "{}"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(told(edits), expected);
    assert_eq!(told("{}"), []);
}

#[test]
fn no_two_values_are_told_alike() {
    let values = [
        "1",
        "1.0",
        "\"1\"",
        "null",
        "\"null\"",
        "true",
        "\"true\"",
        "[]",
        "\"[]\"",
        "{}",
        "\"{}\"",
        "\"\\\"1\\\"\"",
        "\"\"",
        "\"\\\"\\\"\"",
        "\" 1\"",
        "1e999",
        "\"1e999\"",
        "\"a\"",
        "\"\\\"a\"",
        "\"\\\"a\\\"\"",
    ];
    let texts: Vec<_> = values
        .iter()
        .map(|it| told(&format!("{{\"a\":{it}}}")))
        .collect();
    for (index, one) in texts.iter().enumerate() {
        assert!(!texts[..index].contains(one), "{one:?}");
    }
}

#[test]
fn no_two_places_are_told_alike() {
    let places = [
        r#"{"a":{"b":1}}"#,
        r#"{"a.b":1}"#,
        r#"{"a[\"b\"]":1}"#,
        r#"{"a":[1]}"#,
        r#"{"a[0]":1}"#,
        r#"{"a":{"0":1}}"#,
        r#"{"a":{"[0]":1}}"#,
        r#"{"":1}"#,
        r#"{"[\"\"]":1}"#,
        r#"{"a ":1}"#,
        r#"{"a":1}"#,
    ];
    let names: Vec<_> = places.iter().map(|it| told(it)).collect();
    for (index, one) in names.iter().enumerate() {
        assert!(!names[..index].contains(one), "{one:?}");
    }
}

#[test]
fn a_long_argument_is_told_whole() {
    let long = "x".repeat(200_000);
    assert_eq!(
        told(&format!("{{\"a\":\"{long}\"}}")),
        [("a".to_owned(), long)]
    );
}

#[test]
fn what_policy_does_not_see_is_told_all_the_same() {
    let tool = taking(json!({ "any": { "anyOf": [] }, "path": { "type": "string" } }));
    let arguments = tool
        .arguments_text(r#"{"any":{"deep":[1]},"path":"a"}"#)
        .unwrap();
    let told = arguments.told();
    assert_eq!(told[0], ("any.deep[0]".to_owned(), "1".to_owned()));
    assert_eq!(told.len(), 2);
    assert_eq!(tool.unspecified(), ["any"]);
}
