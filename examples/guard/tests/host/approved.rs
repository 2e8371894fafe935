//! Calls that a person at another terminal is asked about.

use serde_json::{Value, json};

use crate::stage::{Client, Stage};

/// A stage whose server's tools are accepted, so that a person is asked about each call.
pub(crate) fn stage() -> Stage {
    let stage = Stage::new();
    drop(stage.client().tools());
    drop(stage.accepts(&[]));
    stage
}

/// Calls the tool, and returns the call's id and the code under which it waits, once it does.
pub(crate) fn waits(client: &mut Client, tool: &str, arguments: Value) -> (u64, String) {
    let params = json!({
        "name": tool,
        "arguments": arguments,
        "_meta": {"progressToken": "p"},
    });
    let id = client.asks("tools/call", params);
    (id, code_of(client))
}

/// Sends a call as it stands, and returns the code under which it waits.
pub(crate) fn waits_for(client: &mut Client, line: &str) -> String {
    client.sends(line);
    code_of(client)
}

/// The code that the progress of a call tells.
fn code_of(client: &mut Client) -> String {
    loop {
        let message = client.hears();
        let told = message["params"]["message"].as_str().unwrap_or_default();
        if let Some((_, command)) = told.split_once("openpass-guard approve --policy ") {
            let code = command.split_whitespace().nth(1).unwrap();
            return code.trim_end_matches(';').to_owned();
        }
        assert_eq!(message["method"], "notifications/progress", "{message}");
    }
}

#[test]
fn a_person_sees_the_exact_arguments_and_signs_and_the_call_passes() {
    let stage = stage();
    let mut client = stage.client();
    let (id, code) = waits(
        &mut client,
        "write_note",
        json!({"path": "/a\u{202e}b", "text": "hello"}),
    );
    assert!(stage.calls().is_empty());
    let mut person = stage.person(&["approve", &code, "--policy"]);
    person.reads_and_answers();
    let screen = person.screen();
    drop(person.leaves().with(0));
    for shown in ["write_note", "hello", "\\u{202e}", "codex"] {
        assert!(screen.contains(shown), "{shown} in {screen}");
    }
    let answer = client.answer(id);
    assert_eq!(answer["result"]["content"][0]["text"], "done", "{answer}");
    let calls = stage.calls();
    assert_eq!(calls[0]["arguments"]["text"], "hello");
    client.leaves();
    let log = stage.vault.log();
    let last: Vec<&Value> = log.iter().rev().take(2).collect();
    assert_eq!(last[0]["event"]["outcome"]["outcome"], "done", "{log:?}");
    assert!(last[1]["event"]["approval"].is_object(), "{log:?}");
}

#[test]
fn a_persons_no_ends_the_call() {
    let stage = stage();
    let mut client = stage.client();
    let (id, code) = waits(&mut client, "write_note", json!({"path": "/a"}));
    drop(
        stage
            .person(&["approve", &code, "--deny", "--policy"])
            .leaves()
            .with(0),
    );
    let answer = client.answer(id);
    let refused = &answer["result"]["structuredContent"];
    assert_eq!(refused["code"], "declined", "{answer}");
    assert!(stage.calls().is_empty());
}

#[test]
fn a_call_that_the_client_cancels_waits_no_more() {
    let stage = stage();
    let mut client = stage.client();
    let (id, code) = waits(&mut client, "write_note", json!({"path": "/a"}));
    client.send(&json!({
        "jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id},
    }));
    // The ping is answered behind it.
    assert!(client.ask("ping", json!({}))["result"].is_object());
    let listed = stage.nobody(&["approve"]);
    assert!(!listed.stdout.contains(&code), "{}", listed.stdout);
    assert!(stage.calls().is_empty());
}

#[test]
fn an_answer_that_another_program_writes_lets_nothing_pass() {
    let stage = stage();
    let mut client = stage.client();
    let (id, code) = waits(&mut client, "write_note", json!({"path": "/a"}));
    let forged = json!({
        "answer": "signed", "factor": "passphrase", "approver": "A".repeat(43), "at": 1,
        "signature": "00".repeat(64),
    });
    stage.by_hand(&format!("guard/calls/{code}.answer"), &forged.to_string());
    let answer = client.answer(id);
    assert_eq!(answer["result"]["isError"], true, "{answer}");
    assert!(stage.calls().is_empty());
}

#[test]
fn a_signature_for_other_arguments_lets_nothing_pass() {
    let stage = stage();
    let mut client = stage.client();
    let (id, code) = waits(
        &mut client,
        "write_note",
        json!({"path": "/a", "text": "what runs"}),
    );
    let file = format!("guard/calls/{code}.json");
    let text = std::fs::read_to_string(stage.vault.path(&file)).unwrap();
    stage.by_hand(&file, &text.replace("what runs", "harmless!"));
    let mut person = stage.person(&["approve", &code, "--policy"]);
    person.reads_and_answers();
    drop(person.leaves());
    let answer = client.answer(id);
    assert_eq!(answer["result"]["isError"], true, "{answer}");
    assert!(stage.calls().is_empty());
}

#[test]
fn a_server_that_dies_at_work_leaves_an_outcome_that_nobody_knows() {
    let stage = Stage::new();
    stage.serves(&json!([crate::stage::tool("dies", "Dies.")]));
    drop(stage.client().tools());
    drop(stage.accepts(&[]));
    let mut client = stage.client();
    let (id, code) = waits(&mut client, "dies", json!({"path": "/a"}));
    let mut person = stage.person(&["approve", &code, "--policy"]);
    person.reads_and_answers();
    drop(person.leaves().with(0));
    let answer = client.answer(id);
    assert_eq!(answer["result"]["isError"], true, "{answer}");
    assert_eq!(stage.calls().len(), 1);
    client.leaves();
    let log = stage.vault.log();
    assert_eq!(
        log.last().unwrap()["event"]["outcome"]["outcome"],
        "unknown",
        "{log:?}"
    );
}

#[test]
fn a_proxy_that_is_killed_at_work_leaves_an_outcome_that_nobody_knows() {
    let stage = Stage::new();
    stage.serves(&json!([crate::stage::tool("hangs", "Hangs.")]));
    drop(stage.client().tools());
    drop(stage.accepts(&[]));
    let mut client = stage.client();
    let (_, code) = waits(&mut client, "hangs", json!({"path": "/a"}));
    let mut person = stage.person(&["approve", &code, "--policy"]);
    person.reads_and_answers();
    drop(person.leaves().with(0));
    // The server says that it has the call.
    while client.hears()["params"]["message"] != "at work" {}
    client.child.kill().unwrap();
    drop(client);
    assert_eq!(stage.nobody(&["approve"]).code(), 0);
    let log = stage.vault.log();
    assert_eq!(
        log.last().unwrap()["event"]["outcome"]["outcome"],
        "unknown"
    );
}

#[test]
fn policies_that_changed_while_a_person_was_asked_let_nothing_pass() {
    let stage = stage();
    let mut client = stage.client();
    let (id, code) = waits(&mut client, "write_note", json!({"path": "/a"}));
    let no = r#"@id("mine.no") forbid (principal, action, resource is Mcp::Server)
        when { context.input.path == "/b" };"#;
    // A forbid counts at once, though no person approved it.
    stage.by_hand("policies/mine.cedar", no);
    let mut person = stage.person(&["approve", &code, "--policy"]);
    person.reads_and_answers();
    drop(person.leaves());
    let answer = client.answer(id);
    let refused = &answer["result"]["structuredContent"];
    assert_eq!(refused["code"], "conflict", "{answer}");
    assert!(stage.calls().is_empty());
}
