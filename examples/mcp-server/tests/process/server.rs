//! The built server, as the process that a client starts.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Write as _},
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio},
    sync::Arc,
};

use openpass_testkit::cheap_identity;
use openpass_vault::Vault;
use serde_json::{Value, json};

pub(crate) const CONFIG: &str = "\
agents:
  boss:
    tier: admin
    canManageConfig: true
  weak:
    tier: standard
    canManageConfig: false
  codex:
    tier: read-only
authMethod: touchid
";

/// Where what a server says on stderr goes, beside the vault: nobody reads
/// along, and a pipe that is full would stop it.
const LOG: &str = "stderr";

#[expect(clippy::disallowed_methods, reason = "the folder is the test's own")]
fn log_file(folder: &tempfile::TempDir) -> std::fs::File {
    std::fs::File::create(folder.path().join(LOG)).unwrap()
}

/// Without these no program of Windows starts.
fn of_the_system() -> impl Iterator<Item = (&'static str, std::ffi::OsString)> {
    let names: &[&str] = if cfg!(windows) {
        &["SystemRoot", "TEMP", "PATH"]
    } else {
        &[]
    };
    let known = |name: &&'static str| Some((*name, std::env::var_os(name)?));
    names.iter().filter_map(known)
}

/// The command with a vault of its own and no way to ask anybody.
pub(crate) struct Start {
    folder: Arc<tempfile::TempDir>,
    pub(crate) command: Command,
}

impl Start {
    #[expect(clippy::disallowed_methods, reason = "a test makes a vault by hand")]
    pub(crate) fn as_agent(agent: &str) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let vault = Vault::init(&folder.path().join("vault"), cheap_identity()).unwrap();
        std::fs::write(vault.dir().join("config.yaml"), CONFIG).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_openpass-mcp"));
        command.arg("--vault").arg(vault.dir()).args([
            "--agent",
            agent,
            "--log-json",
            "--log-level",
            "debug",
        ]);
        Self {
            command: by_a_client(command, &folder),
            folder,
        }
    }

    /// Brings the token in `file`, and names no agent but in `flags`.
    pub(crate) fn is_given(&mut self, file: &std::path::Path, flags: &[&str]) {
        let mut command = Command::new(self.command.get_program());
        command
            .arg("--vault")
            .arg(self.vault())
            .arg("--token-file")
            .arg(file)
            .args(flags)
            .args(["--log-json", "--log-level", "debug"]);
        self.command = by_a_client(command, &self.folder);
    }

    /// Runs another program, with the same arguments.
    #[cfg(target_os = "linux")]
    pub(crate) fn runs(&mut self, program: &std::path::Path) {
        let mut command = Command::new(program);
        command
            .args(self.command.get_args())
            .env_clear()
            .envs(of_the_system())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log_file(&self.folder));
        self.command = command;
    }

    /// Has a shell do `script`, to which the command is `"$@"`.
    pub(crate) fn by_shell(&mut self, script: &str) {
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", script, "sh"])
            .arg(self.command.get_program())
            .args(self.command.get_args())
            .env_clear()
            .envs(no_dialog())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log_file(&self.folder));
        self.command = command;
    }

    pub(crate) fn vault(&self) -> PathBuf {
        self.folder.path().join("vault")
    }

    /// Runs it until it ends by itself.
    pub(crate) fn run_to_end(mut self) -> Output {
        self.command.stderr(Stdio::piped()).output().unwrap()
    }

    /// Starts it and says hello.
    pub(crate) fn serves(mut self) -> Server {
        let child = self.command.spawn().unwrap();
        Server::greeted(self.folder, child)
    }

    /// Starts it, for a client that says hello with each request.
    pub(crate) fn serves_without_greeting(mut self) -> Server {
        let child = self.command.spawn().unwrap();
        Server::started(self.folder, child)
    }

    /// Another server of the same vault, for `agent`.
    pub(crate) fn another(&self, agent: &str) -> Server {
        let mut command = Command::new(self.command.get_program());
        command
            .args(["--agent", agent, "--vault"])
            .arg(self.vault())
            .env_clear()
            .envs(of_the_system())
            .envs(no_dialog())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let child = command.spawn().unwrap();
        Server::greeted(Arc::clone(&self.folder), child)
    }

    /// The same on a terminal that is the process's own, with pipes to the
    /// client.
    #[cfg(unix)]
    pub(crate) fn serves_on(self, terminal: pty_process::blocking::Pts) -> Server {
        let command = pty_process::blocking::Command::new(self.command.get_program())
            .args(self.command.get_args())
            .env_clear()
            .envs(of_the_system())
            .envs(no_dialog())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log_file(&self.folder));
        Server::greeted(self.folder, command.spawn(terminal).unwrap())
    }
}

/// The command as a client starts it: with pipes, and without the test's environment.
fn by_a_client(mut command: Command, folder: &tempfile::TempDir) -> Command {
    command
        .env_clear()
        .envs(of_the_system())
        .envs(no_dialog())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(log_file(folder));
    command
}

/// On macOS a remote session: no test pops up a dialog that a person would have to
/// answer.
fn no_dialog() -> Option<(&'static str, &'static str)> {
    cfg!(target_os = "macos").then_some(("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22"))
}

/// A server that was greeted.
pub(crate) struct Server {
    folder: Arc<tempfile::TempDir>,
    pub(crate) child: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
    last: u64,
}

impl Server {
    pub(crate) fn as_agent(agent: &str) -> Self {
        Start::as_agent(agent).serves()
    }

    fn started(folder: Arc<tempfile::TempDir>, mut child: Child) -> Self {
        Self {
            to: child.stdin.take(),
            from: BufReader::new(child.stdout.take().unwrap()),
            folder,
            child,
            last: 0,
        }
    }

    fn greeted(folder: Arc<tempfile::TempDir>, child: Child) -> Self {
        let mut server = Self::started(folder, child);
        let hello = json!({"protocolVersion": "2025-06-18", "capabilities": {"elicitation": {}, "sampling": {}},
                           "clientInfo": {"name": "test", "version": "1"}});
        let answer = server.ask("initialize", hello);
        assert!(answer["result"]["capabilities"]["tools"].is_object());
        server.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        server
    }

    pub(crate) fn send(&mut self, message: &Value) {
        writeln!(self.to.as_mut().unwrap(), "{message}").unwrap();
    }

    /// Sends a line as it is.
    pub(crate) fn send_raw(&mut self, line: &[u8]) {
        let to = self.to.as_mut().unwrap();
        to.write_all(line).unwrap();
        to.write_all(b"\n").unwrap();
    }

    /// The next message.
    pub(crate) fn next(&mut self) -> Value {
        let mut line = String::new();
        self.from.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    /// How many bytes of answers wait to be read.
    #[cfg(unix)]
    pub(crate) fn unread(&self) -> u64 {
        rustix::io::ioctl_fionread(self.from.get_ref()).unwrap()
    }

    /// Closes the server's input, and nothing else.
    pub(crate) fn closes_input(&mut self) {
        drop(self.to.take());
    }

    pub(crate) fn vault(&self) -> Vault {
        Vault::open(&self.folder.path().join("vault")).unwrap()
    }

    /// The next line of stdout must be the answer: a log line, a prompt or a
    /// question to the client fails the test.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Value {
        self.last += 1;
        let id = self.last;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        let mut line = String::new();
        self.from.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(answer["jsonrpc"], "2.0", "{line}");
        assert_eq!(answer["id"], id, "{line}");
        assert!(answer["method"].is_null(), "{line}");
        answer
    }

    /// Calls a tool, which must answer; the structured content.
    pub(crate) fn call(&mut self, tool: &str, arguments: &Value) -> Value {
        let answer = self.ask("tools/call", json!({"name": tool, "arguments": arguments}));
        let result = &answer["result"];
        let said = result["structuredContent"].clone();
        assert!(said.is_object(), "{answer}");
        let text: Value =
            serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
        assert_eq!(text, said);
        assert_eq!(
            result["isError"],
            said["code"].is_string() && said["message"].is_string()
        );
        said
    }

    /// Every file of the vault but the guard's own.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        openpass_testkit::files(&self.folder.path().join("vault"))
    }

    /// Ends its input, and hears what it said on stderr, line by line.
    pub(crate) fn left(mut self) -> Vec<Value> {
        drop(self.to.take());
        let mut rest = String::new();
        while self.from.read_line(&mut rest).unwrap() > 0 {}
        assert_eq!(rest, "", "more than protocol on stdout");
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{status:?}");
        let said = std::fs::read_to_string(self.folder.path().join(LOG)).unwrap();
        said.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}
