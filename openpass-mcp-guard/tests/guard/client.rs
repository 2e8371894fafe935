//! A client that writes lines of JSON and reads them.

use std::collections::VecDeque;

use rmcp::{ServerHandler, ServiceExt as _};
use serde_json::{Value, json};
use tokio::io::{
    AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream, ReadHalf, WriteHalf,
};

pub(crate) struct Client {
    lines: tokio::io::Lines<BufReader<ReadHalf<DuplexStream>>>,
    out: WriteHalf<DuplexStream>,
    ids: i64,
    /// The answers that nobody has asked for yet.
    early: VecDeque<Value>,
    /// The notifications of the server that nobody has asked for yet.
    heard: VecDeque<Value>,
}

impl Client {
    /// A client of `server`, which it has not greeted yet.
    pub(crate) fn new(server: impl ServerHandler) -> Self {
        let (ours, theirs) = tokio::io::duplex(1 << 20);
        tokio::spawn(async move {
            let running = server.serve(theirs).await.unwrap();
            running.waiting().await.unwrap();
        });
        let (read, out) = tokio::io::split(ours);
        Self {
            lines: BufReader::new(read).lines(),
            out,
            ids: 0,
            early: VecDeque::new(),
            heard: VecDeque::new(),
        }
    }

    /// A client that has greeted `server`.
    pub(crate) async fn of(server: impl ServerHandler) -> Self {
        let mut client = Self::new(server);
        let greeting = client.greet().await;
        assert!(greeting.get("result").is_some(), "{greeting}");
        client.tell("notifications/initialized", json!({})).await;
        client
    }

    pub(crate) async fn greet(&mut self) -> Value {
        let extensions = json!({"io.modelcontextprotocol/tasks": {}});
        let params = json!({
            "protocolVersion": "2025-11-25",
            "capabilities": {"extensions": extensions},
            "clientInfo": {"name": "test", "version": "1"},
        });
        self.ask("initialize", params).await
    }

    /// Sends a request, and returns its id.
    pub(crate) async fn send(&mut self, method: &str, params: Value) -> i64 {
        self.ids += 1;
        let id = self.ids;
        let request = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        self.write(&request).await;
        id
    }

    pub(crate) async fn tell(&mut self, method: &str, params: Value) {
        let told = json!({"jsonrpc": "2.0", "method": method, "params": params});
        self.write(&told).await;
    }

    async fn write(&mut self, message: &Value) {
        let line = format!("{message}\n");
        self.out.write_all(line.as_bytes()).await.unwrap();
    }

    /// Reads until the server has told something of its own, and returns it.
    pub(crate) async fn hear(&mut self) -> Value {
        loop {
            if let Some(heard) = self.heard.pop_front() {
                return heard;
            }
            self.read().await;
        }
    }

    /// Reads one message.
    async fn read(&mut self) {
        let line = self.lines.next_line().await.unwrap().unwrap();
        let message: Value = serde_json::from_str(&line).unwrap();
        match message.get("method") {
            Some(_) => self.heard.push_back(message),
            None => self.early.push_back(message),
        }
    }

    /// The answer to the request `id`.
    pub(crate) async fn answer(&mut self, id: i64) -> Value {
        loop {
            if let Some(at) = self.early.iter().position(|answer| answer["id"] == id) {
                return self.early.remove(at).unwrap();
            }
            self.read().await;
        }
    }

    pub(crate) async fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.send(method, params).await;
        self.answer(id).await
    }

    /// Sends a call of `tool`.
    pub(crate) async fn begin(&mut self, tool: &str, arguments: Value) -> i64 {
        let params = json!({"name": tool, "arguments": arguments});
        self.send("tools/call", params).await
    }

    /// The result of a call of `tool`.
    pub(crate) async fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let id = self.begin(tool, arguments).await;
        let answer = self.answer(id).await;
        answer
            .get("result")
            .unwrap_or_else(|| panic!("{answer}"))
            .clone()
    }

    /// The names of the tools that are listed.
    pub(crate) async fn tools(&mut self) -> Vec<String> {
        let listed = self.ask("tools/list", json!({})).await;
        let tools = listed["result"]["tools"].as_array().unwrap();
        let name = |tool: &Value| tool["name"].as_str().unwrap().to_owned();
        tools.iter().map(name).collect()
    }
}
