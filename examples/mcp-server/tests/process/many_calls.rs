//! What takes minutes: `.ci/run many-calls`.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::{server::Server, wire};

/// How much of a pipe's 64 KiB is taken when little more fits: an answer that
/// does not fit into the rest of a page begins another.
const NEARLY_FULL: u64 = 40_000;

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
