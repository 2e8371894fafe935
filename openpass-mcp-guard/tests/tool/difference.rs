//! Whatever differs, differs in what an approval is bound to.

use std::collections::BTreeSet;

use openpass_mcp_guard::tool::{Standing, Tool};
use openpass_policy::OperationDigest;
use serde_json::{Value, json};

use crate::world::{fragment, request, taking, tool};

fn digest(tool: &Tool, arguments: &str) -> OperationDigest {
    let arguments = tool.arguments_text(arguments).unwrap();
    tool.operation("Mcp", "it", &arguments, request()).digest()
}

/// All texts make digests of their own.
fn assert_differ(tool: &Tool, texts: &[&str]) {
    let digests = texts.iter().map(|text| digest(tool, text).to_string());
    assert_eq!(digests.collect::<BTreeSet<_>>().len(), texts.len());
}

#[test]
fn two_arguments_that_differ_anywhere_differ_in_the_digest() {
    let any = tool("act", json!({ "type": "object" }));
    let texts = [
        "{}",
        r#"{"a":null}"#,
        r#"{"a":1}"#,
        r#"{"a":1.0}"#,
        r#"{"a":1e0}"#,
        r#"{"a":"1"}"#,
        r#"{"a":[1]}"#,
        r#"{"a":[1,1]}"#,
        r#"{"a":{}}"#,
        r#"{"a":[]}"#,
        r#"{"a":""}"#,
        r#"{"a":false}"#,
        r#"{"a":[1,2]}"#,
        r#"{"a":[2,1]}"#,
        r#"{"a.b":1}"#,
        r#"{"a":{"b":1}}"#,
        r#"{"a":1,"b":2}"#,
        r#"{"b":2,"a":1}"#,
        r#"{"a":18446744073709551617}"#,
        r#"{"a":18446744073709551618}"#,
        r#"{"a":0.1}"#,
        r#"{"a":0.1000000000000000055511151231257827}"#,
        r#"{"a":1e999}"#,
        r#"{"a":1e998}"#,
        r#"{"a":-0}"#,
        r#"{"a":0}"#,
    ];
    assert_differ(&any, &texts);
}

#[test]
fn arguments_that_policy_sees_alike_differ_all_the_same() {
    let tool = taking(json!({
        "list": { "type": "array", "items": { "type": "number" } },
        "long": { "type": "integer" },
        "any": {},
    }));
    let texts = [
        r#"{"list":[1,2]}"#,
        r#"{"list":[2,1]}"#,
        r#"{"list":[1,1,2]}"#,
        r#"{"list":[1,2,2]}"#,
        r#"{"long":1}"#,
        r#"{"long":1.0}"#,
        r#"{"long":10e-1}"#,
        r#"{"any":1}"#,
        r#"{"any":2}"#,
        r#"{"any":null}"#,
        "{}",
    ];
    assert_differ(&tool, &texts);
    let first = tool.arguments_text(texts[0]).unwrap();
    assert_eq!(
        first.input(),
        tool.arguments_text(r#"{"list":[1,2]}"#).unwrap().input()
    );
    assert_eq!(
        digest(&tool, texts[0]),
        digest(&tool, " { \"l\\u0069st\" : [ 1 , 2 ] } ")
    );
}

#[test]
fn a_call_of_another_tool_or_another_server_is_another_operation() {
    let (one, other) = (
        taking(json!({ "a": {} })),
        taking(json!({ "a": {}, "b": {} })),
    );
    let arguments = one.arguments_text("{}").unwrap();
    let foreign = other.arguments_text("{}").unwrap();
    let digests: BTreeSet<String> = [
        one.operation("Mcp", "it", &arguments, request()),
        one.operation("Mcp", "it", &foreign, request()),
        other.operation("Mcp", "it", &foreign, request()),
        one.operation("Other", "it", &arguments, request()),
        one.operation("Mcp", "that", &arguments, request()),
    ]
    .iter()
    .map(|operation| operation.digest().to_string())
    .collect();
    assert_eq!(digests.len(), 5);
}

/// Every way to change one thing of `value`, wherever it is.
pub(crate) fn changed(value: &Value) -> Vec<Value> {
    let mut all = match value {
        Value::Null => vec![json!(0)],
        Value::Bool(is) => vec![json!(!is)],
        Value::Number(number) => vec![json!(number.to_string())],
        Value::String(text) => vec![json!(format!("{text}\u{200b}")), json!([text])],
        _ => vec![json!(null)],
    };
    if let Value::Array(items) = value {
        let with = |items: Vec<Value>| Value::Array(items);
        all.push(with(items.iter().cloned().chain([json!(1)]).collect()));
        all.extend((1..items.len()).map(|at| {
            let mut items = items.clone();
            items.swap(at - 1, at);
            Value::Array(items)
        }));
        for (index, item) in items.iter().enumerate() {
            all.extend(changed(item).into_iter().map(|item| {
                let mut items = items.clone();
                items[index] = item;
                Value::Array(items)
            }));
        }
    }
    if let Value::Object(members) = value {
        let mut more = members.clone();
        more.insert("new".to_owned(), Value::Null);
        all.push(Value::Object(more));
        for (name, inner) in members {
            let mut without = members.clone();
            without.remove(name);
            all.push(Value::Object(without));
            all.extend(changed(inner).into_iter().map(|inner| {
                let mut members = members.clone();
                members.insert(name.clone(), inner);
                Value::Object(members)
            }));
        }
    }
    all.retain(|other| other != value);
    all
}

#[test]
fn whatever_changes_of_a_tool_it_does_not_count_as_accepted() {
    let described = json!({
        "name": "edit", "title": "Edit", "description": "Edits.\nA file.",
        "inputSchema": { "type": "object", "required": ["path"], "properties": {
            "path": { "type": "string", "description": "It" },
            "edits": { "type": "array", "items": { "type": "object", "properties": {
                "to": { "type": "string", "enum": ["a", "b"] } } } },
            "count": { "type": "number", "maximum": 10, "default": 1.5 } } },
        "outputSchema": { "type": "object" },
        "annotations": { "readOnlyHint": false, "title": "E" },
        "_meta": { "a": [1, null] }, "icons": [{ "src": "https://example.org/i.png" }],
        "execution": { "taskSupport": "forbidden" }, "unheard-of": true,
    });
    let tool = Tool::read(&described).unwrap();
    let accepted = fragment(std::slice::from_ref(&tool));
    assert_eq!(accepted.standing(&tool), Standing::Accepted);
    let mut digests = BTreeSet::from([tool.digest()]);
    let changes = changed(&described);
    assert!(changes.len() > 100, "{}", changes.len());
    for change in changes {
        let Ok(other) = Tool::read(&change) else {
            continue;
        };
        assert_ne!(accepted.standing(&other), Standing::Accepted, "{change}");
        let renamed = other.name() != tool.name();
        assert_eq!(accepted.standing(&other) == Standing::Unknown, renamed);
        assert!(digests.insert(other.digest()), "{change}");
    }
}

#[test]
fn a_number_of_a_tool_counts_digit_by_digit_and_the_order_of_members_does_not() {
    let of = |text: &str| Tool::parse(text).unwrap();
    let one = of(r#"{"name":"a","x":18446744073709551617}"#);
    assert_ne!(
        one.digest(),
        of(r#"{"name":"a","x":18446744073709551618}"#).digest()
    );
    let turned = of(" { \"x\" : 18446744073709551617 , \"n\\u0061me\" : \"a\" } ");
    assert_eq!(
        (one.digest(), one.canonical()),
        (turned.digest(), turned.canonical())
    );
    assert_eq!(one.canonical(), r#"{"name":"a","x":18446744073709551617}"#);
}

#[test]
fn what_a_tool_says_of_itself_is_a_claim() {
    for (hints, claims) in [
        (json!({ "readOnlyHint": true }), true),
        (json!({ "readOnlyHint": false }), false),
        (json!({ "readOnlyHint": "true" }), false),
        (json!([{ "readOnlyHint": true }]), false),
    ] {
        let tool = json!({ "name": "a", "annotations": hints });
        assert_eq!(Tool::read(&tool).unwrap().claims_read_only(), claims);
    }
}
