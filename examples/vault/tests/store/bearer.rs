//! The token that a program brings.

use openpass_vault::{Bearer, Change, VaultError};
use serde_json::{Value, json};

use crate::{damaged::LOG, sample::Sample};

fn issue(agent: &str) -> Change {
    Change::IssueToken {
        agent: agent.to_owned(),
        label: None,
        tools: vec!["list_agents".to_owned()],
        lifetime: None,
    }
}

fn brought(sample: &Sample) -> Bearer {
    Bearer::read(&sample.dir().join("mcp-tokens/codex.token")).unwrap()
}

/// The id of a new token of codex, and the token.
fn issued(sample: &Sample) -> (String, Bearer) {
    let proposal = sample.make(&issue("codex")).unwrap();
    (proposal.issued().unwrap().id.clone(), brought(sample))
}

fn refused(sample: &Sample, bearer: &Bearer, why: &str) {
    let error = sample.vault.token_of(bearer).unwrap_err();
    assert!(matches!(error, VaultError::BearerRefused { .. }), "{error}");
    assert!(error.to_string().contains(why), "{error}");
}

/// Edits the registry by hand.
fn edit(sample: &Sample, change: impl FnOnce(&mut Value)) {
    let mut registry: Value = serde_json::from_str(&sample.read("mcp-tokens.json")).unwrap();
    change(&mut registry["tokens"]);
    sample.write("mcp-tokens.json", &registry.to_string());
}

#[test]
fn a_token_opens_what_it_was_issued_for_until_it_is_revoked() {
    let sample = Sample::new();
    let (id, bearer) = issued(&sample);
    let token = sample.vault.token_of(&bearer).unwrap();
    assert_eq!((token.id.as_str(), token.agent()), (id.as_str(), "codex"));
    assert!(token.opens("list_agents") && !token.opens("list_tokens"));
    sample.make(&Change::RevokeToken { id }).unwrap();
    refused(&sample, &bearer, "it was revoked");
}

#[test]
fn a_token_that_was_replaced_opens_nothing() {
    let sample = Sample::new();
    sample.make(&issue("codex")).unwrap();
    let old = brought(&sample);
    let agent = "codex".to_owned();
    sample.make(&Change::RotateTokens { agent }).unwrap();
    assert!(sample.vault.token_of(&old).is_err());
    assert!(sample.vault.token_of(&brought(&sample)).is_ok());
}

/// A program that writes the registry makes no token by it, and widens none.
#[test]
fn case_50_a_line_of_the_registry_that_nobody_approved_opens_nothing() {
    let sample = Sample::new();
    let (id, bearer) = issued(&sample);
    let approved = sample.read("mcp-tokens.json");
    let changes: [(&str, Value); 4] = [
        ("allowed_tools", json!(["*"])),
        ("agent_name", json!("hermes")),
        ("expires_at", json!("2099-01-01T00:00:00Z")),
        ("tool_registry_hash", json!("00")),
    ];
    for (field, value) in changes {
        edit(&sample, |tokens| tokens[&id][field] = value);
        refused(&sample, &bearer, "was changed outside the guard");
        sample.write("mcp-tokens.json", &approved);
    }
    edit(&sample, |tokens| {
        let mut copy = tokens[&id].clone();
        tokens.as_object_mut().unwrap().remove(&id);
        copy["id"] = json!("tok-20261101-00112233");
        tokens["tok-20261101-00112233"] = copy;
    });
    refused(&sample, &bearer, "was written outside the guard");
    sample.write("mcp-tokens.json", &approved);
    assert!(sample.vault.token_of(&bearer).is_ok());
}

/// A log of before, put back with the registry of its time, brings no token back.
#[test]
fn case_50_a_revoked_token_that_an_older_log_brings_back_opens_nothing() {
    let sample = Sample::new();
    let (id, bearer) = issued(&sample);
    let older = ["mcp-tokens.json", LOG].map(|name| (name, sample.read(name)));
    sample.make(&Change::RevokeToken { id }).unwrap();
    for (name, text) in older {
        sample.write(name, &text);
    }
    refused(&sample, &bearer, "missing or damaged");
    sample.make(&Change::SetLogAside {}).unwrap();
    refused(&sample, &bearer, "missing or damaged");
}

#[test]
fn a_token_of_a_vault_without_the_guards_memory_opens_nothing() {
    let sample = Sample::new();
    sample.make(&issue("codex")).unwrap();
    let bearer = brought(&sample);
    std::fs::remove_dir_all(sample.dir().join("guard")).unwrap();
    refused(&sample, &bearer, "knows no token of this vault yet");
}

#[test]
fn what_is_no_token_is_refused_and_not_shown() {
    let sample = Sample::new();
    sample.make(&issue("codex")).unwrap();
    // The file stays its owner's alone.
    sample.write("mcp-tokens/codex.token", "a secret of another kind\n");
    let error = Bearer::read(&sample.dir().join("mcp-tokens/codex.token")).unwrap_err();
    assert!(matches!(error, VaultError::NoBearer { .. }), "{error}");
    assert!(!format!("{error} {error:?}").contains("secret of"));
    let missing = Bearer::read(&sample.dir().join("mcp-tokens/nobody.token"));
    assert!(matches!(missing, Err(VaultError::NoBearer { .. })));
    sample.make(&issue("codex")).unwrap();
    let shown = format!("{:?}", brought(&sample));
    assert_eq!(shown, "Bearer { .. }");
}
