//! The agent by its token: `--token-file`.

use std::{fs, path::Path};

#[cfg(unix)]
use openpass_testkit::RIGHT;
use openpass_vault::{Change, Pending, Requester, Vault};
use serde_json::{Value, json};

#[cfg(unix)]
use crate::dialog::{asks, install, set_pinentry};
use crate::{
    owner,
    server::{Server, Start},
};

const OTHER: &str = "ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const FILE: &str = "mcp-tokens/boss.token";

/// Issues a token of `boss` for `tools`, as its owner approves it.
fn issue(vault: &Vault, tools: &[&str]) {
    let change = Change::IssueToken {
        agent: "boss".to_owned(),
        label: None,
        tools: tools.iter().map(|tool| (*tool).to_owned()).collect(),
        lifetime: None,
    };
    owner::makes(vault, &change);
}

#[expect(clippy::disallowed_methods, reason = "a test writes files by hand")]
fn put(vault: &Path, name: &str, text: &str) {
    fs::write(vault.join(name), text).unwrap();
}

/// Edits the registry's only token by hand.
fn edit(vault: &Path, change: impl FnOnce(&mut Value)) {
    let text = fs::read_to_string(vault.join("mcp-tokens.json")).unwrap();
    let mut registry: Value = serde_json::from_str(&text).unwrap();
    let tokens = registry["tokens"].as_object_mut().unwrap();
    change(tokens.values_mut().next().unwrap());
    put(vault, "mcp-tokens.json", &registry.to_string());
}

/// The server with a token for `tools` in place of an agent's name.
fn with(tools: &[&str], flags: &[&str]) -> Start {
    let mut start = Start::as_agent("boss");
    issue(&Vault::open(&start.vault()).unwrap(), tools);
    let file = start.vault().join(FILE);
    start.is_given(&file, flags);
    start
}

fn refused_at_the_start(start: Start, why: &str) {
    let output = start.run_to_end();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(why), "{said}");
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
    let mut server = with(&["*"], &[]).serves();
    assert_eq!(tools(&mut server).len(), 12);
    let asked = server.call("set_auth_method", &json!({"method": "passphrase"}));
    assert_eq!(asked["code"], "approval_required", "{asked}");
    let waiting = Pending::list(&server.vault(), &Requester::Person).unwrap();
    assert_eq!(waiting[0].agent, "boss");
}

#[test]
fn a_token_opens_its_tools_alone() {
    let mut server = with(&["list_agents", "get_agent"], &[]).serves();
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
    let server = with(&["*"], &[]);
    let vault = server.vault();
    let mut server = server.serves();
    assert!(server.call("list_agents", &json!({}))["code"].is_null());
    let ends: [&dyn Fn(&mut Value); 6] = [
        &|token| token["revoked"] = json!(true),
        &|token| token["expires_at"] = json!("2026-11-02T00:00:00Z"),
        &|token| token["expires_at"] = json!("next week"),
        &|token| token["agent_name"] = json!("weak"),
        &|token| token["allowed_tools"] = json!(["list_agents", "*"]),
        &|token| token["hash"] = json!(OTHER),
    ];
    for end in ends {
        let before = fs::read_to_string(vault.join("mcp-tokens.json")).unwrap();
        edit(&vault, end);
        for tool in ["list_agents", "get_auth_status"] {
            let refused = server.call(tool, &json!({}));
            assert_eq!(refused["code"], "token_refused", "{refused}");
        }
        let refused = server.call("set_auth_method", &json!({"method": "passphrase"}));
        assert_eq!(refused["code"], "token_refused", "{refused}");
        let listed = server.ask("tools/list", json!({}));
        assert_eq!(listed["error"]["data"]["code"], "token_refused");
        put(&vault, "mcp-tokens.json", &before);
        assert!(server.call("list_agents", &json!({}))["code"].is_null());
    }
}

/// Has a person asked to make codex an admin, who does `meanwhile` and says yes. Returns the
/// answer, and whether config.yaml changed.
#[cfg(unix)]
fn asked_while(meanwhile: impl FnOnce(&Path)) -> (Value, bool) {
    let mut start = with(&["*"], &[]);
    let vault = start.vault();
    let folder = vault.parent().unwrap().to_owned();
    let program = install(&folder, &format!("getpin=late\npin='{RIGHT}'\n"));
    set_pinentry(&Vault::open(&vault).unwrap(), &program);
    start.command.env("DISPLAY", ":7");
    let mut server = start.serves();
    let before = fs::read(vault.join("config.yaml")).unwrap();
    let params = json!({"name": "upgrade_agent", "arguments": {"name": "codex", "tier": "admin"}});
    server.send(&json!({"jsonrpc": "2.0", "id": "up", "method": "tools/call", "params": params}));
    asks(&folder, &mut server);
    meanwhile(&vault);
    let pid = fs::read_to_string(folder.join("pid")).unwrap();
    put(&folder, &format!("answer-{}", pid.trim()), "");
    let mut answer = server.next();
    while answer["id"] != "up" {
        answer = server.next();
    }
    let is_changed = fs::read(vault.join("config.yaml")).unwrap() != before;
    (answer["result"]["structuredContent"].clone(), is_changed)
}

#[test]
#[cfg(unix)]
fn a_token_that_is_revoked_while_a_person_is_asked_changes_nothing() {
    let (said, is_changed) = asked_while(|_| {});
    assert!(said["code"].is_null() && is_changed, "{said}");
    let (said, is_changed) = asked_while(|vault| {
        edit(vault, |token| token["revoked"] = json!(true));
    });
    assert_eq!(said["code"], "token_refused", "{said}");
    assert!(!is_changed);
}

#[test]
fn what_is_no_live_token_of_that_agent_starts_no_server() {
    let revoked = with(&["*"], &[]);
    edit(&revoked.vault(), |token| token["revoked"] = json!(true));
    refused_at_the_start(revoked, "it was revoked");
    let agent = ["--agent", "weak"];
    refused_at_the_start(with(&["*"], &agent), "this program was started for agent");
    let other = with(&["*"], &[]);
    put(&other.vault(), FILE, &format!("{OTHER}\n"));
    refused_at_the_start(other, "it was replaced, or is of another vault");
    let broken = with(&["*"], &[]);
    put(&broken.vault(), FILE, "a password\n");
    refused_at_the_start(broken, "64 hexadecimal digits");
    let mut missing = Start::as_agent("boss");
    let path = missing.vault().join(FILE);
    missing.is_given(&path, &[]);
    refused_at_the_start(missing, "there is no such file");
}

/// Without the guard's memory, a line of the registry says nothing of who approved it.
#[test]
#[expect(clippy::disallowed_methods, reason = "a program of the same user can")]
fn case_50_after_the_guards_folder_went_no_token_opens_anything() {
    let start = with(&["*"], &[]);
    fs::remove_dir_all(start.vault().join("guard")).unwrap();
    refused_at_the_start(start, "the guard knows no token of this vault yet");
}

#[cfg(unix)]
#[test]
#[expect(clippy::disallowed_methods, reason = "the file is the test's own")]
fn a_token_that_others_can_read_starts_no_server() {
    use std::os::unix::fs::PermissionsExt as _;
    let start = with(&["*"], &[]);
    let file = start.vault().join(FILE);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    refused_at_the_start(start, "boss.token");
}
