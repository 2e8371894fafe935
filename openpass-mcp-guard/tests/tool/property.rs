//! Any tool, any arguments.

use openpass_mcp_guard::tool::{Fragment, Group, Standing, Tool};
use openpass_policy::{PolicyEngine, PolicySource};
use proptest::{
    collection::{btree_map, vec},
    prelude::*,
};
use serde_json::{Map, Value, json};

use crate::{
    difference::changed,
    world::{assert_asks, request},
};

/// A text with what is odd in it oftener than by chance.
fn text() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "\"",
        "\\",
        "\n",
        "\r",
        "\0",
        "|",
        "\n    | ",
        "  };\n",
        "}",
        "*/",
        "//",
        "@tool(\"",
        "\u{202e}",
        "\u{200b}",
        "\u{5d0}",
        "type",
        "properties",
        "a",
        "title",
        "name",
    ]);
    let part = prop_oneof![
        odd.prop_map(str::to_owned),
        any::<char>().prop_map(String::from)
    ];
    vec(part, 0..6).prop_map(|parts| parts.concat())
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::Array),
            btree_map(text(), inner, 0..4).prop_map(|it| Value::Object(it.into_iter().collect())),
        ]
    })
}

/// A schema, and a value that fits it.
fn typed() -> impl Strategy<Value = (Value, Value)> {
    let plain = |name: &'static str| move |value: Value| (json!({ "type": name }), value);
    let leaf = prop_oneof![
        text().prop_map(Value::from).prop_map(plain("string")),
        any::<i64>()
            .prop_map(Value::from)
            .prop_map(plain("integer")),
        any::<f64>()
            .prop_filter("JSON has no such number", |it| it.is_finite())
            .prop_map(Value::from)
            .prop_map(plain("number")),
        any::<bool>()
            .prop_map(Value::from)
            .prop_map(plain("boolean")),
        any_json().prop_map(|value| (json!({}), value)),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let list = inner.clone().prop_map(|(schema, value)| {
            let schema = json!({ "type": "array", "items": schema });
            (schema, json!([value, value]))
        });
        prop_oneof![list, object(inner)]
    })
}

fn object(inner: impl Strategy<Value = (Value, Value)>) -> impl Strategy<Value = (Value, Value)> {
    btree_map(text(), (inner, any::<bool>(), any::<bool>()), 0..4).prop_map(|members| {
        let (mut properties, mut given, mut required) = (Map::new(), Map::new(), Vec::new());
        for (name, ((schema, value), needed, there)) in members {
            properties.insert(name.clone(), schema);
            if needed || there {
                given.insert(name.clone(), value);
            }
            required.extend(needed.then_some(name));
        }
        let schema = json!({ "type": "object", "properties": properties, "required": required });
        (schema, Value::Object(given))
    })
}

fn any_tool() -> impl Strategy<Value = Tool> {
    let more = btree_map(text(), any_json(), 0..4);
    let schema = prop_oneof![any_json(), typed().prop_map(|it| it.0)];
    ("[a-zA-Z0-9_./-]{1,12}", more, schema).prop_map(|(name, more, schema)| {
        let mut tool: Map<String, Value> = more.into_iter().collect();
        tool.insert("inputSchema".to_owned(), schema);
        tool.insert("name".to_owned(), Value::from(name));
        Tool::read(&Value::Object(tool)).unwrap()
    })
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases)
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn what_is_accepted_is_read_back(
        tools in vec((any_tool(), prop::sample::select(Group::ALL.to_vec())), 0..4),
        command in vec(text(), 0..3),
        instructions in proptest::option::of(text()),
    ) {
        let mut fragment = Fragment::new("Mcp", &command, instructions.as_deref()).unwrap();
        for (tool, group) in &tools {
            fragment.accept(tool.clone(), *group).unwrap();
        }
        let written = fragment.text();
        let read = Fragment::parse(&written).unwrap();
        prop_assert_eq!(&read, &fragment);
        prop_assert_eq!(read.text(), written);
        for (tool, _) in read.tools() {
            prop_assert_eq!(fragment.standing(tool), Standing::Accepted);
            let again = Tool::parse(tool.canonical()).unwrap();
            prop_assert_eq!(again.digest(), tool.digest());
        }
    }

    #[test]
    fn no_text_is_read_as_a_fragment_that_would_be_written_otherwise(
        tool in any_tool(), at in any::<prop::sample::Index>(), put in text(), cut in 0_usize..4,
    ) {
        let mut fragment = Fragment::new("Mcp", &[], None).unwrap();
        fragment.accept(tool, Group::Routine).unwrap();
        let letters: Vec<char> = fragment.text().chars().collect();
        let at = at.index(letters.len());
        let behind = (at + cut).min(letters.len());
        let parts = [letters[..at].to_vec(), put.chars().collect(), letters[behind..].to_vec()];
        let changed: String = parts.concat().into_iter().collect();
        if let Ok(read) = Fragment::parse(&changed) {
            prop_assert_eq!(read.text(), changed);
        }
    }

    #[test]
    fn arguments_are_bound_as_they_were_sent(one in any_json(), other in any_json()) {
        let tool = Tool::parse(r#"{"name":"a","inputSchema":{"type":"object"}}"#).unwrap();
        let digest = |value: &Value| {
            let arguments = tool.arguments_text(&json!({ "x": value }).to_string()).unwrap();
            let operation = tool.operation("Mcp", "it", &arguments, request());
            (operation.digest(), arguments.told())
        };
        let (sent, sent_other) = (json!([one]).to_string(), json!([other]).to_string());
        let ((bound, told), (bound_other, told_other)) = (digest(&one), digest(&other));
        prop_assert_eq!(bound == bound_other, sent == sent_other);
        prop_assert_eq!(told == told_other, sent == sent_other);
        for changed in changed(&one) {
            let (bound_other, told_other) = digest(&changed);
            prop_assert!(bound != bound_other && told != told_other, "{}", changed);
        }
    }
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn a_call_that_fits_the_tool_fits_the_engine(
        all in vec(object(typed().boxed()), 1..12), tools in vec(any_tool(), 0..4),
    ) {
        let mut fragment = Fragment::new("Mcp", &[], None).unwrap();
        for tool in tools {
            fragment.accept(tool, Group::Config).unwrap();
        }
        let mut calls = Vec::new();
        for (index, (schema, given)) in all.into_iter().enumerate() {
            let tool = json!({ "name": format!("call{index}"), "inputSchema": schema });
            let tool = Tool::read(&tool).unwrap();
            fragment.accept(tool.clone(), Group::Critical).unwrap();
            calls.push((tool, given));
        }
        let source = PolicySource::new("mcp", fragment.text());
        let engine = PolicyEngine::builder().host(source).build().unwrap();
        for (tool, given) in calls {
            let arguments = tool.arguments_text(&given.to_string()).unwrap();
            let operation = tool.operation("Mcp", "it", &arguments, request());
            assert_asks(&engine, &operation);
        }
    }
}
