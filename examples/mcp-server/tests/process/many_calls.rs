//! What takes minutes: `.ci/run many-calls`.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{server::Server, wire};

/// How much of a pipe's 64 KiB is taken when little more fits: an answer that
/// does not fit into the rest of a page begins another.
const NEARLY_FULL: u64 = 40_000;
const CALLS: usize = 100_000;
/// How many are in flight at a time.
const BATCH: usize = 100;
/// After how many the server has what it keeps.
const WARM: usize = 5_000;
/// How much more memory it may have at the end, in KiB.
#[cfg(target_os = "linux")]
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
#[cfg(target_os = "linux")]
fn resident(server: &Server) -> usize {
    let path = format!("/proc/{}/status", server.child.id());
    let status = std::fs::read_to_string(path).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let words = line.unwrap().split_whitespace().nth(1);
    words.unwrap().parse().unwrap()
}

#[test]
#[ignore = "it takes minutes; `.ci/run many-calls` runs it"]
#[cfg(target_os = "linux")]
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

/// A server that has answered as much as its pipe takes.
fn whose_pipe_is_full() -> Server {
    let server = wire::whose_answers_nobody_reads();
    while server.unread() < NEARLY_FULL {
        std::thread::yield_now();
    }
    server
}

/// How long the quickest of three servers takes to end: the machine may be busy.
fn quickest(serves: impl Fn() -> Server, by_signal: bool) -> Duration {
    let times = (0..3).map(|_| {
        let server = serves();
        let begun = Instant::now();
        wire::ends(server, by_signal);
        begun.elapsed()
    });
    times.min().unwrap()
}

#[test]
#[ignore = "it asks for the speed of the machine; `.ci/run many-calls` runs it"]
fn many_calls_m2_who_reads_nothing_holds_the_end_up_for_less_than_a_second() {
    for by_signal in [false, true] {
        for serves in [
            wire::whose_log_nobody_reads as fn() -> Server,
            whose_pipe_is_full,
        ] {
            let took = quickest(serves, by_signal);
            println!("{took:?}");
            assert!(took < Duration::from_secs(1), "{took:?}");
        }
    }
}

#[test]
#[ignore = "it asks for the speed of the machine; `.ci/run many-calls` runs it"]
fn many_calls_m15_a_long_queue_of_reads_is_answered_and_holds_the_end_up_for_seconds() {
    let mut server = Server::as_agent("boss");
    let numbers = 1..=1000_u64;
    for number in numbers.clone() {
        let arguments = json!({"tool": "upgrade_agent",
                               "arguments": {"name": "codex", "tier": "admin"}});
        let params = json!({"name": "explain_decision", "arguments": arguments});
        server.send(
            &json!({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}),
        );
    }
    server.closes_input();
    let begun = Instant::now();
    let mut cancelled = 0;
    let mut answered: Vec<u64> = numbers
        .clone()
        .map(|_| {
            let answer = server.next();
            let code = &answer["result"]["structuredContent"]["code"];
            cancelled += usize::from(code == "cancelled");
            answer["id"].as_u64().unwrap()
        })
        .collect();
    assert!(server.child.wait().unwrap().success());
    let took = begun.elapsed();
    println!("{cancelled} of 1000 were not begun in {took:?}");
    assert!(took < Duration::from_secs(12), "{took:?}");
    answered.sort_unstable();
    assert!(answered.into_iter().eq(numbers));
}
