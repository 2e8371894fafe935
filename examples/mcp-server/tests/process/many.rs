//! Many calls at once.

use std::collections::BTreeSet;

use serde_json::json;

use crate::server::Server;

/// The server's own, those for files, and a few of the system's.
#[cfg(target_os = "linux")]
const MOST_THREADS: usize = 40;

#[test]
fn m9_a_thousand_calls_at_once_are_answered_with_pings_between_by_a_few_threads() {
    let mut server = Server::as_agent("boss");
    let mut asked = BTreeSet::new();
    for number in 0..1000 {
        let id = format!("call {number}");
        let params = json!({"name": "list_agents", "arguments": {}});
        server.send(&json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params}));
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
    {
        let tasks = format!("/proc/{}/task", server.child.id());
        let threads = std::fs::read_dir(tasks).unwrap().count();
        assert!(threads <= MOST_THREADS, "{threads} threads");
    }
    server.left();
}
