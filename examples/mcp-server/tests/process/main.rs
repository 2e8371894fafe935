//! The built server as a process: what it says where, whom it believes, and
//! how it ends.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "this is a test"
)]

mod any;
mod arguments;
mod bearer;
#[cfg(target_os = "linux")]
mod descriptors;
// A pinentry.
#[cfg(unix)]
mod dialog;
// A terminal of Unix, and a pinentry.
#[cfg(unix)]
mod elsewhere;
#[cfg(target_os = "linux")]
mod flat;
mod in_effect;
#[cfg(target_os = "linux")]
mod killed;
mod listed;
mod many;
// It counts what waits in a pipe of Unix.
#[cfg(unix)]
mod many_calls;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(target_os = "linux")]
mod no_arguments;
mod no_stage;
mod owner;
mod resources;
mod rules;
mod server;
mod small_stack;
mod waiting;
mod wire;

#[cfg(unix)]
use std::process::Command;

use serde_json::json;
use server::{Server, Start};

#[test]
fn case_20_case_21_case_26_stdout_is_protocol_only_and_nothing_is_asked_of_the_client() {
    let mut server = Server::as_agent("boss");
    let before = server.files();
    // `ask` takes nothing but the answer: an elicitation would fail it.
    let refused = server.call("set_auth_method", &json!({"method": "passphrase"}));
    assert_eq!(refused["code"], "approval_required");
    // An answer to a question that was never asked.
    let accepted = json!({"action": "accept", "content": {"approved": true}});
    server.send(&json!({"jsonrpc": "2.0", "id": 1, "result": accepted}));
    let unknown = server.ask("tools/call", json!({"name": "approve", "arguments": {}}));
    assert_eq!(unknown["error"]["code"], -32602, "{unknown}");
    assert_eq!(server.files(), before);
    for log in server.left() {
        assert!(log["level"].is_string(), "{log}");
    }
}

#[cfg(unix)]
#[test]
fn sigterm_ends_it_cleanly_while_the_client_is_still_there() {
    let mut server = Server::as_agent("boss");
    let id = server.child.id().to_string();
    assert!(Command::new("kill").arg(&id).status().unwrap().success());
    assert!(server.child.wait().unwrap().success());
}

#[test]
fn an_agent_that_is_not_in_the_vault_gets_no_server() {
    let output = Start::as_agent("stranger").run_to_end();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("there is no agent"), "{said}");
}

#[test]
fn what_an_agent_may_do_is_read_afresh_for_each_call() {
    let start = Start::as_agent("boss");
    let config = start.vault().join("config.yaml");
    let mut server = start.serves();
    let method = json!({"method": "passphrase"});
    let waits = server.call("set_auth_method", &method);
    assert_eq!(waits["code"], "approval_required");
    write(
        &config,
        &server::CONFIG.replacen("canManageConfig: true", "canManageConfig: false", 1),
    );
    assert_eq!(server.call("set_auth_method", &method)["code"], "denied");
    write(&config, &server::CONFIG.replacen("boss", "other", 1));
    assert_eq!(server.call("set_auth_method", &method)["code"], "not_found");
}

#[expect(clippy::disallowed_methods, reason = "a test edits a vault by hand")]
fn write(path: &std::path::Path, text: &str) {
    std::fs::write(path, text).unwrap();
}
