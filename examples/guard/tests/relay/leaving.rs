//! The client leaves, or the proxy is told to end.

use std::{sync::Arc, time::Duration};

use serde_json::json;
use tokio::sync::Semaphore;

use super::{
    gate::Gate,
    stage::{PATIENCE, Stage, code, settings, text},
};

/// Whether a process of this number runs.
fn runs(process: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/stat"));
    // What ended and nobody waited for does not run.
    status.is_ok_and(|status| !status.contains(") Z "))
}

/// Waits until a process has ended.
async fn ends(process: &str) {
    let ended = async {
        while runs(process) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, ended).await.unwrap();
}

#[tokio::test]
async fn a_call_that_waits_for_a_person_is_dropped_when_the_client_leaves() {
    let held = Arc::new(Semaphore::new(0));
    let gate = Gate {
        held: Some(Arc::clone(&held)),
        ..Gate::default()
    };
    let mut stage = Stage::ready(gate, settings()).await;
    let params = json!({"name": "echo", "_meta": {"progressToken": 1}});
    stage.send("tools/call", params).await;
    assert_eq!(stage.read().await["method"], "notifications/progress");
    stage.leave();
    stage.over().await.unwrap();
    held.add_permits(1);
    assert_eq!(stage.noted(), ["asked echo {}"]);
    assert!(!stage.log().contains("tools/call"), "{}", stage.log());
}

#[tokio::test]
async fn a_call_that_was_sent_has_an_unknown_end_when_the_client_leaves() {
    let mut stage = Stage::ready(Gate::default(), settings()).await;
    let params =
        json!({"name": "progress", "_meta": {"progressToken": 1}, "arguments": {"then": "hang"}});
    stage.send("tools/call", params).await;
    // The server has the call.
    assert_eq!(stage.read().await["method"], "notifications/progress");
    stage.leave();
    stage.over().await.unwrap();
    assert_eq!(stage.noted()[1], r#"Unknown("the client left")"#);
    assert!(
        stage.log().contains("notifications/cancelled"),
        "{}",
        stage.log()
    );
}

#[tokio::test]
async fn nothing_that_the_server_started_is_left_running() {
    let mut stage = Stage::ready(Gate::default(), settings()).await;
    let answer = stage.call("child", json!({})).await;
    let processes: Vec<&str> = text(&answer).split(' ').collect();
    assert!(processes.iter().all(|process| runs(process)));
    stage.stop();
    stage.over().await.unwrap();
    assert!(!runs(processes[0]));
    // The system takes a moment to end what it was told to kill.
    ends(processes[1]).await;
}

#[tokio::test]
async fn what_a_crashed_server_started_ends_too() {
    let mut stage = Stage::ready(Gate::default(), settings()).await;
    let answer = stage.call("child", json!({})).await;
    let processes: Vec<&str> = text(&answer).split(' ').collect();
    // What it started holds its stdout open.
    let answer = stage.call("crash", json!({})).await;
    assert_eq!(code(&answer), "server_gone");
    stage.over().await.unwrap_err();
    ends(processes[1]).await;
}

#[tokio::test]
async fn a_session_that_is_dropped_leaves_nothing_running() {
    let mut stage = Stage::ready(Gate::default(), settings()).await;
    let answer = stage.call("child", json!({})).await;
    stage.abort();
    for process in text(&answer).split(' ') {
        ends(process).await;
    }
}

#[tokio::test]
async fn a_server_that_does_not_want_to_end_is_killed() {
    let mut settings = settings();
    settings.stop_time = Duration::from_millis(100);
    let mut stage = Stage::ready(Gate::default(), settings).await;
    let answer = stage.call("deaf", json!({})).await;
    let process = text(&answer).to_owned();
    stage.leave();
    stage.over().await.unwrap();
    assert!(!runs(&process));
}

#[tokio::test]
async fn a_client_that_reads_nothing_ends_the_session() {
    let mut settings = settings();
    settings.reading_time = Duration::from_millis(100);
    let mut stage = Stage::ready(Gate::default(), settings).await;
    for _ in 0..8 {
        stage.begin("big", json!({"bytes": 8 << 20})).await;
    }
    let over = stage.over().await;
    assert!(over.is_err(), "{over:?}");
}
