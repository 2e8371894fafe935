//! A server that wants its words to be taken for the fragment's own.

use openpass_mcp_guard::tool::{Fragment, FragmentError, Group, Tool, ToolError};
use serde_json::{Value, json};

use crate::world::{self, assert_asks, engine, engine_of, fragment, request};

const NAMESPACES: [&str; 16] = [
    "Mcp",
    "m",
    "Action",
    "Server",
    "Client",
    "Set",
    "String",
    "Long",
    "Bool",
    "entity",
    "action",
    "namespace",
    "type",
    "context",
    "principal",
    "A_1",
];

/// Texts that try to end what they stand in, or to look like something else.
fn texts() -> Vec<String> {
    let cedar = "\")\n  action \"rm\" in [OpenPass::Action::\"routine\"] appliesTo {\n    \
                 principal: [Client], resource: [Server], context: {} };\n}\n";
    let mut texts: Vec<String> = [
        "",
        " ",
        "\"",
        "\\",
        "\\\"",
        "\\u{22}",
        "\\\n",
        "*/ /* // */",
        "// a comment\n}",
        "\n  };\n}\n",
        "\n    | ",
        "    | @tool(\"{}\")",
        "\r\r\n\t\0\u{b}\u{85}\u{2028}\u{2029}",
        "a\u{202e}b\u{2066}c\u{200b}\u{feff}\u{e0041}\u{301}\u{5d0}\u{627}",
        "{}{0}%s$(id)`id`",
        "@id(\"guard\")",
        cedar,
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("x \"\n".repeat(2_560));
    texts.push(cedar.replace('\n', "\r"));
    texts
}

/// Tools that have `text` in every place that is theirs.
fn tools(text: &str) -> Vec<Tool> {
    let string = json!({ "type": "string", "description": text });
    let all = [
        json!({ "title": text }),
        json!({ "description": text }),
        json!({ "annotations": { "title": text, text: text } }),
        json!({ "_meta": { text: [text] } }),
        json!({ format!("x{text}"): text }),
        json!({ "inputSchema": { "type": "object", "properties": { text: string } } }),
        json!({ "inputSchema": { "type": "object", "required": [text], "properties":
            { text: { "type": "object", "properties": { text: { "type": "number" } } } } } }),
        json!({ "inputSchema": { "type": text } }),
    ];
    let named = all.into_iter().enumerate();
    named
        .map(|(index, mut tool)| {
            tool["name"] = Value::from(format!("t{index}"));
            Tool::read(&tool).unwrap()
        })
        .collect()
}

#[test]
fn no_text_of_a_server_breaks_out_of_its_place() {
    let all: Vec<(String, Fragment)> = texts()
        .into_iter()
        .enumerate()
        .map(|(index, text)| (world::named(&format!("N{index}"), &tools(&text)), text))
        .map(|(fragment, text)| (text, fragment))
        .collect();
    // The engine reads the actions in it, and no other.
    let fragments: Vec<Fragment> = all.iter().map(|(_, it)| it.clone()).collect();
    let engine = engine_of(&fragments, &[]);
    for (text, fragment) in &all {
        let shown = fragment.text();
        assert_eq!(&Fragment::parse(&shown).unwrap(), fragment);
        assert_eq!(shown.matches("\n  action ").count(), 8);
        assert_eq!(shown.matches("\n}").count(), 1);
        for (tool, _) in fragment.tools() {
            let given = match tool.name() {
                "t5" => json!({ text: "a" }),
                "t6" => json!({ text: { text: 1 } }),
                _ => json!({}),
            };
            let arguments = tool.arguments(given.as_object().unwrap()).unwrap();
            let operation = tool.operation(fragment.namespace(), "it", &arguments, request());
            assert_asks(&engine, &operation);
        }
    }
}

#[test]
fn what_hides_or_reorders_is_visible_in_the_text() {
    for text in texts() {
        let shown = fragment(&tools(&text)).text();
        let lines = shown.lines().map(openpass_auth::SafeText::composed);
        for (line, safe) in shown.lines().zip(lines) {
            assert_eq!(line.trim_start(), safe.as_str().trim_start());
        }
    }
}

#[test]
fn the_instructions_and_the_command_are_kept_whatever_they_say() {
    let mut all = Vec::new();
    for (index, text) in texts().into_iter().enumerate() {
        let command = [text.clone(), "b".to_owned(), text.clone()];
        let fragment = Fragment::new(&format!("N{index}"), &command, Some(&text)).unwrap();
        let read = Fragment::parse(&fragment.text()).unwrap();
        assert_eq!(read.command(), command);
        assert_eq!(read.instructions(), Some(text.as_str()));
        all.push(with_a_tool(fragment));
    }
    engine_of(&all, &[]);
    let none = Fragment::new("Mcp", &[], None).unwrap();
    assert_eq!(Fragment::parse(&none.text()).unwrap().instructions(), None);
}

fn with_a_tool(mut fragment: Fragment) -> Fragment {
    let tool = Tool::parse(r#"{"name":"a"}"#).unwrap();
    fragment.accept(tool, Group::Critical).unwrap();
    fragment
}

#[test]
fn a_namespace_is_a_name_and_no_word_of_cedar_s() {
    let fragments = NAMESPACES.map(|name| with_a_tool(Fragment::new(name, &[], None).unwrap()));
    let engine = engine_of(&fragments, &[]);
    for fragment in &fragments {
        let tool = fragment.tool("a").unwrap().0;
        let arguments = tool.arguments_text("{}").unwrap();
        let operation = tool.operation(fragment.namespace(), "it", &arguments, request());
        assert_asks(&engine, &operation);
    }
    let bad = [
        "",
        "OpenPass",
        "openpass",
        "OpenPass::A",
        "A::B",
        "1a",
        "_a",
        "a-b",
        "a b",
        "a\n",
        "é",
        "in",
        "is",
        "if",
        "has",
        "like",
        "then",
        "else",
        "true",
        "false",
        "__cedar",
    ];
    for name in bad {
        let error = Fragment::new(name, &[], None).unwrap_err();
        assert!(
            matches!(error, FragmentError::Namespace(_)),
            "{name}: {error}"
        );
    }
    assert!(Fragment::new(&"a".repeat(65), &[], None).is_err());
}

#[test]
fn a_tool_has_a_name_of_mcp_s_and_every_such_name_is_taken() {
    let long = "n".repeat(128);
    let names = [
        "a", "get-sum", "a.b", "a/b", "-", ".", "..", "/", "//", "_", "0", "in", "if", "true",
        "has", "like", "action", "context", "__cedar", "critical", "routine", "config", "Server",
        &long,
    ];
    let tools: Vec<Tool> = names.iter().map(|name| named(name).unwrap()).collect();
    let fragment = fragment(&tools);
    let engine = engine(&fragment, &[]);
    for tool in &tools {
        let arguments = tool.arguments_text("{}").unwrap();
        let operation = tool.operation("Mcp", "it", &arguments, request());
        assert_asks(&engine, &operation);
        let read = Fragment::parse(&fragment.text()).unwrap();
        assert_eq!(read.tool(tool.name()).unwrap().0, tool);
    }
    for name in [
        "",
        "a b",
        "a::b",
        "é",
        "a\u{202e}",
        "a\"",
        "a\n",
        "a,b",
        &"n".repeat(129),
    ] {
        let error = named(name).unwrap_err();
        assert!(matches!(error, ToolError::Name(_)), "{name}: {error}");
        assert!(error.to_string().is_ascii() || name == "é", "{error}");
    }
}

fn named(name: &str) -> Result<Tool, ToolError> {
    Tool::read(&json!({ "name": name }))
}
