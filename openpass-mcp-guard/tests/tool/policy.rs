//! What policies can say of a call.

use openpass_mcp_guard::tool::Tool;
use openpass_policy::{Decision, PolicyEngine, PolicySource};
use serde_json::json;

use crate::world::{engine, fragment, request, taking, tool};

const HOME: &str = r#"permit (principal, action == Mcp::Action::"act", resource) when {
    context.input has path && context.input.path like "/home/me/*"
};"#;

fn decide(tool: &Tool, policies: &[&str], arguments: &str) -> Decision {
    let engine = engine(&fragment(std::slice::from_ref(tool)), policies);
    let arguments = tool.arguments_text(arguments).unwrap();
    let operation = tool.operation("Mcp", "it", &arguments, request());
    engine.check(&operation).unwrap();
    engine.decide(&operation)
}

fn is_denied(decision: &Decision) -> bool {
    matches!(decision, Decision::Deny { .. })
}

#[test]
fn a_policy_speaks_of_an_argument() {
    let tool = taking(json!({ "path": { "type": "string" } }));
    let forbid = HOME.replace("permit", "forbid");
    assert!(is_denied(&decide(
        &tool,
        &[&forbid],
        r#"{"path":"/home/me/a"}"#
    )));
    assert!(!is_denied(&decide(
        &tool,
        &[&forbid],
        r#"{"path":"/etc/a"}"#
    )));
    assert!(!is_denied(&decide(&tool, &[&forbid], "{}")));
}

#[test]
fn a_policy_speaks_of_every_kind_of_value() {
    let tool = taking(json!({
        "text": { "type": "string", "enum": ["a", "b"] },
        "long": { "type": "integer", "minimum": 1 },
        "number": { "type": "number" },
        "bool": { "type": "boolean" },
        "list": { "type": "array", "items": { "type": "string" } },
        "record": { "type": "object", "properties": { "in": { "type": "string" } } },
        "records": { "type": "array", "items": {
            "type": "object", "properties": { "a-b": { "type": "boolean" } },
            "required": ["a-b"] } },
    }));
    let arguments = r#"{"text":"a","long":9223372036854775807,"number":1e2,"bool":true,
        "list":["x","x","y"],"record":{"in":"z"},"records":[{"a-b":true}]}"#;
    let conditions = [
        r#"context.input has text && context.input.text == "a""#,
        "context.input has long && context.input.long == 9223372036854775807",
        "context.input has number && context.input.number has whole && \
         context.input.number.whole == 100",
        r#"context.input has number && context.input.number.text == "1e2""#,
        "context.input has bool && context.input.bool",
        r#"context.input has list && context.input.list.items == ["y", "x"] &&
           context.input.list.count == 3"#,
        r#"context.input has record && context.input.record has "in" &&
           context.input.record["in"] == "z""#,
        r#"context.input has records && context.input.records.items.contains({"a-b": true})"#,
        "!context.unspecified",
    ];
    for condition in conditions {
        let holds = format!("forbid (principal, action, resource) when {{ {condition} }};");
        let holds = holds.replace(", action,", ", action == Mcp::Action::\"act\",");
        assert!(
            is_denied(&decide(&tool, &[&holds], arguments)),
            "{condition}"
        );
        let fails = holds.replace("when", "unless");
        assert!(
            !is_denied(&decide(&tool, &[&fails], arguments)),
            "{condition}"
        );
    }
}

#[test]
fn a_policy_sees_that_it_does_not_see_an_argument() {
    let tool = taking(json!({ "any": {}, "path": { "type": "string" } }));
    let forbid = "forbid (principal, action == Mcp::Action::\"act\", resource) \
                  when { context.unspecified };";
    assert!(is_denied(&decide(
        &tool,
        &[forbid],
        r#"{"any":1,"path":"a"}"#
    )));
    assert!(is_denied(&decide(&tool, &[forbid], r#"{"any":null}"#)));
    assert!(!is_denied(&decide(&tool, &[forbid], r#"{"path":"a"}"#)));
}

#[test]
fn a_policy_that_speaks_of_an_argument_that_it_does_not_see_does_not_load() {
    let tools = [
        taking(json!({ "path": { "type": ["string", "null"] } })),
        taking(json!({ "other": { "type": "string" } })),
        tool(
            "act",
            json!({ "type": "object", "anyOf": [],
            "properties": { "path": { "type": "string" } } }),
        ),
    ];
    for tool in tools {
        let source = PolicySource::new("mcp", fragment(&[tool]).text());
        let built = PolicyEngine::builder().host(source).policy(HOME).build();
        assert!(built.is_err());
    }
}
