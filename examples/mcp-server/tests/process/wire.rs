//! Lines that are no messages, messages at odd times, and clients that do not
//! read.

use std::{
    io::{Read as _, Write as _},
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use crate::server::{Server, Start};

const HELLO: &str = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#;
const INITIALIZED: &str = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;

/// What the server answers to these lines, when the input ends after them.
fn answers(lines: &[&str]) -> Vec<Value> {
    let mut start = Start::as_agent("boss");
    let mut child = start.command.spawn().unwrap();
    let mut to = child.stdin.take().unwrap();
    to.write_all(lines.join("\n").as_bytes()).unwrap();
    drop(to);
    let mut said = String::new();
    let mut from = child.stdout.take().unwrap();
    from.read_to_string(&mut said).unwrap();
    assert!(child.wait().unwrap().success(), "{said}");
    let lines = said.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn m11_a_notification_before_initialize_is_passed_over() {
    let early = r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#;
    let answer = r#"{"jsonrpc":"2.0","id":9,"result":{}}"#;
    let said = answers(&[early, INITIALIZED, answer, HELLO]);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0]["result"]["serverInfo"].is_object(), "{said:?}");
}

#[test]
fn m11_a_wrong_initialize_is_told_its_own_fault_and_may_be_sent_again() {
    let wrong = r#"{"jsonrpc":"2.0","id":7,"method":"initialize","params":{"capabilities":{}}}"#;
    let said = answers(&[wrong, HELLO]);
    assert_eq!(said[0]["id"], 7);
    assert_eq!(said[0]["error"]["code"], -32602);
    let message = said[0]["error"]["message"].as_str().unwrap();
    assert!(message.contains("protocolVersion"), "{message}");
    assert!(said[1]["result"]["serverInfo"].is_object(), "{said:?}");
}

#[test]
fn m11_m12_what_cannot_be_decoded_is_answered_and_the_server_goes_on() {
    let mut server = Server::as_agent("boss");
    let call = json!({"jsonrpc": "2.0", "id": 70, "method": "tools/call",
                      "params": {"arguments": {}}});
    let deep = format!(
        r#"{{"jsonrpc":"2.0","id":70,"method":"tools/call","params":{{"name":"get_agent","arguments":{{"name":{}{}}}}}}}"#,
        "[".repeat(200),
        "]".repeat(200)
    );
    let long = format!(
        r#"{{"jsonrpc":"2.0","id":70,"method":"ping","params":{{"x":"{}"}}}}"#,
        "x".repeat(2 << 20)
    );
    for (line, code, id) in [
        (call.to_string().into_bytes(), -32602, json!(70)),
        (deep.into_bytes(), -32600, json!(70)),
        (long.into_bytes(), -32600, json!(70)),
        (b"{\"id\":70,\"x\":\"\xff\"}".to_vec(), -32700, json!(70)),
        (b"GET / HTTP/1.1".to_vec(), -32700, Value::Null),
        (b"[1,2]".to_vec(), -32600, Value::Null),
    ] {
        server.send_raw(&line);
        let answer = server.next();
        assert_eq!(answer["error"]["code"], code, "{answer}");
        assert_eq!(answer["id"], id, "{answer}");
        assert!(server.ask("ping", json!({}))["result"].is_object());
    }
    server.left();
}

#[test]
fn m8_an_id_that_is_in_flight_is_refused_and_the_first_can_be_called_off() {
    let mut server = Server::as_agent("boss");
    let left = server.call("set_auth_method", &json!({"method": "passphrase"}));
    let arguments = json!({"code": left["request_code"], "wait": 900});
    let waits = json!({"jsonrpc": "2.0", "id": "same", "method": "tools/call",
                       "params": {"name": "get_request", "arguments": arguments}});
    server.send(&waits);
    server.send(&waits);
    let refused = server.next();
    assert_eq!(refused["id"], "same");
    assert_eq!(refused["error"]["code"], -32600, "{refused}");
    server.send(
        &json!({"jsonrpc": "2.0", "method": "notifications/cancelled",
                        "params": {"requestId": "same"}}),
    );
    // Nothing but answers to these comes: the first is over, unanswered.
    assert!(server.ask("ping", json!({}))["result"].is_object());
    server.left();
}

#[test]
#[cfg_attr(
    windows,
    ignore = "under Wine sixty reads take more than the five seconds"
)]
fn m15_reads_in_flight_at_the_end_of_the_input_are_answered() {
    let calls: Vec<String> = (1..60)
        .map(|id| {
            let params = json!({"name": "get_agent", "arguments": {"name": "codex"}});
            json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params})
                .to_string()
        })
        .collect();
    let mut lines = vec![HELLO, INITIALIZED];
    lines.extend(calls.iter().map(String::as_str));
    let said = answers(&lines);
    assert_eq!(said.len(), 60);
    for answer in &said[1..] {
        let told = &answer["result"]["structuredContent"];
        assert_eq!(told["tier"], "read-only", "{answer}");
    }
}

/// A server whose log is full, and its pipe too.
pub(crate) fn whose_log_nobody_reads() -> Server {
    let mut start = Start::as_agent("boss");
    start.command.stderr(Stdio::piped());
    let mut server = start.serves();
    for _ in 0..600 {
        let refused = server.call("get_agent", &json!({"name": "no such agent at all"}));
        assert_eq!(refused["code"], "not_found");
    }
    server
}

/// A server with more answers than its pipe takes.
#[cfg(unix)]
pub(crate) fn whose_answers_nobody_reads() -> Server {
    let mut server = Server::as_agent("boss");
    for id in 0..1200 {
        let params = json!({"name": "list_agents", "arguments": {}});
        server.send(&json!({"jsonrpc": "2.0", "id": format!("{id}"),
                            "method": "tools/call", "params": params}));
    }
    server
}

/// By a signal, or not.
const WAYS_TO_END: &[bool] = if cfg!(unix) { &[false, true] } else { &[false] };

#[test]
fn m2_a_log_that_nobody_reads_stops_neither_answers_nor_the_end() {
    for by_signal in WAYS_TO_END {
        ends(whose_log_nobody_reads(), *by_signal);
    }
}

/// Windows tells of an input that is closed once it is read to its end.
#[cfg(unix)]
#[test]
fn m2_answers_that_nobody_reads_do_not_stop_the_end() {
    for by_signal in [false, true] {
        ends(whose_answers_nobody_reads(), by_signal);
    }
}

/// Ends a server whose client reads nothing any more, but is there.
pub(crate) fn ends(mut server: Server, by_signal: bool) {
    if by_signal {
        let id = server.child.id().to_string();
        assert!(Command::new("kill").arg(&id).status().unwrap().success());
    } else {
        server.closes_input();
    }
    let status = server.child.wait().unwrap();
    assert!(status.success(), "{status:?}");
}

#[test]
fn strict_a_member_twice_in_one_object_is_refused_wherever_it_is() {
    let mut server = Server::as_agent("boss");
    let call = |params: &str| {
        format!(r#"{{"jsonrpc":"2.0","id":70,"method":"tools/call","params":{params}}}"#)
    };
    let twice = r#""name":"codex","tier":"standard","tier":"admin""#;
    let nested = r#""name":"codex","set":{"allowedPaths":[],"allowedPaths":["/"]}"#;
    for (line, code, id) in [
        (
            call(&format!(
                r#"{{"name":"upgrade_agent","arguments":{{{twice}}}}}"#
            )),
            -32602,
            json!(70),
        ),
        (
            call(&format!(
                r#"{{"name":"edit_agent_profile","arguments":{{{nested}}}}}"#
            )),
            -32602,
            json!(70),
        ),
        (
            call(r#"{"name":"list_agents","name":"list_tokens"}"#),
            -32602,
            json!(70),
        ),
        (
            r#"{"jsonrpc":"2.0","id":70,"id":71,"method":"ping"}"#.to_owned(),
            -32600,
            Value::Null,
        ),
    ] {
        server.send_raw(line.as_bytes());
        let refused = server.next();
        assert_eq!(refused["error"]["code"], code, "{line}: {refused}");
        assert_eq!(refused["id"], id, "{line}: {refused}");
        let message = refused["error"]["message"].as_str().unwrap();
        assert!(message.contains("twice"), "{message}");
    }
    let listed = server.ask("resources/list", json!({}));
    assert_eq!(listed["result"]["resources"], json!([]), "nothing was left");
    server.left();
}

#[test]
fn strict_a_second_initialize_is_refused_and_the_first_goes_on() {
    let mut server = Server::as_agent("boss");
    let hello: Value = serde_json::from_str(HELLO).unwrap();
    let refused = server.ask("initialize", hello["params"].clone());
    assert_eq!(refused["error"]["code"], -32600, "{refused}");
    assert_eq!(server.call("list_agents", &json!({}))["you"], "boss");
    server.left();
}
