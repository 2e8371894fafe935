//! Tokens, in the product's form.

use std::fs;

#[cfg(unix)]
use openpass_vault::GuardLog;
use openpass_vault::{Change, Token};
use serde_json::Value;

use crate::sample::Sample;

fn issue(agent: &str) -> Change {
    Change::IssueToken {
        agent: agent.to_owned(),
        label: Some("laptop".to_owned()),
        tools: vec!["get_entry".to_owned()],
        lifetime: Some(3600),
    }
}

fn token(sample: &Sample, id: &str) -> Token {
    let all = sample.vault.tokens().unwrap();
    all.into_iter().find(|token| token.id == id).unwrap()
}

#[test]
fn a_new_token_is_in_its_file_and_its_hash_in_the_registry() {
    let sample = Sample::new();
    let before = sample.read("mcp-tokens.json");
    let proposal = sample.make(&issue("codex")).unwrap();
    let issued = proposal.issued().unwrap();
    let raw = sample.read("mcp-tokens/codex.token");
    assert_eq!(raw.len(), 65);
    assert!(raw.trim_end().bytes().all(|byte| byte.is_ascii_hexdigit()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let path = sample.dir().join("mcp-tokens/codex.token");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    let after = sample.read("mcp-tokens.json");
    let registry: Value = serde_json::from_str(&after).unwrap();
    let entry = &registry["tokens"][&issued.id];
    assert_eq!(entry["agent_name"], "codex");
    assert_eq!(entry["label"], "laptop");
    assert!(raw.starts_with(entry["prefix"].as_str().unwrap()));
    assert_eq!(entry["revoked"], false);
    assert!(entry.get("tool_registry_hash").is_none());
    assert!(entry["expires_at"].as_str().unwrap().ends_with('Z'));
    // Every line that was there is there, in its order.
    let mut lines = after.lines();
    for old in before
        .lines()
        .filter(|line| *line != "    }" && *line != "  }")
    {
        let same = |line: &str| line.trim_end_matches(',') == old.trim_end_matches(',');
        assert!(lines.any(same), "{old}");
    }
    assert!(sample.read(".gitignore").ends_with("mcp-tokens/\n"));
}

#[test]
fn a_raw_token_is_neither_logged_nor_shown() {
    let sample = Sample::new();
    let proposal = sample.make(&issue("codex")).unwrap();
    let raw = sample.read("mcp-tokens/codex.token");
    let raw = raw.trim_end();
    assert!(!sample.read("guard/log.jsonl").contains(raw));
    assert!(!sample.read("mcp-tokens.json").contains(raw));
    assert!(!format!("{proposal:?}").contains(raw));
    assert!(!format!("{:?}", proposal.operation()).contains(raw));
}

#[test]
fn a_revoked_token_takes_its_file_with_it_and_no_other() {
    let sample = Sample::new();
    let first = sample.make(&issue("codex")).unwrap();
    let second = sample.make(&issue("codex")).unwrap();
    let id = |proposal: &openpass_vault::Proposal| proposal.issued().unwrap().id.clone();
    sample
        .make(&Change::RevokeToken { id: id(&first) })
        .unwrap();
    assert!(sample.dir().join("mcp-tokens/codex.token").exists());
    sample
        .make(&Change::RevokeToken { id: id(&second) })
        .unwrap();
    assert!(!sample.dir().join("mcp-tokens/codex.token").exists());
    assert!(token(&sample, &id(&first)).revoked && token(&sample, &id(&second)).revoked);
}

#[test]
fn a_rotation_revokes_every_live_token_and_keeps_the_tools() {
    let sample = Sample::new();
    let old = sample.make(&issue("codex")).unwrap();
    let old = old.issued().unwrap().id.clone();
    let new = sample
        .make(&Change::RotateTokens {
            agent: "codex".to_owned(),
        })
        .unwrap();
    let new = token(&sample, &new.issued().unwrap().id);
    assert!(token(&sample, &old).revoked);
    assert!(new.is_live() && !new.opens_all_tools());
    assert_eq!(new.allowed_tools, ["get_entry"]);
    assert!(new.expires_at.is_some());
}

#[test]
fn a_token_whose_times_cannot_be_read_is_not_replaced_by_one_for_ever() {
    for key in ["created_at", "expires_at"] {
        let sample = Sample::new();
        let issued = sample.make(&issue("codex")).unwrap();
        let id = issued.issued().unwrap().id.clone();
        let text = sample.read("mcp-tokens.json");
        let mut registry: Value = serde_json::from_str(&text).unwrap();
        registry["tokens"][&id][key] = Value::from("tomorrow");
        sample.write("mcp-tokens.json", &registry.to_string());
        let rotation = Change::RotateTokens {
            agent: "codex".to_owned(),
        };
        let refused = sample.make(&rotation).unwrap_err().to_string();
        assert!(refused.contains("cannot be read"), "{refused}");
        assert!(token(&sample, &id).is_live());
    }
}

#[test]
fn removing_an_agent_revokes_its_tokens() {
    let sample = Sample::new();
    sample.make(&issue("codex")).unwrap();
    sample
        .make(&Change::RemoveAgent {
            agent: "codex".to_owned(),
        })
        .unwrap();
    assert!(
        sample
            .vault
            .tokens()
            .unwrap()
            .iter()
            .filter(|t| t.agent() == "codex")
            .all(|t| t.revoked)
    );
    assert!(!sample.dir().join("mcp-tokens/codex.token").exists());
}

#[test]
fn what_is_not_known_in_the_registry_stays() {
    let sample = Sample::new();
    let more = sample.read("mcp-tokens.json").replacen(
        "\"revoked\": true,",
        "\"revoked\": true,\n      \"kept\": {\"b\": 1, \"a\": [2]},",
        1,
    );
    sample.write("mcp-tokens.json", &more);
    sample.make(&issue("codex")).unwrap();
    let registry: Value = serde_json::from_str(&sample.read("mcp-tokens.json")).unwrap();
    assert_eq!(registry["tokens"]["tok-20261123-06cf7652"]["kept"]["b"], 1);
}

#[test]
fn case_50_nothing_in_the_place_of_its_file_keeps_a_token_from_being_revoked() {
    let sample = Sample::new();
    let id = "tok-20261123-81e9c532".to_owned();
    let agent = token(&sample, &id).agent().to_owned();
    let path = sample.dir().join(format!("mcp-tokens/{agent}.token"));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    drop(fs::remove_file(&path));
    fs::create_dir(&path).unwrap();
    sample
        .make(&Change::RevokeToken { id: id.clone() })
        .unwrap();
    assert!(token(&sample, &id).revoked);
    assert!(path.is_dir());
}

#[cfg(unix)]
#[test]
fn a_token_folder_that_is_a_link_is_not_followed() {
    let sample = Sample::new();
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::remove_dir(sample.dir().join("mcp-tokens")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), sample.dir().join("mcp-tokens")).unwrap();
    sample.make(&issue("codex")).unwrap_err();
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    let lines = GuardLog::of(&sample.vault).lines().unwrap();
    assert_eq!(
        lines.last().unwrap()["event"]["outcome"]["outcome"],
        "failed"
    );
}

#[test]
fn case_22_a_label_is_a_name_that_shows_as_itself() {
    for label in [
        "",
        " laptop",
        "lap\u{202e}top",
        "a\u{200b}b",
        "-x",
        "../x",
        "*",
        "x\u{1b}[2J",
        &"x".repeat(200),
    ] {
        let change = Change::IssueToken {
            agent: "codex".to_owned(),
            label: Some(label.to_owned()),
            tools: vec!["*".to_owned()],
            lifetime: None,
        };
        let refused = Sample::new().propose(&change).unwrap_err();
        assert!(
            matches!(refused, openpass_vault::VaultError::RefusedValue { .. }),
            "{label:?}: {refused}"
        );
    }
}

#[test]
fn whoever_is_asked_about_a_token_sees_its_label_and_its_agent() {
    let sample = Sample::new();
    let change = Change::RevokeToken {
        id: "tok-20261123-81e9c532".to_owned(),
    };
    let proposal = sample.propose(&change).unwrap();
    let before = proposal.operation().changes()[0].before.clone().unwrap();
    let token = sample.vault.tokens().unwrap();
    let token = token
        .iter()
        .find(|one| one.id.ends_with("81e9c532"))
        .unwrap();
    assert!(before.contains(token.label.as_deref().unwrap()), "{before}");
    assert!(before.contains(token.agent()), "{before}");
}

#[test]
fn p20_the_file_of_an_expired_token_goes_with_its_agent_and_with_the_token() {
    for by_id in [false, true] {
        let sample = Sample::new();
        let issued = sample.make(&issue("codex")).unwrap();
        let id = issued.issued().unwrap().id.clone();
        let mut registry: Value = serde_json::from_str(&sample.read("mcp-tokens.json")).unwrap();
        registry["tokens"][&id]["expires_at"] = "2020-01-01T00:00:00Z".into();
        sample.write(
            "mcp-tokens.json",
            &serde_json::to_string_pretty(&registry).unwrap(),
        );
        let (agent, file) = ("codex".to_owned(), "mcp-tokens/codex.token");
        assert!(sample.dir().join(file).exists());
        let made = match by_id {
            true => sample.make(&Change::RevokeToken { id }),
            false => sample.make(&Change::RemoveAgent { agent }),
        };
        let changes = made.unwrap().operation().changes().to_vec();
        assert!(!sample.dir().join(file).exists());
        let said = format!("{changes:?}");
        assert!(!said.contains("\"live, "), "{said}");
    }
}
