//! What a person answers, or policy: each stops every tool, or lets it through.

use serde_json::json;

use super::{Person, Stage, changes, files, forbid_agents_everything, stopped};
use crate::failure::{Code, Failure, Refused as _};

#[tokio::test]
async fn a_yes_makes_the_change() {
    for (tool, arguments) in changes() {
        let stage = Stage::new("boss", Person::Yes);
        let before = files(stage.vault.dir());
        let answer = stage.call(tool, arguments).await.unwrap();
        assert_eq!(answer["factor"], "biometry", "{tool}");
        assert_ne!(files(stage.vault.dir()), before, "{tool}");
        assert_eq!(stage.asked(), 1, "{tool}");
    }
}

#[tokio::test]
async fn denied_stops_every_tool_and_asks_nobody() {
    stopped("weak", Person::Yes, Code::Denied).await;
}

#[tokio::test]
async fn case_58_a_denied_agent_learns_nothing_of_the_vault() {
    let impossible = [
        (
            "upgrade_agent",
            json!({"name": "nobody", "tier": "standard"}),
        ),
        (
            "upgrade_agent",
            json!({"name": "codex", "tier": "read-only"}),
        ),
        (
            "edit_agent_profile",
            json!({"name": "nobody", "set": {"canWrite": true}}),
        ),
        (
            "edit_agent_profile",
            json!({"name": "codex", "set": {"tier": "read-only"}}),
        ),
        ("revoke_token", json!({"id": "nothing"})),
        ("rotate_token", json!({"name": "nobody"})),
    ];
    for (tool, arguments) in changes().into_iter().chain(impossible) {
        let stage = Stage::new("boss", Person::Yes);
        forbid_agents_everything(&stage.vault);
        let denied = stage.call(tool, arguments.clone()).await.unwrap_err();
        assert_eq!(denied.code(), Code::Denied, "{tool}: {denied}");
        for word in ["codex", "nobody", "read-only", "already"] {
            assert!(!denied.to_string().contains(word), "{tool}: {denied}");
        }
        let question = json!({"tool": tool, "arguments": arguments});
        let explained = stage.call("explain_decision", question).await.unwrap_err();
        assert_eq!(explained.code(), Code::Denied);
    }
}

#[tokio::test]
async fn case_58_an_explained_denial_is_the_same_for_what_is_there_and_what_is_not() {
    let answers = ["codex", "nobody"].map(|name| async move {
        let stage = Stage::new("weak", Person::Yes);
        let mut said = Vec::new();
        for tier in ["admin", "read-only"] {
            let arguments = json!({"name": name, "tier": tier});
            let question = json!({"tool": "upgrade_agent", "arguments": arguments});
            let explained = stage.call("explain_decision", question).await.unwrap();
            assert_eq!(explained["decision"], "deny");
            let denied = stage.call("upgrade_agent", arguments).await.unwrap_err();
            assert_eq!(denied.code(), Code::Denied);
            said.push((explained, denied.to_string(), denied.policies()));
        }
        said
    });
    let [there, not_there] = answers;
    assert_eq!(there.await, not_there.await);
}

#[tokio::test]
async fn m6_a_field_that_no_profile_has_is_an_argument_that_is_not_taken() {
    let stage = Stage::new("boss", Person::Yes);
    let set = json!({"name": "codex", "set": {"canwrite": true}});
    let refused = stage.call("edit_agent_profile", set).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArguments);
    assert!(refused.to_string().contains("canWrite"), "{refused}");
    assert_eq!(stage.asked(), 0);
}

#[tokio::test]
async fn a_wrong_answer_stops_every_tool() {
    stopped("boss", Person::Wrong, Code::Rejected).await;
}

#[tokio::test]
async fn a_no_stops_every_tool() {
    stopped("boss", Person::Declines, Code::Declined).await;
}

#[tokio::test]
async fn nobody_to_ask_stops_every_tool_and_leaves_a_request() {
    stopped("boss", Person::IsAway, Code::ApprovalRequired).await;
}

#[tokio::test]
async fn case_41_what_no_dialog_has_room_for_is_left_to_a_terminal() {
    stopped("boss", Person::SeesTooLittle, Code::ApprovalRequired).await;
    let stage = Stage::new("boss", Person::SeesTooLittle);
    let asks = json!({"name": "codex", "tier": "standard"});
    let refused = stage.call("upgrade_agent", asks).await.unwrap_err();
    let message = refused.to_string();
    assert!(
        message.contains("no room to show everything that gives power"),
        "{message}"
    );
    let Failure::Approval { command, .. } = refused else {
        panic!("{message}");
    };
    assert!(command.contains(" approve "), "{command}");
}
