//! Which tools the client sees, and what happens when they change.

use std::sync::Arc;

use serde_json::json;
use tokio::sync::Semaphore;

use super::{
    gate::Gate,
    stage::{Stage, code, settings, text},
};

fn names(answer: &serde_json::Value) -> Vec<&str> {
    let tools = answer["result"]["tools"].as_array().unwrap();
    tools
        .iter()
        .map(|tool| tool["name"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn every_page_is_listed_and_accepted_tools_keep_the_servers_own_json() {
    let gate = Gate::default();
    gate.unaccepted.lock().unwrap().extend(["crash", "echo"]);
    let mut stage = Stage::ready(gate, settings()).await;
    stage.send("tools/list", json!({})).await;
    let line = stage.read_line().await;
    let own = r#"{"name": "spam", "inputSchema": {"type": "object", "x-number": 1.50}, "description": "A tool."}"#;
    assert!(line.contains(own), "{line}");
    let answer = serde_json::from_str(&line).unwrap();
    let names = names(&answer);
    assert_eq!(names.len(), 21, "{names:?}");
    assert!(
        !names.contains(&"echo") && names.contains(&"twice"),
        "{names:?}"
    );
    assert!(answer["result"].get("nextCursor").is_none());
    let answer = stage.request("tools/list", json!({"cursor": "2"})).await;
    assert_eq!(answer["error"]["code"], -32602);
}

#[tokio::test]
async fn a_tool_that_nobody_accepted_is_not_called() {
    let gate = Gate::default();
    gate.unaccepted.lock().unwrap().extend(["echo", "shaped"]);
    let mut stage = Stage::ready(gate, settings()).await;
    let answer = stage.call("echo", json!({"message": "m"})).await;
    let expected = json!({
        "code": "not_accepted",
        "message": "nobody accepted this tool",
        "for_the_person": "accept it",
    });
    assert_eq!(answer["result"]["structuredContent"], expected);
    let same: serde_json::Value = serde_json::from_str(text(&answer)).unwrap();
    assert_eq!(same, expected);
    // A client would hold structured content to the tool's own schema.
    let answer = stage.call("shaped", json!({})).await;
    assert!(
        answer["result"].get("structuredContent").is_none(),
        "{answer}"
    );
    assert!(text(&answer).contains("not_accepted"), "{answer}");
    let answer = stage.call("nothing", json!({})).await;
    assert_eq!(code(&answer), "not_accepted");
    assert!(stage.noted().is_empty());
    assert!(!stage.log().contains("tools/call"), "{}", stage.log());
}

#[tokio::test]
async fn a_description_that_changed_hides_the_tool_and_stops_its_calls() {
    let gate = Gate {
        poison: Some("Another"),
        ..Gate::default()
    };
    let mut stage = Stage::ready(gate, settings()).await;
    assert!(names(&stage.request("tools/list", json!({})).await).contains(&"echo"));
    // The new listing waits for a ping.
    stage.call("hold", json!({})).await;
    assert_eq!(text(&stage.call("change", json!({})).await), "changed");
    let id = stage.begin("echo", json!({"message": "m"})).await;
    stage.send("ping", json!({})).await;
    let mut answers = vec![stage.read().await, stage.read().await, stage.read().await];
    let changed = "notifications/tools/list_changed";
    assert!(
        answers.iter().any(|answer| answer["method"] == changed),
        "{answers:?}"
    );
    answers.retain(|answer| answer["id"] == id);
    assert_eq!(code(&answers[0]), "not_accepted");
    let noted = stage.noted();
    assert!(
        !noted.iter().any(|noted| noted.starts_with("asked echo")),
        "{noted:?}"
    );
    assert!(!names(&stage.request("tools/list", json!({})).await).contains(&"echo"));
    assert!(!stage.log().contains("\"echo\""), "{}", stage.log());
}

#[tokio::test]
async fn a_server_that_changes_a_tool_without_a_word_is_caught_at_the_next_listing() {
    let gate = Gate {
        poison: Some("Another"),
        ..Gate::default()
    };
    let mut stage = Stage::ready(gate, settings()).await;
    stage.call("silently", json!({})).await;
    assert!(!names(&stage.request("tools/list", json!({})).await).contains(&"echo"));
    assert_eq!(code(&stage.call("echo", json!({})).await), "not_accepted");
}

#[tokio::test]
async fn a_call_that_was_approved_for_another_description_is_not_sent() {
    let held = Arc::new(Semaphore::new(1));
    let gate = Gate {
        held: Some(Arc::clone(&held)),
        ..Gate::default()
    };
    let mut stage = Stage::ready(gate, settings()).await;
    stage.call("silently", json!({})).await;
    let id = stage.begin("echo", json!({"message": "m"})).await;
    // The gatekeeper has the call when the new description is listed. It
    // accepts both, yet it was asked about the old one.
    stage.request("tools/list", json!({})).await;
    held.add_permits(1);
    let answer = stage.read().await;
    assert_eq!(answer["id"], id);
    assert_eq!(code(&answer), "not_accepted");
    assert!(!stage.log().contains("\"echo\""), "{}", stage.log());
    assert_eq!(stage.noted().last().unwrap(), "NotSent");
}

#[tokio::test]
async fn a_call_that_passes_while_the_tools_are_listed_goes_once_they_are() {
    let held = Arc::new(Semaphore::new(1));
    let gate = Gate {
        held: Some(Arc::clone(&held)),
        ..Gate::default()
    };
    let mut stage = Stage::ready(gate, settings()).await;
    stage.call("hold", json!({})).await;
    let arguments = json!({"message": "m"});
    let params = json!({"name": "echo", "arguments": arguments, "_meta": {"progressToken": 1}});
    let echo = stage.send("tools/call", params).await;
    assert_eq!(stage.read().await["method"], "notifications/progress");
    stage.send("tools/list", json!({})).await;
    // The relay has read the line before when it answers the next.
    stage.request("resources/read", json!({})).await;
    held.add_permits(1);
    for _ in 0..5 {
        stage.request("resources/read", json!({})).await;
    }
    assert!(!stage.log().contains("\"echo\""), "{}", stage.log());
    stage.send("ping", json!({})).await;
    let mut answers = vec![stage.read().await, stage.read().await, stage.read().await];
    answers.retain(|answer| answer["id"] == echo);
    assert_eq!(text(&answers[0]), "m");
    stage.request("ping", json!({})).await;
    let noted = stage.noted();
    let asked = noted.iter().filter(|noted| noted.starts_with("asked echo"));
    assert_eq!(asked.count(), 1, "{noted:?}");
    assert_eq!(noted.last().unwrap(), "Done");
}

#[tokio::test]
async fn a_server_that_says_all_the_time_that_its_tools_changed_holds_nobody_up() {
    let mut stage = Stage::ready(Gate::default(), settings()).await;
    stage.call("spam", json!({})).await;
    let answer = stage.call("echo", json!({"message": "m"})).await;
    assert_eq!(text(&answer), "m");
}

#[tokio::test]
async fn a_tool_accepted_since_the_listing_can_be_called() {
    let gate = Arc::new(Gate::default());
    gate.unaccepted.lock().unwrap().push("echo");
    let mut stage = Stage::shared(Arc::clone(&gate), settings()).await;
    assert!(!names(&stage.request("tools/list", json!({})).await).contains(&"echo"));
    assert_eq!(code(&stage.call("echo", json!({})).await), "not_accepted");
    gate.unaccepted.lock().unwrap().clear();
    stage.begin("echo", json!({"message": "m"})).await;
    assert_eq!(
        stage.read().await["method"],
        "notifications/tools/list_changed"
    );
    assert_eq!(text(&stage.read().await), "m");
}
