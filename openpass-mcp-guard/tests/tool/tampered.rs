//! A fragment that somebody wrote by hand counts for nothing.

use openpass_mcp_guard::tool::{Fragment, FragmentError, Group, Tool};
use openpass_policy::PolicySource;
use serde_json::json;

use crate::world::{fragment, tool};

fn whole() -> String {
    let schema = json!({ "type": "object", "properties": {
        "path": { "type": "string" }, "deep": { "type": "object", "properties": {} } } });
    let described = Tool::read(
        &json!({ "name": "read", "title": "T", "description": "D\nE",
        "inputSchema": schema, "annotations": { "readOnlyHint": true } }),
    );
    let tools = [tool("act", schema), described.unwrap()];
    let mut fragment = Fragment::new("Mcp", &["a".to_owned()], Some("I\nJ")).unwrap();
    for tool in tools {
        fragment.accept(tool, Group::Critical).unwrap();
    }
    fragment.text()
}

#[track_caller]
fn assert_refused(text: &str) {
    let error = Fragment::parse(text).unwrap_err();
    assert!(error.to_string().contains("none of them counts"), "{error}");
}

#[test]
fn a_fragment_without_any_one_of_its_bytes_is_refused() {
    let text = whole();
    Fragment::parse(&text).unwrap();
    for (at, character) in text.char_indices() {
        let mut less = text.clone();
        less.remove(at);
        let counts = Fragment::parse(&less).ok();
        // What is in the strings can be shorter: it is another tool then.
        let says_so = counts
            .as_ref()
            .is_none_or(|fragment| fragment.text() == less);
        assert!(says_so, "without {character:?} at {at}");
        let mut more = text.clone();
        more.insert(at, ' ');
        let counts = Fragment::parse(&more).ok();
        assert!(
            counts.is_none_or(|fragment| fragment.text() == more),
            "{at}"
        );
    }
}

#[test]
fn a_fragment_that_declares_less_than_its_tools_is_refused() {
    let text = whole();
    let changes = [
        ("\"path\"?: String", "\"path\": String"),
        ("        \"path\"?: String,\n", ""),
        ("\"path\"?: String", "\"path\"?: Long"),
        ("\"unspecified\": Bool,\n", ""),
        (
            "principal: [OpenPass::Agent, Client]",
            "principal: [OpenPass::Agent]",
        ),
        (
            "[OpenPass::Action::\"critical\"]",
            "[OpenPass::Action::\"credentials\"]",
        ),
        (" in [OpenPass::Action::\"critical\"]", ""),
        ("critical", "guardrails"),
        (
            "\\\"type\\\":\\\"string\\\"",
            "\\\"type\\\": \\\"string\\\"",
        ),
        ("\\\"annotations\\\"", "\\u{22}annotations\\\""),
        ("    | E", "  | E"),
        ("    | E", "E"),
        ("D\n", "D\\n"),
        ("entity Client;", "entity Client in [Server];"),
        ("// The tools", "// These tools"),
        ("\n  @title(\"T\")", ""),
        ("@title(\"T\")\n", "@title(\"T\")\n  @title(\"T\")\n"),
        ("\"read\"", "\"act\""),
        ("namespace Mcp", "namespace OpenPass"),
        ("namespace Mcp", "namespace Other::Mcp"),
        ("}\n", "}"),
    ];
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        let changed = text.replacen(from, to, 1);
        if let Ok(fragment) = Fragment::parse(&changed) {
            assert_eq!(fragment.text(), changed, "{from}");
            assert_eq!(
                from, "\n  @title(\"T\")",
                "a tool without its title is another tool"
            );
        }
    }
    for more in ["\n", " ", "}\n", "namespace B { entity C; }\n", "// \n"] {
        assert_refused(&format!("{text}{more}"));
        assert_refused(&format!("{more}{text}"));
    }
}

#[test]
fn two_tools_of_one_name_or_out_of_order_are_refused() {
    let tools = ["a", "b"].map(|name| tool(name, json!({ "type": "object" })));
    let text = fragment(&tools).text();
    let at = text.find("\n  @tool").unwrap();
    let (head, both) = text.split_at(at);
    let end = both.find("\n  };\n").unwrap() + "\n  };\n".len();
    let (first, second) = both.strip_suffix("}\n").unwrap().split_at(end);
    assert_eq!(format!("{head}{first}{second}}}\n"), text);
    assert_refused(&format!("{head}{second}{first}}}\n"));
    assert_refused(&format!("{head}{first}{first}{second}}}\n"));
    assert_eq!(
        Fragment::parse(&format!("{head}{second}}}\n"))
            .unwrap()
            .tools()
            .count(),
        1
    );
}

#[test]
fn a_tool_that_says_a_member_in_two_places_is_refused() {
    let text = fragment(&[tool("a", json!({}))]).text();
    let twice = text.replacen(
        "{\\\"inputSchema\\\"",
        "{\\\"name\\\":\\\"b\\\",\\\"inputSchema\\\"",
        1,
    );
    assert_ne!(text, twice);
    assert_refused(&twice);
    let inside = text.replacen(
        "{\\\"inputSchema\\\"",
        "{\\\"description\\\":\\\"b\\\",\\\"inputSchema\\\"",
        1,
    );
    assert_refused(&inside);
}

#[test]
fn the_error_names_the_line() {
    let text = whole().replacen(
        "        \"path\"?: String,\n",
        "        \"path\": String,\n",
        1,
    );
    let line = text
        .lines()
        .position(|line| line.ends_with("\"path\": String,"))
        .unwrap()
        + 1;
    match Fragment::parse(&text).unwrap_err() {
        FragmentError::NotAsWritten { line: named } => assert_eq!(named, line),
        other => panic!("{other}"),
    }
}

#[test]
fn a_fragment_has_no_more_than_one_file_of_policy_may_have() {
    let mut fragment = fragment(&[]);
    let long = "\"".repeat(30_000);
    let mut number = 0;
    let error = loop {
        let tool = Tool::read(&json!({ "name": format!("t{number}"), "description": long }));
        match fragment.accept(tool.unwrap(), Group::Critical) {
            Ok(()) => number += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, FragmentError::TooLarge { .. }), "{error}");
    assert_eq!(fragment.tools().count(), number);
    assert!(fragment.text().len() <= PolicySource::MAX_BYTES);
    Fragment::parse(&fragment.text()).unwrap();
    assert!(fragment.take_out("t0") && !fragment.take_out("t0"));
    assert!(Fragment::parse(&"x".repeat(PolicySource::MAX_BYTES + 1)).is_err());
}
