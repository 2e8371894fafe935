//! The agent by its token.

use openpass_vault::{Change, Vault};
use serde_json::json;

use crate::{owner, stage::Stage};

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
