//! Many calls at once.

use std::collections::{BTreeMap, BTreeSet};

use openpass_vault::{GuardLog, Pending, Requester};
use serde_json::{Value, json};

use crate::server::Server;

/// The server's own, those for files, and a few of the system's.
#[cfg(target_os = "linux")]
const MOST_THREADS: usize = 40;
/// The most requests of one agent that may wait.
const PLACES: usize = 4;

fn sends(server: &mut Server, id: &str, tool: &str, arguments: &Value) {
    let params = json!({"name": tool, "arguments": arguments});
    server.send(&json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params}));
}

#[cfg(target_os = "linux")]
fn has_few_threads(server: &Server) {
    let tasks = format!("/proc/{}/task", server.child.id());
    let threads = std::fs::read_dir(tasks).unwrap().count();
    assert!(threads <= MOST_THREADS, "{threads} threads");
}

#[test]
fn m9_a_thousand_calls_at_once_are_answered_with_pings_between_by_a_few_threads() {
    let mut server = Server::as_agent("boss");
    let mut asked = BTreeSet::new();
    for number in 0..1000 {
        let id = format!("call {number}");
        sends(&mut server, &id, "list_agents", &json!({}));
        asked.insert(id);
        if number % 100 == 0 {
            let id = format!("ping {number}");
            server.send(&json!({"jsonrpc": "2.0", "id": id, "method": "ping"}));
            asked.insert(id);
        }
    }
    let mut calls_before_the_last_ping = 0;
    let mut pings = 10;
    while !asked.is_empty() {
        let answer = server.next();
        assert!(answer["result"].is_object(), "{answer}");
        let id = answer["id"].as_str().unwrap();
        assert!(asked.remove(id), "{id} is answered twice");
        if id.starts_with("ping") {
            pings -= 1;
        } else if pings > 0 {
            calls_before_the_last_ping += 1;
        }
    }
    assert!(calls_before_the_last_ping < 1000);
    #[cfg(target_os = "linux")]
    has_few_threads(&server);
    server.left();
}

#[test]
fn a_thousand_changes_at_once_wait_in_no_more_places_than_there_are_and_change_nothing() {
    let mut server = Server::as_agent("boss");
    let vault = server.vault();
    let before = server.files();
    for number in 0..1000 {
        let set = json!({"name": "codex", "set": {"max_reads_per_hour": 1000 + number}});
        sends(&mut server, &number.to_string(), "edit_agent_profile", &set);
    }
    let mut answered = BTreeSet::new();
    let mut codes: BTreeMap<String, usize> = BTreeMap::new();
    while answered.len() < 1000 {
        let answer = server.next();
        let id = answer["id"].as_str().unwrap().to_owned();
        assert!(answered.insert(id), "answered twice: {answer}");
        let code = &answer["result"]["structuredContent"]["code"];
        *codes.entry(code.as_str().unwrap().to_owned()).or_default() += 1;
    }
    assert_eq!(codes.remove("approval_required"), Some(PLACES));
    // `busy`: so many wait for the queue that a call's turn does not come in time.
    codes.retain(|code, _| !["queue_full", "busy"].contains(&code.as_str()));
    assert!(codes.is_empty(), "{codes:?}");
    let waiting = Pending::list(&vault, &Requester::Person).unwrap();
    assert_eq!(waiting.len(), PLACES);
    #[cfg(target_os = "linux")]
    has_few_threads(&server);
    assert_eq!(server.files(), before);
    server.left();
    assert!(GuardLog::of(&vault).verify().unwrap().is_whole());
}
