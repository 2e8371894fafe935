//! A policy folder, a server of nobody here behind the proxy, and a client.

use std::{
    ffi::OsString,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use openpass_testkit::{Ended, Person, Run, TestVault};
use serde_json::{Value, json};

pub(crate) const GUARD: &str = env!("CARGO_BIN_EXE_openpass-guard");

/// A policy folder that a person has made one.
pub(crate) struct Stage {
    pub(crate) vault: TestVault,
    place: tempfile::TempDir,
}

impl Stage {
    /// A folder whose owner has accepted what hooks ask about.
    pub(crate) fn new() -> Self {
        let stage = Self {
            vault: TestVault::new(),
            place: tempfile::tempdir().unwrap(),
        };
        let mut person = stage.person(&["init", "--vault"]);
        person.reads_and_answers();
        person.reads_and_answers();
        drop(person.leaves().with(0));
        stage.serves(&json!([
            tool("write_note", "Writes a note."),
            tool("read_note", "Reads.")
        ]));
        stage
    }

    /// Sits a person down before `openpass-guard WORDS DIR`.
    pub(crate) fn person(&self, words: &[&str]) -> Person {
        let mut words = words.to_vec();
        words.push(self.vault.dir_text());
        Run::of(GUARD, self.vault.home(), &words).at_a_terminal()
    }

    /// As [`person`](Self::person), where the program reads and writes on the terminal alone.
    pub(crate) fn person_typing(&self, words: &[&str]) -> Person {
        let mut words = words.to_vec();
        words.push(self.vault.dir_text());
        Run::of(GUARD, self.vault.home(), &words)
            .all_on_terminal()
            .at_a_terminal()
    }

    /// Has nobody run `openpass-guard WORDS`.
    pub(crate) fn nobody(&self, words: &[&str]) -> Ended {
        let mut words = words.to_vec();
        words.extend(["--policy", self.vault.dir_text()]);
        Run::of(GUARD, self.vault.home(), &words).unattended()
    }

    /// Writes what the server lists from then on.
    pub(crate) fn serves(&self, tools: &Value) {
        put(&self.place.path().join("tools.json"), &tools.to_string());
    }

    /// Writes a file of the policy folder by hand.
    pub(crate) fn by_hand(&self, name: &str, text: &str) {
        self.vault.put(name, text);
    }

    /// Has a person accept what the server listed last.
    pub(crate) fn accepts(&self, words: &[&str]) -> String {
        let mut all = vec!["accept"];
        all.extend(words);
        all.push("--policy");
        let is_first = !self.vault.path("policies/Mcp.cedar").exists();
        let mut person = self.person(&all);
        person.reads_and_answers();
        if is_first {
            person.reads_and_answers();
        }
        let screen = person.screen();
        drop(person.leaves().with(0));
        screen
    }

    /// Has a person accept every tool as routine, and a policy that lets each call pass.
    pub(crate) fn lets_all_pass(&self) {
        drop(self.client().tools());
        drop(self.accepts(&["--as", "routine"]));
        let all = r#"@id("mine.all") permit (principal, action, resource is Mcp::Server);"#;
        self.applies("mine.cedar", all);
    }

    /// Has a person apply a policy of their own.
    pub(crate) fn applies(&self, name: &str, text: &str) {
        let change = openpass_vault::Change::ApplyPolicy {
            name: name.to_owned(),
            text: text.to_owned(),
        };
        let vault = openpass_vault::Vault::open(self.vault.dir()).unwrap();
        crate::owner::makes(&vault, &change);
    }

    /// What reached the server so far.
    pub(crate) fn calls(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.calls_file()).unwrap_or_default();
        let lines = text.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    fn calls_file(&self) -> PathBuf {
        self.place.path().join("calls")
    }

    /// The words after the program's name of a proxy before the server.
    pub(crate) fn proxy(&self, flags: &[&str]) -> Vec<OsString> {
        let server = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/host/server.py");
        let mut words = vec!["proxy", "--policy", self.vault.dir_text()];
        words.extend(flags);
        words.extend(["--", "python3", server]);
        let mut words: Vec<OsString> = words.into_iter().map(OsString::from).collect();
        words.push(self.place.path().join("tools.json").into());
        words.push(self.calls_file().into());
        words
    }

    /// A client whose server is behind the proxy.
    pub(crate) fn client(&self) -> Client {
        self.client_of(&["--agent", "codex"])
    }

    pub(crate) fn client_of(&self, flags: &[&str]) -> Client {
        self.client_started_as(flags, &[])
    }

    /// As [`client_of`](Self::client_of), of a server with more words in its command.
    pub(crate) fn client_started_as(&self, flags: &[&str], more: &[&str]) -> Client {
        let mut command = Command::new(GUARD);
        command
            .args(self.proxy(flags))
            .args(more)
            .env_clear()
            .env("HOME", self.vault.home())
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut client = Client {
            input: child.stdin.take(),
            output: BufReader::new(child.stdout.take().unwrap()),
            child,
            id: 0,
            hello: Value::Null,
        };
        let hello = json!({
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        });
        client.hello = client.ask("initialize", hello);
        client.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        client
    }
}

/// A tool that takes a path and a text.
pub(crate) fn tool(name: &str, description: &str) -> Value {
    json!({
        "name": name,
        "description": description,
        "inputSchema": {
            "type": "object",
            "properties": {"path": {"type": "string"}, "text": {"type": "string"}},
            "required": ["path"],
        },
        "annotations": {"readOnlyHint": true},
    })
}

/// A client of the proxy.
pub(crate) struct Client {
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    pub(crate) child: Child,
    id: u64,
    pub(crate) hello: Value,
}

impl Client {
    pub(crate) fn send(&mut self, message: &Value) {
        writeln!(self.input.as_ref().unwrap(), "{message}").unwrap();
    }

    /// Sends a line as it stands.
    pub(crate) fn sends(&mut self, line: &str) {
        writeln!(self.input.as_ref().unwrap(), "{line}").unwrap();
    }

    /// Sends a request and returns its id.
    pub(crate) fn asks(&mut self, method: &str, params: Value) -> u64 {
        self.id += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": self.id, "method": method, "params": params}));
        self.id
    }

    /// The next message of the proxy.
    pub(crate) fn hears(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("no answer: {line:?}"))
    }

    /// The answer to the request `id`.
    pub(crate) fn answer(&mut self, id: u64) -> Value {
        loop {
            let message = self.hears();
            if message["id"] == id && message.get("method").is_none() {
                return message;
            }
        }
    }

    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.asks(method, params);
        self.answer(id)
    }

    /// The names of the tools that are listed.
    pub(crate) fn tools(&mut self) -> Vec<String> {
        let answer = self.ask("tools/list", json!({}));
        let tools = answer["result"]["tools"].as_array().unwrap().iter();
        tools
            .map(|tool| tool["name"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The result of a call: its structured content where it was refused.
    pub(crate) fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let answer = self.ask("tools/call", json!({"name": tool, "arguments": arguments}));
        answer["result"].clone()
    }
}

impl Client {
    /// Leaves, and waits for the proxy's end.
    pub(crate) fn leaves(mut self) {
        drop(self.input.take());
        self.child.wait().unwrap();
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[expect(clippy::disallowed_methods, reason = "a test writes files by hand")]
fn put(path: &std::path::Path, text: &str) {
    fs::write(path, text).unwrap();
}
