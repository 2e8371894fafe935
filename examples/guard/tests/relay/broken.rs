//! Servers that crash, hang or speak what is no MCP.

use core::future::pending;
use std::{sync::Arc, time::Duration};

use openpass_guard::proxy::{ClientStreams, ProxyError, ServerCommand, relay};
use serde_json::json;
use tokio::io::{empty, sink};

use super::{
    gate::Gate,
    stage::{Stage, code, settings, text},
};

#[tokio::test]
async fn a_server_that_crashes_ends_the_session_and_the_outcome_is_unknown() {
    let mut stage = Stage::ready(Gate::default(), settings()).await;
    let answer = stage.call("crash", json!({})).await;
    assert_eq!(code(&answer), "server_gone");
    assert!(text(&answer).contains("is not known"), "{answer}");
    let over = stage.over().await;
    assert!(matches!(over, Err(ProxyError::ServerGone)), "{over:?}");
    assert!(
        stage.noted()[1].starts_with("Unknown"),
        "{:?}",
        stage.noted()
    );
}

#[tokio::test]
async fn a_program_that_is_not_there_is_said() {
    let command = ServerCommand::new("/nowhere/server", [""; 0]);
    let client = ClientStreams::new(empty(), sink(), sink());
    let gate = Arc::new(Gate::default());
    let over = relay(&command, settings(), gate, client, pending());
    let error = over.await.unwrap_err();
    assert!(matches!(error, ProxyError::Start(_)), "{error:?}");
    assert!(error.to_string().contains("check the command"), "{error}");
}

#[tokio::test]
async fn a_server_that_hangs_is_told_and_the_outcome_is_unknown() {
    let mut settings = settings();
    settings.call_time = Duration::from_millis(300);
    let mut stage = Stage::ready(Gate::default(), settings).await;
    let answer = stage.call("late", json!({})).await;
    assert_eq!(code(&answer), "timed_out");
    let id = answer["id"].as_i64().unwrap();
    assert!(
        stage.noted()[1].starts_with("Unknown"),
        "{:?}",
        stage.noted()
    );
    // The late answer reaches nobody: the listing comes behind it.
    stage.request("tools/list", json!({})).await;
    let cancelled = format!(r#""requestId":{id}"#);
    assert!(stage.log().contains(&cancelled), "{}", stage.log());
}

#[tokio::test]
async fn an_answer_after_a_cancel_reaches_nobody() {
    let mut stage = Stage::ready(Gate::default(), settings()).await;
    let id = stage.begin("late", json!({})).await;
    let echo = json!({"message": "m"});
    assert_eq!(text(&stage.call("echo", echo).await), "m");
    let cancel =
        json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}});
    stage.write(&cancel.to_string()).await;
    stage.request("ping", json!({})).await;
    let ended = stage.noted();
    assert!(
        ended.iter().any(|noted| noted.starts_with("Unknown")),
        "{ended:?}"
    );
    assert!(stage.log().contains(&cancel.to_string()), "{}", stage.log());
}

#[tokio::test]
async fn the_id_of_a_cancelled_call_stays_taken_until_the_server_has_answered() {
    let mut stage = Stage::ready(Gate::default(), settings()).await;
    stage.call("echo", json!({})).await;
    let id = stage.begin("hang", json!({})).await;
    let cancel =
        json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}});
    stage.request("ping", json!({})).await;
    while !stage.log().contains("\"hang\"") {
        stage.request("ping", json!({})).await;
    }
    stage.write(&cancel.to_string()).await;
    // The answer to `hang` would look like this one's.
    let again =
        json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": {"name": "echo"}});
    stage.write(&again.to_string()).await;
    assert_eq!(stage.read().await["error"]["code"], -32600);
}

#[tokio::test]
async fn a_server_that_never_answers_initialize_ends_the_session() {
    let mut settings = settings();
    settings.start_time = Duration::from_millis(300);
    let mut stage = Stage::new(Gate::default(), settings, "no-initialize");
    let answer = stage.request("initialize", json!({})).await;
    assert!(
        answer["error"]["message"]
            .as_str()
            .unwrap()
            .contains("initialize"),
        "{answer}"
    );
    let over = stage.over().await;
    assert!(matches!(over, Err(ProxyError::Silent)), "{over:?}");
}

#[tokio::test]
async fn some_garbage_is_passed_over_and_much_of_it_ends_the_session() {
    let mut stage = Stage::ready(Gate::default(), settings()).await;
    let answer = stage.call("garbage", json!({"lines": 50})).await;
    assert_eq!(text(&answer), "after garbage");
    let answer = stage.call("garbage", json!({"lines": 51})).await;
    assert_eq!(code(&answer), "server_garbled");
    let over = stage.over().await;
    assert!(matches!(over, Err(ProxyError::ServerGarbled)), "{over:?}");
}

#[tokio::test]
async fn a_line_too_long_to_take_ends_the_session_and_memory_stays_bounded() {
    for (tool, bytes) in [("long", 100 << 20), ("endless", 0)] {
        let mut settings = settings();
        settings.stop_time = Duration::from_millis(100);
        let mut stage = Stage::ready(Gate::default(), settings).await;
        let answer = stage.call(tool, json!({"bytes": bytes})).await;
        assert_eq!(code(&answer), "too_large");
        let over = stage.over().await;
        assert!(matches!(over, Err(ProxyError::ServerTooLong)), "{over:?}");
    }
}

#[tokio::test]
async fn a_server_that_asks_without_end_and_reads_nothing_holds_nobody_up() {
    let mut settings = settings();
    settings.call_time = Duration::from_millis(500);
    settings.stop_time = Duration::from_millis(100);
    let mut stage = Stage::ready(Gate::default(), settings).await;
    assert_eq!(code(&stage.call("flood", json!({})).await), "timed_out");
    stage.leave();
    stage.over().await.unwrap();
}

#[tokio::test]
async fn a_large_answer_that_fits_passes() {
    let mut stage = Stage::ready(Gate::default(), settings()).await;
    let answer = stage.call("big", json!({"bytes": 15 << 20})).await;
    assert_eq!(text(&answer).len(), 15 << 20);
}

#[tokio::test]
async fn second_answers_and_answers_to_nobody_are_dropped() {
    let mut stage = Stage::ready(Gate::default(), settings()).await;
    assert_eq!(text(&stage.call("twice", json!({})).await), "first");
    assert_eq!(
        text(&stage.call("stranger", json!({})).await),
        "to somebody"
    );
    assert_eq!(text(&stage.call("cr", json!({})).await), "said");
    assert_eq!(
        text(&stage.call("echo", json!({"message": "m"})).await),
        "m"
    );
}

#[tokio::test]
async fn stderr_is_passed_on_without_what_a_terminal_obeys() {
    let mut stage = Stage::ready(Gate::default(), settings()).await;
    assert_eq!(text(&stage.call("stderr", json!({})).await), "said");
    stage.leave();
    stage.over().await.unwrap();
    let words = stage.errors().await;
    assert!(
        words.starts_with("server: \\u{1b}[2Jhello\n"),
        "{words:.200}"
    );
    assert!(words.len() < 200_000, "{}", words.len());
}
