//! The agent by its token: `--token-file`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use openpass_vault::{Pending, Requester};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::server::{Server, Start};

const SECRET: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const OTHER: &str = "ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

fn hex(secret: &str) -> String {
    let digest = Sha256::digest(secret.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A token of `boss` for every tool, as the registry has it.
fn token() -> Value {
    json!({
        "id": "tok-20261101-00112233",
        "hash": hex(SECRET),
        "prefix": "0011",
        "allowed_tools": ["*"],
        "agent_name": "boss",
        "created_at": "2026-11-01T00:00:00Z",
        "revoked": false
    })
}

#[expect(clippy::disallowed_methods, reason = "a test writes files by hand")]
fn put(start_vault: &Path, name: &str, text: &str) -> PathBuf {
    let path = start_vault.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
    path
}

fn register(vault: &Path, token: &Value) {
    let id = token["id"].as_str().unwrap();
    let registry = json!({"version": 2, "tokens": {id: token}});
    put(vault, "mcp-tokens.json", &registry.to_string());
}

/// The server with a token file in place of an agent's name.
fn with(token: &Value, flags: &[&str]) -> Start {
    let mut start = Start::as_agent("boss");
    register(&start.vault(), token);
    let file = put(
        &start.vault(),
        "mcp-tokens/boss.token",
        &format!("{SECRET}\n"),
    );
    start.is_given(&file, flags);
    start
}

fn refused_at_the_start(start: Start, why: &str) {
    let output = start.run_to_end();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(why), "{said}");
    assert!(!said.contains(SECRET), "{said}");
}

fn tools(server: &mut Server) -> Vec<String> {
    let answer = server.ask("tools/list", json!({}));
    let tools = answer["result"]["tools"].as_array().unwrap().iter();
    tools
        .map(|tool| tool["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_agent_is_the_one_of_the_token() {
    let mut server = with(&token(), &[]).serves();
    assert_eq!(tools(&mut server).len(), 12);
    let asked = server.call("set_auth_method", &json!({"method": "passphrase"}));
    assert_eq!(asked["code"], "approval_required", "{asked}");
    let waiting = Pending::list(&server.vault(), &Requester::Person).unwrap();
    assert_eq!(waiting[0].agent, "boss");
}

#[test]
fn a_token_opens_its_tools_alone() {
    let mut some = token();
    some["allowed_tools"] = json!(["list_agents", "get_agent"]);
    let mut server = with(&some, &[]).serves();
    assert_eq!(tools(&mut server), ["list_agents", "get_agent"]);
    assert!(server.call("list_agents", &json!({}))["code"].is_null());
    for (tool, arguments) in [
        ("list_tokens", json!({})),
        ("set_auth_method", json!({"method": "passphrase"})),
        ("get_request", json!({"code": "7QX4-M2P9"})),
    ] {
        let refused = server.call(tool, &arguments);
        assert_eq!(refused["code"], "tool_not_open", "{tool}: {refused}");
    }
    let listed = server.ask("resources/list", json!({}));
    assert_eq!(listed["error"]["data"]["code"], "tool_not_open", "{listed}");
    let explained = json!({"tool": "list_agents", "arguments": {}});
    let refused = server.call("explain_decision", &explained);
    assert_eq!(refused["code"], "tool_not_open");
}

#[test]
fn a_token_that_ends_midway_opens_nothing_more() {
    let server = with(&token(), &[]);
    let vault = server.vault();
    let mut server = server.serves();
    assert!(server.call("list_agents", &json!({}))["code"].is_null());
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut token = token();
        change(&mut token);
        register(&vault, &token);
    };
    let ends: [&dyn Fn(&mut Value); 5] = [
        &|token| token["revoked"] = json!(true),
        &|token| token["expires_at"] = json!("2026-11-02T00:00:00Z"),
        &|token| token["expires_at"] = json!("next week"),
        &|token| token["agent_name"] = json!("weak"),
        &|token| token["hash"] = json!(hex(OTHER)),
    ];
    for end in ends {
        changed(end);
        for tool in ["list_agents", "get_auth_status"] {
            let refused = server.call(tool, &json!({}));
            assert_eq!(refused["code"], "token_refused", "{refused}");
        }
        let refused = server.call("set_auth_method", &json!({"method": "passphrase"}));
        assert_eq!(refused["code"], "token_refused", "{refused}");
        let listed = server.ask("tools/list", json!({}));
        assert_eq!(listed["error"]["data"]["code"], "token_refused");
        changed(&|_| {});
        assert!(server.call("list_agents", &json!({}))["code"].is_null());
    }
}

#[test]
fn what_is_no_live_token_of_that_agent_starts_no_server() {
    let mut revoked = token();
    revoked["revoked"] = json!(true);
    refused_at_the_start(with(&revoked, &[]), "it was revoked");
    let agent = ["--agent", "weak"];
    refused_at_the_start(with(&token(), &agent), "this server was started for agent");
    let mut other = token();
    other["hash"] = json!(hex(OTHER));
    refused_at_the_start(with(&other, &[]), "it was replaced, or is of another vault");
    let broken = with(&token(), &[]);
    put(&broken.vault(), "mcp-tokens/boss.token", "a password\n");
    refused_at_the_start(broken, "64 hexadecimal digits");
    let mut missing = Start::as_agent("boss");
    let path = missing.vault().join("mcp-tokens/boss.token");
    missing.is_given(&path, &[]);
    refused_at_the_start(missing, "there is no such file");
}

#[cfg(unix)]
#[test]
#[expect(clippy::disallowed_methods, reason = "the file is the test's own")]
fn a_token_that_others_can_read_starts_no_server() {
    use std::os::unix::fs::PermissionsExt as _;
    let start = with(&token(), &[]);
    let file = start.vault().join("mcp-tokens/boss.token");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    refused_at_the_start(start, "boss.token");
}
