//! A call works nothing out that an earlier one has worked out already.

use serde_json::{Value, json};

use super::{Person, Stage, forbid_agents_everything};
use crate::failure::{Code, Refused as _};

/// A call of every tool that looks at the vault.
fn reads() -> Vec<(&'static str, Value)> {
    let upgrade = json!({"name": "codex", "tier": "admin"});
    vec![
        ("list_agents", json!({})),
        ("get_agent", json!({"name": "codex"})),
        ("get_auth_status", json!({})),
        ("list_tokens", json!({})),
        ("list_policies", json!({})),
        (
            "explain_decision",
            json!({"tool": "upgrade_agent", "arguments": upgrade}),
        ),
    ]
}

#[tokio::test]
async fn m9_a_server_builds_one_engine_and_goes_through_each_text_once() {
    let stage = Stage::new("boss", Person::IsAway);
    // Something is approved, so that there is a log.
    stage
        .call("set_auth_method", json!({"method": "passphrase"}))
        .await
        .unwrap_err();
    for _ in 0..10 {
        for (tool, arguments) in reads() {
            stage.call(tool, arguments).await.unwrap();
        }
    }
    let work = stage.vault.work();
    assert_eq!(work.engines, 1);
    for _ in 0..10 {
        for (tool, arguments) in reads() {
            stage.call(tool, arguments).await.unwrap();
        }
    }
    assert_eq!(stage.vault.work(), work);
}

#[tokio::test]
async fn m9_what_was_worked_out_before_lets_nothing_through_that_is_forbidden_now() {
    let stage = Stage::new("boss", Person::Yes);
    for (tool, arguments) in reads() {
        stage.call(tool, arguments).await.unwrap();
    }
    forbid_agents_everything(&stage.vault);
    for (tool, arguments) in reads() {
        let denied = stage.call(tool, arguments).await.unwrap_err();
        assert_eq!(denied.code(), Code::Denied, "{tool}: {denied}");
    }
    assert_eq!(stage.asked(), 0);
}
