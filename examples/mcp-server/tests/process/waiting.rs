//! Requests that wait: what their agent is told of them, and when.

use openpass_vault::{Pending, Requester, Vault};
use serde_json::{Value, json};

use crate::{
    server::{Server, Start},
    write,
};

const TOKENS: &str = r#"{"version":2,"tokens":{"tok-20260101-00000001":{"id":"tok-20260101-00000001","hash":"00","prefix":"0000","allowed_tools":["*"],"agent_name":"codex","created_at":"2026-01-01T00:00:00Z","revoked":false}}}"#;

fn read(vault: &Vault, code: &Value) -> Pending {
    Pending::read(vault, code.as_str().unwrap()).unwrap()
}

#[test]
fn m7_a_request_is_told_with_its_end_its_reason_and_what_it_would_change() {
    let mut server = Server::as_agent("boss");
    let asks = json!({"name": "codex", "tier": "standard", "reason": "to read values"});
    let code = server.call("upgrade_agent", &asks)["request_code"].clone();
    let state = server.call("get_request", &json!({"code": code}));
    assert_eq!(state["state"], "waiting");
    assert_eq!(state["reason"], "to read values");
    let left = state["expires_in"].as_u64().unwrap();
    assert!((1..=900).contains(&left), "{state}");
    assert!(state["expires"].as_str().unwrap() > state["created"].as_str().unwrap());
    let changes = state["changes"].as_array().unwrap();
    let tier = changes
        .iter()
        .find(|change| change["field"] == "tier")
        .unwrap();
    assert_eq!(tier["after"], "standard", "{state}");
    assert_eq!(tier["direction"], "widens", "{state}");
    server.left();
}

#[cfg(target_os = "linux")]
#[test]
fn case_70_a_request_says_which_client_asked_and_which_server_left_it() {
    let mut server = Server::as_agent("boss");
    let left = server.call("set_auth_method", &json!({"method": "passphrase"}));
    let vault = server.vault();
    let claimed = read(&vault, &left["request_code"]).claimed.unwrap();
    assert_eq!(claimed.through.unwrap().pid, server.child.id());
    let this_test = std::env::current_exe().unwrap();
    let client = claimed.by.first().unwrap();
    assert_eq!(client.pid, std::process::id());
    assert_eq!(client.executable.as_deref(), this_test.to_str());
    // The agent that asked is told nothing of it.
    let told = server.call("get_request", &json!({"code": left["request_code"]}));
    assert!(!told.to_string().contains("executable"), "{told}");
    server.left();
}

#[test]
fn m7_a_request_that_was_approved_is_told_with_the_token_that_came_of_it() {
    let start = Start::as_agent("boss");
    write(&start.vault().join("mcp-tokens.json"), TOKENS);
    let mut server = start.serves();
    let code = server.call("rotate_token", &json!({"name": "codex"}))["request_code"].clone();
    let vault = server.vault();
    let mut pending = read(&vault, &code);
    let proposal = vault.propose(pending.request(&vault), pending.change.as_ref().unwrap());
    pending.issued = proposal.unwrap().issued().cloned();
    let id = pending.issued.as_ref().unwrap().id.clone();
    pending.note_approved(&vault).unwrap();
    let state = server.call("get_request", &json!({"code": code}));
    assert_eq!(state["state"], "approved");
    assert_eq!(state["issued"]["id"], id);
    assert!(state["issued"]["file"].as_str().unwrap().contains("codex"));
    assert!(
        state["changes"].is_null() && state["reason"].is_null(),
        "{state}"
    );
    server.left();
}

#[test]
fn m16_a_wait_ends_with_the_decision_and_tells_the_time_left_meanwhile() {
    let mut server = Server::as_agent("boss");
    let left = server.call("set_auth_method", &json!({"method": "passphrase"}));
    let code = left["request_code"].clone();
    let params = json!({"name": "get_request", "arguments": {"code": code, "wait": 600},
                        "_meta": {"progressToken": "p"}});
    server.send(&json!({"jsonrpc": "2.0", "id": "w", "method": "tools/call", "params": params}));
    let heard = server.next();
    assert_eq!(heard["method"], "notifications/progress", "{heard}");
    assert_eq!(heard["params"]["progressToken"], "p");
    assert!(
        heard["params"]["total"].as_f64().unwrap() <= 600.0,
        "{heard}"
    );
    let message = heard["params"]["message"].as_str().unwrap();
    assert!(message.ends_with(" left"), "{message}");
    let vault = server.vault();
    let pending = read(&vault, &code);
    pending
        .deny(&vault, &Requester::Person, Some("not today"))
        .unwrap();
    let answer = loop {
        let next = server.next();
        if next["id"] == "w" {
            break next["result"]["structuredContent"].clone();
        }
        assert_eq!(next["method"], "notifications/progress", "{next}");
    };
    assert_eq!(answer["state"], "denied");
    assert_eq!(answer["answer"], "not today");
    // What is decided is not waited for.
    let again = server.call("get_request", &json!({"code": code, "wait": 600}));
    assert_eq!(again["state"], "denied");
    server.left();
}

#[test]
fn m13_commands_are_for_the_person_and_words_for_the_model() {
    let mut server = Server::as_agent("boss");
    let unknown = server.call("get_agent", &json!({"name": "nobody"}));
    let message = unknown["message"].as_str().unwrap();
    assert!(
        message.contains("list_agents") && !message.contains("openpass "),
        "{message}"
    );
    let waits = server.call("set_auth_method", &json!({"method": "passphrase"}));
    let message = waits["message"].as_str().unwrap();
    assert!(!message.contains("openpass "), "{message}");
    let command = waits["for_the_person"].as_str().unwrap();
    let code = waits["request_code"].as_str().unwrap();
    let vault = server.vault();
    assert_eq!(
        command,
        format!("openpass --vault {} approve {code}", vault.dir().display())
    );
    server.left();
}

#[test]
fn m14_what_is_shown_can_be_set_and_every_change_takes_a_reason() {
    let mut server = Server::as_agent("boss");
    let shown = server.call("get_agent", &json!({"name": "boss"}));
    assert_eq!(shown["profile"]["canManageConfig"], json!(true), "{shown}");
    let mut set = shown["profile"].clone();
    set["canWrite"] = json!(true);
    set["approvalMode"] = Value::Null;
    let edit = json!({"name": "codex", "set": set, "reason": "why not"});
    for (tool, arguments) in [
        ("edit_agent_profile", edit),
        (
            "upgrade_agent",
            json!({"name": "codex", "tier": "admin", "reason": "r"}),
        ),
        (
            "set_auth_method",
            json!({"method": "passphrase", "reason": "r"}),
        ),
    ] {
        let waits = server.call(tool, &arguments);
        assert_eq!(waits["code"], "approval_required", "{tool}: {waits}");
    }
    for (tool, arguments) in [
        ("rotate_token", json!({"name": "codex", "reason": "r"})),
        ("revoke_token", json!({"id": "x", "reason": null})),
    ] {
        assert_eq!(server.call(tool, &arguments)["code"], "not_found", "{tool}");
    }
    server.left();
}

#[test]
fn m14_a_full_queue_says_when_to_try_again() {
    let mut server = Server::as_agent("boss");
    for field in ["canWrite", "canRunCommands", "canReadValues", "autoUnseal"] {
        let edit = json!({"name": "codex", "set": {field: true}});
        let waits = server.call("edit_agent_profile", &edit);
        assert_eq!(waits["code"], "approval_required", "{waits}");
    }
    let full = server.call("set_auth_method", &json!({"method": "passphrase"}));
    assert_eq!(full["code"], "queue_full");
    assert!(full["retry_after"].as_u64().unwrap() > 0, "{full}");
    assert!(
        !full["message"].as_str().unwrap().contains("openpass "),
        "{full}"
    );
    server.left();
}
