//! The abuse cases of the conformance kit, played on the built proxy by an agent.
#![cfg(unix)]
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test"
)]

#[path = "../../mcp-server/tests/process/owner.rs"]
mod owner;
#[path = "host/stage.rs"]
#[expect(dead_code, reason = "it is shared with the other tests")]
mod stage;

use openpass_conformance::McpServer;
use serde_json::{Value, json};
use stage::Stage;

/// What the proxy says of a call that waits, before the folder and the call's code.
const APPROVE: &str = "openpass-guard approve --policy ";

/// A stage whose server's tools are accepted, so that a person is asked about each call.
fn stage() -> Stage {
    let stage = Stage::new();
    drop(stage.client().tools());
    drop(stage.accepts(&[]));
    stage
}

/// The arguments of every call that reached the server.
fn reached(stage: &Stage) -> Vec<Value> {
    let calls = stage.calls().into_iter();
    calls.map(|mut call| call["arguments"].take()).collect()
}

/// A person approves the call that waits.
fn approve(stage: &Stage, said: &str) {
    let (_, command) = said.split_once(APPROVE).unwrap();
    let code = command.split_whitespace().nth(1).unwrap();
    let code = code.trim_end_matches(|it: char| !it.is_ascii_alphanumeric());
    let mut person = stage.person(&["approve", code, "--policy"]);
    person.reads_and_answers();
    drop(person.leaves().with(0));
}

#[test]
fn the_proxy_holds_every_case_that_applies() {
    let arguments = json!({"path": "/a", "text": "hello"});
    let report = McpServer::new(env!("CARGO_BIN_EXE_openpass-guard"), stage, reached)
        .arguments(|stage| stage.proxy(&["--agent", "codex"]))
        .environment(|stage| vec![("HOME".to_owned(), stage.vault.home().into())])
        .change("write_note", arguments.clone(), vec![arguments])
        .waits_with(APPROVE)
        .approved_elsewhere(approve)
        .run();
    report.assert_holds();
}
