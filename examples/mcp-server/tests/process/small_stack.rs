//! A first thread with little stack: `ulimit -s`, and musl at its start.

use serde_json::json;

use crate::server::Start;

#[test]
fn a_request_is_decided_with_256_kib_of_stack() {
    let mut start = Start::as_agent("boss");
    start.by_shell("ulimit -s 256 && exec \"$@\"");
    let mut server = start.serves();
    let upgrade = json!({"name": "codex", "tier": "admin", "reason": "r"});
    let waits = server.call("upgrade_agent", &upgrade);
    // A policy that could not be evaluated would be a refusal for good.
    assert_eq!(waits["code"], "approval_required", "{waits}");
    server.left();
}
