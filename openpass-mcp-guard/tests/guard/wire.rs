//! A guarded server on the crate's own wire, where the SDK does not hear of a call that is
//! called off.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    os::unix::net::UnixStream,
};

use openpass_auth::{Factor, Script};
use openpass_mcp_guard::wire::Wire;
use openpass_policy::Outcome;
use rmcp::ServiceExt as _;
use serde_json::{Value, json};

use crate::notes::{Notes, guarded, map, world};

/// The client's ends of the wire. It blocks, so it is used where nothing waits for it.
struct Ends {
    out: UnixStream,
    lines: BufReader<UnixStream>,
}

impl Ends {
    fn write(&mut self, message: &Value) {
        writeln!(self.out, "{message}").unwrap();
    }

    fn read(&mut self) -> Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

fn call(id: u32, tool: &str) -> Value {
    let params = json!({"name": tool, "arguments": {"id": "7"}});
    json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_is_called_off_or_whose_client_leaves_runs_nothing() {
    for leaves in [false, true] {
        let notes = Notes::default();
        let map = map(&notes);
        let held = Script::new().yes(Factor::Biometry).held();
        let world = world(held, &map);
        let (input, theirs) = UnixStream::pair().unwrap();
        let (out, ours) = UnixStream::pair().unwrap();
        let client = &world.client;
        let wire = Wire::over(input, out, &client.gone, &client.stopping).unwrap();
        let server = guarded(&notes, &world, map).for_requests(wire.flights());
        let serving =
            tokio::spawn(async move { server.serve(wire).await.unwrap().waiting().await });
        let mut ends = Ends {
            out: theirs,
            lines: BufReader::new(ours),
        };
        let greeting = json!({
            "protocolVersion": "2025-11-25", "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        });
        ends.write(&json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": greeting}));
        assert_eq!(ends.read()["id"], 1);
        ends.write(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        ends.write(&call(2, "delete"));
        world.person.until_asked(1).await;
        if leaves {
            drop(ends);
        } else {
            let off = json!({"requestId": 2});
            ends.write(
                &json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": off}),
            );
            world.person.until_dismissed(1).await;
            let list = json!({"name": "list"});
            ends.write(&json!({"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": list}));
            assert_eq!(ends.read()["id"], 3);
            drop(ends);
        }
        serving.await.unwrap().unwrap();
        // Not because its time was over.
        let called_off = "called off before there was an answer";
        assert_eq!(world.refusals(), [called_off]);
        let ran: &[&str] = if leaves { &[] } else { &["list"] };
        assert_eq!(notes.ran(), ran);
        let done = if leaves { 0 } else { 1 };
        assert_eq!(world.outcomes().await, vec![Outcome::Done; done]);
    }
}
