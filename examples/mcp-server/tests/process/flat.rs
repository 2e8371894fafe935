//! That memory stays flat: `.ci/run many-calls`.

use serde_json::{Value, json};

use crate::server::Server;

const CALLS: usize = 100_000;
/// How many are in flight at a time.
const BATCH: usize = 100;
/// After how many the server has what it keeps.
const WARM: usize = 5_000;
/// How much more memory it may have at the end, in KiB.
const MOST_MORE: usize = 8 * 1024;

/// One of each kind: what is looked at, not found, refused and not understood.
fn message(number: usize) -> Value {
    let call = |tool: &str, arguments: Value| json!({"name": tool, "arguments": arguments});
    let upgrade = json!({"name": "codex", "tier": "admin"});
    let (method, params) = match number % 6 {
        0 => ("tools/call", call("list_agents", json!({}))),
        1 => ("tools/call", call("get_agent", json!({"name": "codex"}))),
        2 => ("tools/call", call("get_agent", json!({"name": "nobody"}))),
        3 => (
            "tools/call",
            call(
                "explain_decision",
                json!({"tool": "upgrade_agent", "arguments": upgrade}),
            ),
        ),
        4 => (
            "tools/call",
            call("upgrade_agent", json!({"name": "codex", "tier": "root"})),
        ),
        _ => ("tools/call", json!({"arguments": {}})),
    };
    json!({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
}

/// The resident memory of the server, in KiB.
fn resident(server: &Server) -> usize {
    let path = format!("/proc/{}/status", server.child.id());
    let status = std::fs::read_to_string(path).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let words = line.unwrap().split_whitespace().nth(1);
    words.unwrap().parse().unwrap()
}

#[test]
#[ignore = "it takes minutes; `.ci/run many-calls` runs it"]
fn many_calls_m9_memory_stays_flat() {
    let mut server = Server::as_agent("boss");
    let mut warm = 0;
    for first in (1..=CALLS).step_by(BATCH) {
        let numbers = first..first + BATCH;
        for number in numbers.clone() {
            server.send(&message(number));
        }
        let mut answered: Vec<u64> = numbers
            .clone()
            .map(|_| server.next()["id"].as_u64().unwrap())
            .collect();
        answered.sort_unstable();
        assert!(answered.into_iter().eq(numbers.map(|number| number as u64)));
        if first <= WARM {
            warm = resident(&server);
        }
    }
    let end = resident(&server);
    println!("{warm} KiB after {WARM} calls, {end} after {CALLS}");
    assert!(end < warm + MOST_MORE, "{warm} KiB became {end}");
    server.left();
}
