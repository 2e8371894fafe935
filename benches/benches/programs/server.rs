//! The cost of a read over MCP, in pings, and the time of a read with 50 in flight.

use std::{
    collections::HashMap,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

use openpass_benches::{Bench, Table, clock, duration, programs};
use serde_json::{Value, json};

use crate::vaults::Vault;

const CALLS: usize = 400;
const IN_FLIGHT: usize = 50;

pub(crate) fn run() -> ExitCode {
    let Some(mut bench) = Bench::begin("server") else {
        return ExitCode::SUCCESS;
    };
    let folder = programs::build(&["openpass-cli", "openpass-mcp"]);
    let vault = Vault::new(&programs::program(&folder, "openpass"));
    let mut server = Server::start(&programs::program(&folder, "openpass-mcp"), &vault);
    let calls = if bench.whole() { CALLS } else { CALLS / 4 };
    // The first ones find nothing prepared.
    server.in_a_row(calls / 4);
    let before = server.memory();
    let (mut pings, mut reads) = (Vec::new(), Vec::new());
    let mut one = Vec::new();
    for _ in 0..calls {
        pings.push(server.works(ping()).0);
        let (work, wait) = server.works(read());
        reads.push(work);
        one.push(wait);
    }
    let (ping, read, one) = (median(&mut pings), median(&mut reads), median(&mut one));
    let mut many: Vec<Duration> = (0..calls.div_ceil(IN_FLIGHT))
        .flat_map(|_| server.at_once(IN_FLIGHT))
        .collect();
    many.sort_unstable();
    let slowest = many.get(many.len() * 99 / 100).copied().unwrap();
    let grown = server.memory() as f64 / before as f64;

    bench.say("The wall clock of one client, whose server runs on the same cores:");
    let mut table = Table::new(["time"]);
    table.put("a ping", duration(ping));
    table.put("`get_agent`, one after the other", duration(one));
    table.put(
        "`get_agent`, 50 in flight, 99 of 100 within",
        duration(slowest),
    );
    bench.table(&table);
    bench.hold("a read to a ping", ratio(read, ping));
    bench.hold(
        "99 of 100 reads, 50 in flight, to 50 reads",
        ratio(slowest, one) / 50.0,
    );
    bench.hold("memory after the reads to before", grown);
    bench.end()
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap()
}

fn ping() -> (&'static str, Value) {
    ("ping", json!({}))
}

fn read() -> (&'static str, Value) {
    let params = json!({"name": "get_agent", "arguments": {"name": "codex"}});
    ("tools/call", params)
}

/// The built server, and its one client.
struct Server {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    id: u64,
}

impl Server {
    fn start(program: &Path, vault: &Vault) -> Self {
        let mut command = Command::new(program);
        command.arg("--vault").arg(vault.dir());
        command.args(["--agent", "claude-code"]).env_clear();
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        let to = child.stdin.take().unwrap();
        let from = BufReader::new(child.stdout.take().unwrap());
        let mut server = Self {
            child,
            to,
            from,
            id: 0,
        };
        let hello = json!({"protocolVersion": "2025-06-18", "capabilities": {},
                           "clientInfo": {"name": "benchmark", "version": "1"}});
        server.takes(("initialize", hello));
        let ready = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
        writeln!(server.to, "{ready}").unwrap();
        server
    }

    fn send(&mut self, (method, params): (&str, Value)) -> u64 {
        self.id += 1;
        let call = json!({"jsonrpc": "2.0", "id": self.id, "method": method, "params": params});
        writeln!(self.to, "{call}").unwrap();
        self.id
    }

    /// Waits for the next answer. Returns its id.
    fn answered(&mut self) -> u64 {
        loop {
            let mut line = String::new();
            self.from.read_line(&mut line).unwrap();
            let answer: Value = serde_json::from_str(&line).unwrap();
            let Some(id) = answer.get("id").and_then(Value::as_u64) else {
                continue;
            };
            let result = answer.get("result").unwrap();
            assert_ne!(result.get("isError"), Some(&Value::Bool(true)), "{answer}");
            return id;
        }
    }

    fn takes(&mut self, call: (&str, Value)) -> Duration {
        let begun = Instant::now();
        let id = self.send(call);
        assert_eq!(self.answered(), id);
        begun.elapsed()
    }

    /// Returns the processor time of a call, and the time until its answer.
    fn works(&mut self, call: (&str, Value)) -> (Duration, Duration) {
        let before = clock::of_process(self.child.id());
        let waited = self.takes(call);
        let after = clock::of_process(self.child.id());
        (after.saturating_sub(before), waited)
    }

    fn in_a_row(&mut self, count: usize) {
        for _ in 0..count {
            self.takes(read());
        }
    }

    /// Sends so many reads, and returns how long each took.
    fn at_once(&mut self, count: usize) -> Vec<Duration> {
        let sent: HashMap<u64, Instant> = (0..count)
            .map(|_| (self.send(read()), Instant::now()))
            .collect();
        let mut times = Vec::new();
        for _ in 0..count {
            let id = self.answered();
            times.extend(sent.get(&id).map(Instant::elapsed));
        }
        times
    }

    /// The pages of memory that the server has.
    fn memory(&self) -> u64 {
        let file = format!("/proc/{}/statm", self.child.id());
        let pages = fs::read_to_string(file).ok();
        let resident = pages.and_then(|it| it.split(' ').nth(1)?.parse().ok());
        resident.unwrap_or(1)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
