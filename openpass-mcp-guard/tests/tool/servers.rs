//! Tools in the shapes of three servers that many use: files, memory, everything.

use openpass_mcp_guard::tool::{Fragment, Group, Standing, Tool};
use openpass_policy::{Decision, Entity};
use serde_json::Value;

use crate::world::{engine, request};

const SERVERS: [(&str, &str); 3] = [
    ("filesystem", include_str!("servers/filesystem.json")),
    ("memory", include_str!("servers/memory.json")),
    ("everything", include_str!("servers/everything.json")),
];

/// Each tool of a server, and a call of it.
fn tools(text: &str) -> Vec<(Tool, Value)> {
    let all: Vec<Value> = serde_json::from_str(text).unwrap();
    let all = all.into_iter();
    all.map(|it| (Tool::read(&it["tool"]).unwrap(), it["call"].clone()))
        .collect()
}

fn accepted(text: &str, group: Group) -> Fragment {
    let command = ["node", "a b/index.js", "--", "\"x\""].map(str::to_owned);
    let mut fragment = Fragment::new("Mcp", &command, Some("Read me.\nFirst.")).unwrap();
    for (tool, _) in tools(text) {
        fragment.accept(tool, group).unwrap();
    }
    fragment
}

#[test]
fn every_tool_is_declared_whole_and_a_call_of_it_fits() {
    let mut calls = 0;
    for (_, text) in SERVERS {
        for group in Group::ALL {
            let fragment = accepted(text, group);
            let engine = engine(&fragment, &[]);
            for (tool, call) in tools(text) {
                assert_eq!(tool.unspecified(), Vec::<String>::new(), "{}", tool.name());
                let arguments = tool.arguments(call.as_object().unwrap()).unwrap();
                let operation = tool.operation("Mcp", "it", &arguments, request());
                engine.check(&operation).unwrap();
                assert!(!arguments.is_unspecified());
                calls += 1;
            }
        }
    }
    assert_eq!(calls, 39 * 3);
}

#[test]
fn without_a_policy_an_agent_s_critical_call_asks_a_person_and_a_client_s_is_denied() {
    for (_, text) in SERVERS {
        let engine = engine(&accepted(text, Group::Critical), &[]);
        for (tool, call) in tools(text) {
            let arguments = tool.arguments(call.as_object().unwrap()).unwrap();
            let operation = tool.operation("Mcp", "it", &arguments, request());
            let decision = engine.decide(&operation);
            assert!(
                matches!(decision, Decision::RequireBiometry { .. }),
                "{decision:?}"
            );
            let client = Entity::new("Mcp::Client", "codex");
            let operation = tool.operation_by("Mcp", "it", &arguments, client);
            engine.check(&operation).unwrap();
            let decision = engine.decide(&operation);
            assert!(matches!(decision, Decision::Deny { .. }), "{decision:?}");
        }
    }
}

#[test]
fn what_was_accepted_is_read_back_as_it_was() {
    for (_, text) in SERVERS {
        let fragment = accepted(text, Group::Config);
        let read = Fragment::parse(&fragment.text()).unwrap();
        assert_eq!(read, fragment);
        assert_eq!(read.instructions(), Some("Read me.\nFirst."));
        assert_eq!(read.command().last().unwrap(), "\"x\"");
        for (tool, _) in tools(text) {
            assert_eq!(read.standing(&tool), Standing::Accepted);
            assert_eq!(read.tool(tool.name()).unwrap().1, Group::Config);
        }
    }
}
