//! A client, the relay and the stub server.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use openpass_guard::proxy::{ClientStreams, ProxyError, ServerCommand, Settings, relay};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream},
    sync::oneshot,
    task::JoinHandle,
    time::timeout,
};

use super::gate::Gate;

/// The time after which a test has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A client whose server is behind the relay.
pub(crate) struct Stage {
    input: Option<DuplexStream>,
    output: BufReader<DuplexStream>,
    errors: DuplexStream,
    session: JoinHandle<Result<(), ProxyError>>,
    stop: Option<oneshot::Sender<()>>,
    pub(crate) seen: Arc<Mutex<Vec<String>>>,
    folder: tempfile::TempDir,
    next: i64,
}

pub(crate) fn settings() -> Settings {
    let mut settings = Settings::default();
    settings.stop_time = Duration::from_secs(20);
    settings.start_time = PATIENCE;
    settings
}

impl Stage {
    /// A relay in front of the stub, which nobody has greeted.
    pub(crate) fn new(gate: Gate, settings: Settings, mode: &str) -> Self {
        Self::of(Arc::new(gate), settings, mode)
    }

    /// A client and a server that have greeted each other, with a gatekeeper
    /// that the test keeps.
    pub(crate) async fn shared(gate: Arc<Gate>, settings: Settings) -> Self {
        let mut stage = Self::of(gate, settings, "");
        stage.greet(json!({})).await;
        stage
    }

    fn of(gate: Arc<Gate>, settings: Settings, mode: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let seen = Arc::clone(&gate.seen);
        let stub = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/relay/stub.py");
        let log = folder.path().join("log");
        let arguments = [PathBuf::from(stub), log, mode.into()];
        let command = ServerCommand::new("python3", arguments);
        let (input, from_client) = tokio::io::duplex(1 << 20);
        let (to_client, output) = tokio::io::duplex(1 << 20);
        let (to_errors, errors) = tokio::io::duplex(1 << 20);
        let (stop, stopped) = oneshot::channel::<()>();
        let session = tokio::spawn(async move {
            let client = ClientStreams::new(from_client, to_client, to_errors);
            let stopped = async {
                if stopped.await.is_err() {
                    core::future::pending::<()>().await;
                }
            };
            relay(&command, settings, gate, client, stopped).await
        });
        Self {
            input: Some(input),
            output: BufReader::new(output),
            errors,
            session,
            stop: Some(stop),
            seen,
            folder,
            next: 0,
        }
    }

    /// A client and a server that have greeted each other.
    pub(crate) async fn ready(gate: Gate, settings: Settings) -> Self {
        let mut stage = Self::new(gate, settings, "");
        stage.greet(json!({})).await;
        stage
    }

    pub(crate) async fn greet(&mut self, capabilities: Value) -> Value {
        let params = json!({
            "protocolVersion": "2025-11-25",
            "capabilities": capabilities,
            "clientInfo": {"name": "test", "version": "1"},
        });
        let answer = self.request("initialize", params).await;
        self.write(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
            .await;
        answer
    }

    pub(crate) async fn write(&mut self, line: &str) {
        let input = self.input.as_mut().unwrap();
        input.write_all(line.as_bytes()).await.unwrap();
        input.write_all(b"\n").await.unwrap();
    }

    /// The next message that the client gets.
    pub(crate) async fn read(&mut self) -> Value {
        serde_json::from_str(&self.read_line().await).unwrap()
    }

    pub(crate) async fn read_line(&mut self) -> String {
        let mut line = String::new();
        let read = timeout(PATIENCE, self.output.read_line(&mut line));
        read.await.expect("an answer in time").unwrap();
        assert!(!line.is_empty(), "the relay closed the output");
        line
    }

    /// Sends a request, and returns the next message.
    pub(crate) async fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.send(method, params).await;
        let answer = self.read().await;
        assert_eq!(answer["id"], id, "{answer}");
        answer
    }

    /// Sends a request, and returns its id.
    pub(crate) async fn send(&mut self, method: &str, params: Value) -> i64 {
        self.next += 1;
        let message = json!({
            "jsonrpc": "2.0", "id": self.next, "method": method, "params": params,
        });
        self.write(&message.to_string()).await;
        self.next
    }

    pub(crate) async fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let params = json!({"name": tool, "arguments": arguments});
        self.request("tools/call", params).await
    }

    /// Calls a tool without waiting for the answer.
    pub(crate) async fn begin(&mut self, tool: &str, arguments: Value) -> i64 {
        let params = json!({"name": tool, "arguments": arguments});
        self.send("tools/call", params).await
    }

    /// The client closes its end.
    pub(crate) fn leave(&mut self) {
        self.input = None;
    }

    pub(crate) fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    /// Drops the session where it stands.
    pub(crate) fn abort(&self) {
        self.session.abort();
    }

    /// Waits until the session is over.
    pub(crate) async fn over(&mut self) -> Result<(), ProxyError> {
        let session = timeout(PATIENCE, &mut self.session);
        session.await.expect("an end in time").unwrap()
    }

    /// The lines that the server read.
    pub(crate) fn log(&self) -> String {
        let log = std::fs::read_to_string(self.folder.path().join("log"));
        log.unwrap_or_default()
    }

    /// What the gatekeeper noted.
    pub(crate) fn noted(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    /// What was written to stderr, once the session is over.
    pub(crate) async fn errors(&mut self) -> String {
        let mut words = String::new();
        let read = timeout(PATIENCE, self.errors.read_to_string(&mut words));
        read.await.unwrap().unwrap();
        words
    }
}

/// The text of a tool's result.
pub(crate) fn text(answer: &Value) -> &str {
    answer["result"]["content"][0]["text"].as_str().unwrap()
}

/// The code of a refused call.
pub(crate) fn code(answer: &Value) -> &str {
    assert_eq!(answer["result"]["isError"], true, "{answer}");
    answer["result"]["structuredContent"]["code"]
        .as_str()
        .unwrap()
}
