//! The policies that docs/any-server.md shows, in force.

use serde_json::json;

use crate::{
    hooked::decide,
    stage::{Stage, tool},
};

const PAGE: &str = include_str!("../../../../docs/any-server.md");

/// The blocks of Cedar of the page, in their order.
fn blocks() -> Vec<&'static str> {
    let parts = PAGE.split("```cedar\n").skip(1);
    parts
        .map(|part| part.split("```").next().unwrap())
        .collect()
}

#[test]
fn the_policies_of_the_page_do_what_it_says() {
    let stage = Stage::new();
    stage.serves(&json!([
        tool("read_text_file", "Reads."),
        tool("write_file", "Writes.")
    ]));
    drop(stage.client().tools());
    drop(stage.accepts(&["--as", "routine"]));
    let blocks = blocks();
    assert_eq!(blocks.len(), 2);
    stage.applies("tools.cedar", blocks[0]);
    stage.applies("hooks.cedar", blocks[1]);
    let mut client = stage.client();
    let read = client.call("read_text_file", json!({"path": "/home/ada/notes/a"}));
    assert_eq!(read["content"][0]["text"], "done", "{read}");
    let denied = client.call("write_file", json!({"path": "/home/ada/.ssh/config"}));
    assert_eq!(denied["structuredContent"]["code"], "denied", "{denied}");
    assert_eq!(stage.calls().len(), 1);
    let read = r#"{"hook_event_name": "PreToolUse", "session_id": "s", "cwd": "/home/ada",
        "tool_name": "Read", "tool_input": {"file_path": "/x"}, "tool_use_id": "t"}"#;
    assert_eq!(decide(&stage, read, "30"), (0, String::new()));
}
