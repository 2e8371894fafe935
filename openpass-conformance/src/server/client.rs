//! A client of an MCP server on stdio, which has a terminal besides.

use std::{
    io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _},
    os::{
        fd::{AsFd as _, OwnedFd},
        unix::process::ExitStatusExt as _,
    },
    process::{Child, ChildStdin, ChildStdout, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

use pty_process::blocking::{Command, Pty};
use rustix::fs::{Mode, OFlags};
use serde_json::{Value, json};

use crate::{
    report::{Played, broken},
    start::{KILL, Start},
};

use super::form::yes_to;

/// A server under way, which is killed when this is dropped.
pub(super) struct Client {
    child: Child,
    to: Option<ChildStdin>,
    lines: Receiver<String>,
    terminal: Pty,
    /// The server's end: held open, so that it can be read to its end.
    _held_open: OwnedFd,
    patience: Duration,
    id: u64,
    /// The questions that the server put to the client.
    pub(super) asked: Vec<String>,
}

/// The end of a call.
#[derive(Debug)]
pub(super) struct Told {
    /// Every message since the call, as the server wrote it.
    pub(super) said: String,
    /// Whether the call is answered; else it waits.
    pub(super) answered: bool,
    id: u64,
}

impl Client {
    /// Starts the server and greets it.
    pub(super) fn greets(start: &Start, patience: Duration) -> Played<Self> {
        let opened = Self::opened(start, patience);
        let mut client =
            opened.or_else(|error| broken(format!("the server does not start: {error}")))?;
        let hello = json!({
            "protocolVersion": "2025-06-18",
            "capabilities": {"elicitation": {}, "sampling": {}, "roots": {}},
            "clientInfo": {"name": "openpass-conformance", "version": env!("CARGO_PKG_VERSION")},
        });
        let id = client.asks("initialize", hello);
        if !client.until(id, None)?.answered {
            return broken("the server does not answer to `initialize`");
        }
        client.sends(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        Ok(client)
    }

    fn opened(start: &Start, patience: Duration) -> Result<Self, pty_process::Error> {
        let (terminal, pts) = pty_process::blocking::open()?;
        let name = rustix::pty::ptsname(terminal.as_fd(), Vec::new())?;
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let held_open = rustix::fs::open(name, flags, Mode::empty())?;
        rustix::io::ioctl_fionbio(&terminal, true)?;
        let command = Command::new(&start.program).args(&start.arguments);
        let command = command.env_clear().envs(start.variables());
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = piped.stderr(Stdio::null()).spawn(pts)?;
        Ok(Self {
            to: child.stdin.take(),
            lines: lines_of(child.stdout.take()),
            child,
            terminal,
            _held_open: held_open,
            patience,
            id: 0,
            asked: Vec::new(),
        })
    }

    /// Sends a message, whether or not anybody reads it.
    pub(super) fn sends(&mut self, message: &Value) {
        if let Some(to) = &mut self.to {
            drop(writeln!(to, "{message}"));
        }
    }

    fn asks(&mut self, method: &str, params: Value) -> u64 {
        self.id += 1;
        self.sends(&json!({"jsonrpc": "2.0", "id": self.id, "method": method, "params": params}));
        self.id
    }

    /// Calls a tool, and waits until it is answered or says `waits`.
    pub(super) fn calls(&mut self, params: Value, waits: &str) -> Played<Told> {
        let id = self.asks("tools/call", params);
        self.until(id, Some(waits))
    }

    /// Waits for the answer to a call that waited.
    pub(super) fn is_answered(&mut self, told: &Told) -> Played<Told> {
        self.until(told.id, None)
    }

    /// Waits until the server has read everything before: it answers what stands behind.
    pub(super) fn pings(&mut self) -> Played {
        let id = self.asks("ping", json!({}));
        self.until(id, None).map(drop)
    }

    /// Takes a call back.
    pub(super) fn cancels(&mut self, told: &Told) {
        let params = json!({"requestId": told.id, "reason": "the client cancels"});
        let method = "notifications/cancelled";
        self.sends(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    fn until(&mut self, id: u64, waits: Option<&str>) -> Played<Told> {
        let end = Instant::now() + self.patience;
        let mut said = String::new();
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else {
                return broken(format!(
                    "no answer in {:?}; it said {said:?}",
                    self.patience
                ));
            };
            said.push_str(&line);
            let Ok(message) = serde_json::from_str::<Value>(&line) else {
                return broken(format!("stdout has what is no message: {line:?}"));
            };
            if message.get("method").is_some() {
                self.is_asked(&message);
            } else if message.get("id") == Some(&json!(id)) {
                return Ok(Told {
                    said,
                    answered: true,
                    id,
                });
            }
            if waits.is_some_and(|waits| line.contains(waits)) {
                return Ok(Told {
                    said,
                    answered: false,
                    id,
                });
            }
        }
    }

    /// Says yes to whatever the server asks of its client.
    fn is_asked(&mut self, message: &Value) {
        let (Some(id), Some(method)) = (message.get("id"), message.get("method")) else {
            return;
        };
        self.asked.push(method.to_string());
        let params = message.get("params");
        let yes = json!({"action": "accept", "content": yes_to(params)});
        self.sends(&json!({"jsonrpc": "2.0", "id": id, "result": yes}));
    }

    /// Types on the client's terminal.
    pub(super) fn types(&mut self, keys: &str) {
        drop(self.terminal.write_all(keys.as_bytes()));
    }

    /// The text on the client's terminal that was not looked at.
    pub(super) fn screen(&mut self) -> String {
        let mut screen = Vec::new();
        let mut bytes = [0; 4096];
        loop {
            match self.terminal.read(&mut bytes) {
                Ok(count @ 1..) => screen.extend(bytes.iter().take(count)),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Ok(0) | Err(_) => return String::from_utf8_lossy(&screen).into_owned(),
            }
        }
    }

    /// Kills the server, waits until it is gone, and says whether it died of that.
    pub(super) fn kills(&mut self) -> bool {
        drop(self.child.kill());
        let ended = self.child.wait();
        ended.is_ok_and(|status| status.signal() == Some(KILL))
    }

    /// Closes the server's input, and says whether it ended in time: its stdout is over.
    pub(super) fn leaves(&mut self) -> bool {
        drop(self.to.take());
        let end = Instant::now() + self.patience;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(_) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => return true,
                Err(mpsc::RecvTimeoutError::Timeout) => return false,
            }
        }
    }
}

/// The lines of a pipe, by a thread that ends with it.
fn lines_of(pipe: Option<ChildStdout>) -> Receiver<String> {
    let (tell, told) = mpsc::channel();
    if let Some(pipe) = pipe {
        drop(thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                if tell.send(line).is_err() {
                    return;
                }
            }
        }));
    }
    told
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.kills();
    }
}
