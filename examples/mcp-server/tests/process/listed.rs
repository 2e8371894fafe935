//! What the tools' schemas hold, for validators and for models' providers.

use serde_json::{Value, json};

use crate::server::Server;

/// How long the whole list may be.
const MOST_BYTES: usize = 12 * 1000;
/// The keywords of JSON Schema that are used.
const KEYWORDS: &[&str] = &[
    "additionalProperties",
    "anyOf",
    "description",
    "enum",
    "items",
    "properties",
    "required",
    "type",
];

fn tools() -> Vec<Value> {
    let mut server = Server::as_agent("boss");
    let answer = server.ask("tools/list", json!({}));
    let length = answer["result"].to_string().len();
    assert!(length <= MOST_BYTES, "{length} bytes");
    server.left();
    answer["result"]["tools"].as_array().unwrap().clone()
}

fn each_schema(schema: &Value, seen: &mut impl FnMut(&Value)) {
    seen(schema);
    let below = ["properties"]
        .iter()
        .filter_map(|key| schema[key].as_object());
    for schema in below.flat_map(|map| map.values()) {
        each_schema(schema, seen);
    }
    for key in ["items", "additionalProperties"] {
        if schema[key].is_object() {
            each_schema(&schema[key], seen);
        }
    }
    for schema in schema["anyOf"].as_array().into_iter().flatten() {
        each_schema(schema, seen);
    }
}

#[test]
fn m10_the_list_is_short_and_its_schemas_are_draft_2020_12_and_nothing_else() {
    for tool in tools() {
        for which in ["inputSchema", "outputSchema"] {
            assert_eq!(tool[which]["type"], "object", "{tool}");
            each_schema(&tool[which], &mut |schema| {
                let Some(members) = schema.as_object() else {
                    assert_eq!(schema, &Value::Bool(true), "{tool}");
                    return;
                };
                for key in members.keys() {
                    assert!(KEYWORDS.contains(&key.as_str()), "{key}: {schema}");
                }
            });
        }
    }
}

#[test]
fn m10_every_tool_can_be_made_a_strict_function() {
    // As the providers' SDKs do it: every object is closed, and every member
    // of it is asked for, so that what may be left out must take null.
    for tool in tools() {
        each_schema(&tool["inputSchema"], &mut |schema| {
            let types = &schema["type"];
            assert!(types.is_string() || types.is_array(), "{tool}: {schema}");
            if types == "object" {
                assert_eq!(schema["additionalProperties"], false, "{tool}: {schema}");
                let required = schema["required"].as_array().cloned().unwrap_or_default();
                for (name, member) in schema["properties"].as_object().unwrap() {
                    let optional = !required.contains(&json!(name));
                    let null = member["type"].as_array();
                    let null = null.is_some_and(|types| types.contains(&json!("null")));
                    let object = member["type"] == "object";
                    assert!(!optional || null || object, "{tool}: {name}");
                }
            }
        });
    }
}

#[test]
fn m6_known_words_and_fields_are_in_the_schemas() {
    let tools = tools();
    let input = |name: &str| {
        let tool = tools.iter().find(|tool| tool["name"] == name).unwrap();
        tool["inputSchema"]["properties"].clone()
    };
    let tiers = json!(["read-only", "standard", "admin"]);
    assert_eq!(input("upgrade_agent")["tier"]["enum"], tiers);
    let methods = json!(["passphrase", "touchid"]);
    assert_eq!(input("set_auth_method")["method"]["enum"], methods);
    let fields = &input("edit_agent_profile")["set"];
    let flag = json!({"type": ["boolean", "null"]});
    assert_eq!(fields["properties"]["canWrite"], flag);
    assert_eq!(fields["additionalProperties"], false);
    let refused = Server::as_agent("boss").call(
        "edit_agent_profile",
        &json!({"name": "codex", "set": {"canwrite": true}}),
    );
    assert_eq!(refused["code"], "invalid_arguments");
    assert!(
        refused["message"].as_str().unwrap().contains("canWrite"),
        "{refused}"
    );
}
