//! Any arguments at all, to every tool.

use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::{Value, json};

use crate::server::Server;

fn any_json() -> impl Strategy<Value = Value> {
    let known = prop_oneof![
        Just("passphrase"),
        Just("codex"),
        Just("boss"),
        Just("admin"),
        Just("canWrite"),
        Just("tok-20260101-00000001"),
        Just("set_auth_method"),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        known.prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(key(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

const KEYS: &[&str] = &[
    "name",
    "method",
    "tier",
    "reason",
    "set",
    "id",
    "tool",
    "arguments",
    "code",
    "canWrite",
];

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(KEYS).prop_map(str::to_owned),
        1 => ".{0,8}",
    ]
}

/// Arguments that fit their tool as often as not.
fn call() -> impl Strategy<Value = (String, Value)> {
    let tools = prop::sample::select(vec![
        "get_auth_status",
        "set_auth_method",
        "list_agents",
        "get_agent",
        "upgrade_agent",
        "edit_agent_profile",
        "list_tokens",
        "revoke_token",
        "rotate_token",
        "list_policies",
        "explain_decision",
        "get_request",
    ]);
    let fields = |value: Value| json!({"name": "codex", "tier": "admin", "method": "passphrase", "set": {"canWrite": value}});
    let arguments = prop_oneof![
        prop::collection::btree_map(key(), any_json(), 0..4)
            .prop_map(|map| Value::Object(map.into_iter().collect())),
        (
            any_json(),
            prop::sample::subsequence(vec!["name", "tier", "method", "set"], 0..4)
        )
            .prop_map(move |(value, kept)| {
                let mut all = fields(value);
                let map = all.as_object_mut().unwrap();
                map.retain(|name, _| kept.contains(&name.as_str()));
                all
            }),
        any_json(),
    ];
    (tools.prop_map(str::to_owned), arguments)
}

#[test]
fn case_26_any_arguments_get_an_answer_change_nothing_and_leave_stdout_to_the_protocol() {
    let server = std::cell::RefCell::new(Server::as_agent("boss"));
    let before = server.borrow().files();
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    runner
        .run(&call(), |(tool, arguments)| {
            let mut server = server.borrow_mut();
            let params = json!({"name": tool, "arguments": arguments});
            let answer = server.ask("tools/call", params);
            let result = &answer["result"];
            let answered = result["structuredContent"].is_object();
            prop_assert!(answered || answer["error"]["code"].is_i64(), "{}", answer);
            prop_assert_ne!(
                &result["structuredContent"]["code"],
                "internal",
                "{}",
                answer
            );
            prop_assert_eq!(&server.files(), &before);
            Ok(())
        })
        .unwrap();
    server.into_inner().left();
}
