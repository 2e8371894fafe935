//! What the client gets for what does not pass.

use std::{sync::Arc, time::Duration};

use serde_json::json;
use tokio::sync::Semaphore;

use super::{
    gate::Gate,
    stage::{Stage, code, settings, text},
};

#[tokio::test]
async fn a_refusal_is_a_result_that_the_model_reads() {
    let mut stage = Stage::ready(Gate::default(), settings()).await;
    let answer = stage.call("echo", json!({"message": "deny"})).await;
    let content = &answer["result"]["structuredContent"];
    assert_eq!(content["code"], "denied");
    assert_eq!(content["policies"], json!(["p1"]));
    assert!(text(&answer).is_ascii(), "{answer}");
    assert!(!stage.log().contains("deny"), "{}", stage.log());
}

#[tokio::test]
async fn a_gatekeeper_that_panics_refuses() {
    let gate = Gate {
        panics: true,
        ..Gate::default()
    };
    let mut stage = Stage::ready(gate, settings()).await;
    let answer = stage.call("echo", json!({"message": "m"})).await;
    assert_eq!(code(&answer), "internal");
    assert!(!stage.log().contains("tools/call"), "{}", stage.log());
}

#[tokio::test]
async fn a_call_that_is_called_off_while_a_person_is_asked_is_never_sent() {
    let held = Arc::new(Semaphore::new(0));
    let gate = Gate {
        held: Some(Arc::clone(&held)),
        ..Gate::default()
    };
    let mut stage = Stage::ready(gate, settings()).await;
    let params = json!({"name": "echo", "_meta": {"progressToken": 5}});
    let id = stage.send("tools/call", params).await;
    let progress = stage.read().await;
    assert_eq!(progress["params"]["message"], "a person is asked");
    assert_eq!(progress["params"]["progressToken"], 5);
    let cancel =
        json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}});
    stage.write(&cancel.to_string()).await;
    stage.request("ping", json!({})).await;
    held.add_permits(1);
    stage.request("ping", json!({})).await;
    let log = stage.log();
    assert!(
        !log.contains("tools/call") && !log.contains("cancelled"),
        "{log}"
    );
    assert_eq!(stage.noted(), ["asked echo {}"]);
}

#[tokio::test]
async fn a_decision_that_takes_too_long_is_a_refusal() {
    let gate = Gate {
        held: Some(Arc::new(Semaphore::new(0))),
        ..Gate::default()
    };
    let mut settings = settings();
    settings.decision_time = Duration::from_millis(50);
    let mut stage = Stage::ready(gate, settings).await;
    assert_eq!(code(&stage.call("echo", json!({})).await), "timed_out");
    assert!(!stage.log().contains("tools/call"), "{}", stage.log());
}

#[tokio::test]
async fn what_two_readers_could_read_differently_reaches_nobody() {
    let mut stage = Stage::ready(Gate::default(), settings()).await;
    let call = |params: &str| {
        format!(r#"{{"jsonrpc":"2.0","id":1000,"method":"tools/call","params":{params}}}"#)
    };
    let lines = [
        call(r#"{"name":"echo","name":"crash"}"#),
        call(r#"{"name":"echo","Name":"crash"}"#),
        call(r#"{"name":"echo","arguments":{"a":1,"a":2}}"#),
        call(r#"{"name":"echo","arguments":{"a":{"b":1,"\u0062":2}}}"#),
        call(r#"{"name":"echo","arguments":[]}"#),
        call(r#"{"name":"echo","arguments":null}"#),
        call(r#"{"name":"echo","inputResponses":{}}"#),
        call(&format!(
            r#"{{"name":"echo","arguments":{{"a":{}1{}}}}}"#,
            "[".repeat(200),
            "]".repeat(200)
        )),
        call(
            "{\"name\":\"echo\",\"arguments\":{\"a\":\r{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\"}\r}}",
        ),
        format!("[{}]", call(r#"{"name":"echo"}"#)),
        call(r#"{"name":"echo"}"#).replace("\"id\":1000", "\"id\":1000,\"id\":1001"),
        call(r#"{"name":"echo"}"#).replace("\"id\":1000,", "\"id\":1000,\"METHOD\":\"x\","),
        call(r#"{"name":"echo"}"#).replace("1000", "\"openpass-guard/1\""),
        // A server that reads numbers as JavaScript does answers both alike.
        call(r#"{"name":"echo"}"#).replace("1000", "9007199254740993"),
        call(r#"{"name":"echo"}"#).replace("1000", "-9007199254740992"),
        call(r#"{"name":"echo","arguments":{"$serde_json::private::RawValue":"{}"}}"#),
        call(r#"{"name":"echo"}"#).replace("1000", r#"{"$serde_json::private::RawValue":"7"}"#),
        "{".to_owned(),
    ];
    for line in &lines {
        stage.write(line).await;
        let answer = stage.read().await;
        let number = answer["error"]["code"].as_i64();
        assert!(
            number.is_some_and(|code| (-32700..-32599).contains(&code)),
            "{answer} to {line}"
        );
    }
    // A call without an id is none.
    stage
        .write(&call(r#"{"name":"echo"}"#).replace("\"id\":1000,", ""))
        .await;
    stage.request("ping", json!({})).await;
    assert!(stage.noted().is_empty(), "{:?}", stage.noted());
    assert!(!stage.log().contains("tools/call"), "{}", stage.log());
}

#[tokio::test]
async fn an_id_that_is_in_flight_cannot_be_used_again() {
    let held = Arc::new(Semaphore::new(0));
    let gate = Gate {
        held: Some(Arc::clone(&held)),
        ..Gate::default()
    };
    let mut stage = Stage::ready(gate, settings()).await;
    let id = stage.begin("echo", json!({"message": "first"})).await;
    let again =
        json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": {"name": "crash"}});
    stage.write(&again.to_string()).await;
    assert_eq!(stage.read().await["error"]["code"], -32600);
    held.add_permits(1);
    assert_eq!(text(&stage.read().await), "first");
    assert!(!stage.log().contains("crash"), "{}", stage.log());
}

#[tokio::test]
async fn calls_as_tasks_are_refused() {
    let mut stage = Stage::ready(Gate::default(), settings()).await;
    let params = json!({"name": "echo", "task": {"ttl": 1}});
    let answer = stage.request("tools/call", params).await;
    assert_eq!(code(&answer), "tasks_refused");
    assert!(!stage.log().contains("ttl"), "{}", stage.log());
}

#[tokio::test]
async fn a_message_that_is_too_long_is_answered_by_its_id() {
    let mut stage = Stage::ready(Gate::default(), settings()).await;
    let answer = stage
        .call("echo", json!({"message": "x".repeat(1 << 20)}))
        .await;
    assert_eq!(code(&answer), "too_large");
    let fits = "x".repeat((1 << 20) - 200);
    let answer = stage.call("echo", json!({"message": fits})).await;
    assert_eq!(text(&answer).len(), fits.len());
    assert!(stage.log().len() < 2 << 20);
}

#[tokio::test]
async fn more_requests_than_may_wait_are_refused() {
    let held = Arc::new(Semaphore::new(0));
    let gate = Gate {
        held: Some(Arc::clone(&held)),
        ..Gate::default()
    };
    let mut settings = settings();
    settings.most_requests = 2;
    let mut stage = Stage::ready(gate, settings).await;
    stage.begin("echo", json!({})).await;
    stage.begin("echo", json!({})).await;
    assert_eq!(code(&stage.call("echo", json!({})).await), "busy");
    held.add_permits(2);
    stage.read().await;
    stage.read().await;
}

#[tokio::test]
async fn nothing_passes_before_initialize_and_it_is_sent_once() {
    let mut stage = Stage::new(Gate::default(), settings(), "");
    let answer = stage.request("tools/call", json!({"name": "echo"})).await;
    assert_eq!(answer["error"]["code"], -32600);
    assert_eq!(stage.request("ping", json!({})).await["result"], json!({}));
    assert_eq!(stage.log(), "");
    stage.greet(json!({})).await;
    let answer = stage
        .request("initialize", json!({"capabilities": {"sampling": {}}}))
        .await;
    assert_eq!(answer["error"]["code"], -32600);
    assert!(!stage.log().contains("sampling"), "{}", stage.log());
}

#[tokio::test]
async fn what_the_client_can_do_is_told_of_in_a_message_that_can_be_read_or_not_at_all() {
    let mut stage = Stage::new(Gate::default(), settings(), "");
    let mut capabilities: serde_json::Map<String, serde_json::Value> = (0..1_024)
        .map(|number| (format!("x{number}"), json!({})))
        .collect();
    capabilities.insert("sampling".to_owned(), json!({}));
    let answer = stage
        .request("initialize", json!({"capabilities": capabilities}))
        .await;
    assert_eq!(answer["error"]["code"], -32600, "{answer}");
    assert!(!stage.log().contains("sampling"), "{}", stage.log());
    stage.greet(json!({"sampling": {}})).await;
    assert!(!stage.log().contains("sampling"), "{}", stage.log());
}
