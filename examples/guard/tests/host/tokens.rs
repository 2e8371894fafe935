//! The agent by its token.

use openpass_vault::{Change, Vault};
use serde_json::json;

use crate::{
    hooked::{BASH, decide_with},
    owner,
    stage::Stage,
};

/// A stage whose tools pass by themselves, and the file of codex' token for `tools`.
fn stage(tools: &[&str]) -> (Stage, String) {
    let stage = Stage::new();
    stage.lets_all_pass();
    let change = Change::IssueToken {
        agent: "codex".to_owned(),
        label: None,
        tools: tools.iter().map(|tool| (*tool).to_owned()).collect(),
        lifetime: None,
    };
    owner::makes(&Vault::open(stage.vault.dir()).unwrap(), &change);
    let file = stage.vault.path("mcp-tokens/codex.token");
    let file = file.to_str().unwrap().to_owned();
    (stage, file)
}

#[test]
fn a_token_opens_its_tools_alone() {
    let (stage, file) = stage(&["read_note"]);
    let mut client = stage.client_of(&["--token-file", &file]);
    assert_eq!(client.tools(), ["read_note"]);
    let refused = client.call("write_note", json!({"path": "/a"}));
    assert_eq!(refused["isError"], true, "{refused}");
    assert_eq!(
        client.call("read_note", json!({"path": "/a"}))["content"][0]["text"],
        "done"
    );
    assert_eq!(stage.calls().len(), 1);
}

#[test]
fn a_token_opens_its_tools_alone_to_a_hook_too_whatever_server_the_hook_names() {
    let (stage, file) = stage(&["Bash", "mcp__notes__read"]);
    stage.applies(
        "hooks.cedar",
        r#"@id("mine.hooks") permit (principal, action == Hook::Action::"let_pass", resource);"#,
    );
    let asks = |tool: &str, server: &str| {
        let server = format!(r#""mcp_server": {server}, "session_id""#);
        let asked = BASH.replace("\"Bash\"", &format!("{tool:?}"));
        let asked = asked.replace(r#""session_id""#, &server);
        decide_with(&stage, &asked, "30", &["--token-file", &file])
    };
    let named = r#"{"name": "notes"}"#;
    for (tool, server) in [("Bash", "null"), ("mcp__notes__read", named)] {
        assert_eq!(asks(tool, server), (0, String::new()), "{tool}");
    }
    for (tool, server) in [
        ("Write", "null"),
        ("Write", named),
        ("mcp__notes__write", named),
    ] {
        let (code, said) = asks(tool, server);
        assert_eq!(code, 0);
        assert!(
            said.contains(r#""permissionDecision":"deny""#),
            "{tool}: {said}"
        );
    }
}

#[test]
fn a_token_that_is_replaced_midway_opens_nothing_any_more() {
    let (stage, file) = stage(&["*"]);
    let mut client = stage.client_of(&["--token-file", &file]);
    assert_eq!(
        client.call("read_note", json!({"path": "/a"}))["content"][0]["text"],
        "done"
    );
    let vault = Vault::open(stage.vault.dir()).unwrap();
    let agent = "codex".to_owned();
    owner::makes(&vault, &Change::RotateTokens { agent });
    let refused = client.call("read_note", json!({"path": "/a"}));
    assert_eq!(
        refused["structuredContent"]["code"], "token_refused",
        "{refused}"
    );
    assert_eq!(stage.calls().len(), 1);
}

#[test]
fn a_token_of_another_agent_starts_nothing() {
    let (stage, file) = stage(&["*"]);
    let ended = stage.nobody(&[
        "proxy",
        "--agent",
        "hermes",
        "--token-file",
        &file,
        "--policy",
        stage.vault.dir_text(),
        "--",
        "true",
    ]);
    assert_ne!(ended.code(), 0);
}
