//! Requests as resources, and who is told when one is decided.

use openpass_vault::{Pending, Requester};
use serde_json::{Value, json};

use crate::server::{Server, Start};

fn name(code: &Value) -> String {
    format!("openpass://requests/{}", code.as_str().unwrap())
}

/// Leaves a request, and says its code.
fn leaves(server: &mut Server) -> Value {
    let left = server.call("set_auth_method", &json!({"method": "passphrase"}));
    assert_eq!(left["code"], "approval_required", "{left}");
    left["request_code"].clone()
}

/// A person denies the request.
fn denies(server: &Server, code: &Value) {
    let vault = server.vault();
    let pending = Pending::read(&vault, code.as_str().unwrap()).unwrap();
    pending
        .deny(&vault, &Requester::Person, Some("not today"))
        .unwrap();
}

fn state(server: &mut Server, name: &str) -> Value {
    let read = server.ask("resources/read", json!({"uri": name}));
    let contents = &read["result"]["contents"][0];
    assert_eq!(contents["uri"], name, "{read}");
    assert_eq!(contents["mimeType"], "application/json");
    serde_json::from_str(contents["text"].as_str().unwrap()).unwrap()
}

#[test]
fn m16_a_subscriber_is_told_once_when_the_person_has_decided() {
    let mut server = Server::as_agent("boss");
    let code = leaves(&mut server);
    let name = name(&code);
    let listed = server.ask("resources/list", json!({}));
    let all = listed["result"]["resources"].as_array().unwrap();
    assert_eq!(all.len(), 1, "{listed}");
    assert_eq!(all[0]["uri"], name);
    let waits = state(&mut server, &name);
    assert_eq!(waits["state"], "waiting");
    assert_eq!(waits["changes"][0]["after"], "passphrase");
    for _ in 0..2 {
        let begun = server.ask("resources/subscribe", json!({"uri": name}));
        assert!(begun["result"].is_object(), "{begun}");
    }
    denies(&server, &code);
    let told = server.next();
    assert_eq!(told["method"], "notifications/resources/updated", "{told}");
    assert_eq!(told["params"]["uri"], name);
    let denied = state(&mut server, &name);
    assert_eq!(denied["state"], "denied");
    assert_eq!(denied["answer"], "not today");
    // It is no request that waits any more, and nothing else is told.
    let listed = server.ask("resources/list", json!({}));
    assert_eq!(listed["result"]["resources"], json!([]));
    server.left();
}

#[test]
fn m16_who_subscribes_too_late_is_told_at_once_and_who_unsubscribes_is_not_told() {
    let mut server = Server::as_agent("boss");
    let code = leaves(&mut server);
    let name = name(&code);
    for method in ["resources/subscribe", "resources/unsubscribe"] {
        let done = server.ask(method, json!({"uri": name}));
        assert!(done["result"].is_object(), "{done}");
    }
    denies(&server, &code);
    assert_eq!(state(&mut server, &name)["state"], "denied");
    let id = "late";
    server.send(
        &json!({"jsonrpc": "2.0", "id": id, "method": "resources/subscribe",
                        "params": {"uri": name}}),
    );
    let mut told = [server.next(), server.next()];
    told.sort_by_key(|message| message["id"].is_null());
    assert!(told[0]["result"].is_object(), "{told:?}");
    assert_eq!(told[1]["method"], "notifications/resources/updated");
    server.left();
}

#[test]
fn m16_another_agents_request_and_one_that_never_was_are_the_same() {
    let start = Start::as_agent("boss");
    let mut other = start.another("weak");
    let mut server = start.serves();
    let code = leaves(&mut server);
    let listed = other.ask("resources/list", json!({}));
    assert_eq!(listed["result"]["resources"], json!([]), "{listed}");
    let never = "openpass://requests/0000-0000".to_owned();
    for name in [
        name(&code),
        never,
        "openpass://requests/../log.key".to_owned(),
        "file:///etc/passwd".to_owned(),
    ] {
        for method in ["resources/read", "resources/subscribe"] {
            let refused = other.ask(method, json!({"uri": name}));
            assert_eq!(refused["error"]["code"], -32002, "{name}: {refused}");
            let data = &refused["error"]["data"];
            assert_eq!(data["code"], "not_found", "{refused}");
        }
    }
    // In other letters it is another name, so that no client has it twice.
    let spelt = name(&code).replace('-', "");
    let refused = server.ask("resources/read", json!({"uri": spelt}));
    assert_eq!(refused["error"]["data"]["code"], "not_found", "{refused}");
    server.left();
    other.left();
}

/// The members of a request of the protocol's revision that knows no handshake.
fn modern() -> Value {
    json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    })
}

#[test]
fn m16_who_listens_in_the_newest_revision_is_told_and_the_stream_ends() {
    let mut server = Start::as_agent("boss").serves_without_greeting();
    let call = json!({"name": "set_auth_method", "arguments": {"method": "passphrase"}, "_meta": modern()});
    let left = server.ask("tools/call", call);
    let code = left["result"]["structuredContent"]["request_code"].clone();
    let name = name(&code);
    let filter = json!({"resourceSubscriptions": [name, "file:///etc/passwd"]});
    let params = json!({"notifications": filter, "_meta": modern()});
    server.send(
        &json!({"jsonrpc": "2.0", "id": "l", "method": "subscriptions/listen", "params": params}),
    );
    let begun = server.next();
    assert_eq!(
        begun["method"], "notifications/subscriptions/acknowledged",
        "{begun}"
    );
    assert_eq!(
        begun["params"]["notifications"]["resourceSubscriptions"],
        json!([name]),
        "{begun}"
    );
    denies(&server, &code);
    let told = server.next();
    assert_eq!(told["method"], "notifications/resources/updated", "{told}");
    assert_eq!(told["params"]["uri"], name);
    let ended = server.next();
    assert_eq!(ended["id"], "l", "{ended}");
    // A stream that still waits ends with the connection.
    let code = leaves_modern(&mut server);
    let filter = json!({"resourceSubscriptions": [format!("openpass://requests/{code}")]});
    let params = json!({"notifications": filter, "_meta": modern()});
    server.send(
        &json!({"jsonrpc": "2.0", "id": "m", "method": "subscriptions/listen", "params": params}),
    );
    assert!(server.next()["method"].is_string());
    server.closes_input();
    assert!(server.child.wait().unwrap().success());
}

fn leaves_modern(server: &mut Server) -> String {
    let call = json!({"name": "upgrade_agent", "arguments": {"name": "codex", "tier": "admin"},
                      "_meta": modern()});
    let left = server.ask("tools/call", call);
    let code = &left["result"]["structuredContent"]["request_code"];
    code.as_str().unwrap().to_owned()
}
