//! A daemon, its phones and its clients, each a process or a connection of its own.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    os::unix::net::UnixStream,
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

use embed_daemon::wire::{FromPhone, Key, ToPhone};
use tempfile::TempDir;

/// So long is waited for what must come; then the test fails.
const PATIENCE: Duration = Duration::from_secs(120);

/// A program, and what it says line by line.
pub(crate) struct Program {
    child: Child,
    lines: Receiver<String>,
    stdin: Option<ChildStdin>,
}

impl Program {
    fn start(program: &str, arguments: &[&str]) -> Self {
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (tell, lines) = mpsc::channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if tell.send(line).is_err() {
                    return;
                }
            }
        });
        let stdin = child.stdin.take();
        Self {
            child,
            lines,
            stdin,
        }
    }

    /// Waits for a line that holds `text`.
    pub(crate) fn says(&self, text: &str) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let line = self.lines.recv_timeout(until - Instant::now());
            let line = line.unwrap_or_else(|error| panic!("{error}: nobody says {text:?}"));
            if line.contains(text) {
                return line;
            }
        }
    }

    pub(crate) fn types(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().unwrap();
        writeln!(stdin, "{line}").unwrap();
    }

    pub(crate) fn is_told_to_end(&mut self) -> ExitStatus {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
        self.child.wait().unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

pub(crate) struct Stage {
    pub(crate) folder: TempDir,
    pub(crate) daemon: Program,
    pub(crate) address: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Stage {
    pub(crate) fn new(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let people = ["ada", "ben"].map(|name| {
            fs::write(folder.path().join(format!("{name}.key")), key(name)).unwrap();
            format!(
                r#"{{"name":"{name}","token":"{name}-token","key":"{}","admin":{}}}"#,
                key(name),
                name == "ada"
            )
        });
        fs::write(
            folder.path().join("people.json"),
            format!("[{}]", people.join(",")),
        )
        .unwrap();
        fs::write(
            folder.path().join("policies.cedar"),
            include_str!("../../policies.cedar"),
        )
        .unwrap();
        let mut arguments = vec![folder.path().to_str().unwrap()];
        arguments.extend(options);
        let daemon = Program::start(env!("CARGO_BIN_EXE_embed-daemon"), &arguments);
        let line = daemon.says("listens on ");
        let address = line.rsplit("http://").next().unwrap().to_owned();
        Self {
            folder,
            daemon,
            address,
        }
    }

    fn socket(&self) -> String {
        self.folder
            .path()
            .join("phones.sock")
            .to_str()
            .unwrap()
            .to_owned()
    }

    pub(crate) fn phone(&self, name: &str) -> Program {
        let key = self.folder.path().join(format!("{name}.key"));
        let arguments = [&self.socket(), name, key.to_str().unwrap()];
        let phone = Program::start(env!("CARGO_BIN_EXE_embed-phone"), &arguments);
        phone.says("this is the phone of");
        self.daemon.says("is connected");
        phone
    }

    /// A phone that speaks the protocol as the test wants.
    pub(crate) fn own_phone(&self, name: &str, key: &Key) -> OwnPhone {
        let stream = UnixStream::connect(self.socket()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let read = BufReader::new(stream.try_clone().unwrap());
        let mut phone = OwnPhone { stream, read };
        phone.sends(&FromPhone::Hello(name.to_owned()));
        let ToPhone::Prove(nonce) = phone.hears() else {
            panic!("no nonce")
        };
        phone.sends(&FromPhone::Proof(key.proof(name, &nonce)));
        phone
    }

    /// Sends a request, and returns before it is answered.
    pub(crate) fn asks(&self, headers: &str, path: &str, body: &str) -> TcpStream {
        self.asks_at(&self.address, headers, path, body)
    }

    /// Sends it here, as for `host`.
    pub(crate) fn asks_at(&self, host: &str, headers: &str, path: &str, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let length = body.len();
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        stream
    }

    pub(crate) fn deploys(&self, who: &str, version: &str) -> TcpStream {
        let body = format!(r#"{{"service":"web","environment":"prod","version":"{version}"}}"#);
        self.asks(
            &format!("Authorization: Bearer {who}-token\r\n"),
            "/deploy",
            &body,
        )
    }

    pub(crate) fn file(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
    }

    /// Waits until the log holds `text`.
    pub(crate) fn logs(&self, text: &str) {
        let until = Instant::now() + PATIENCE;
        while !self.file("guard.log").contains(text) {
            assert!(
                Instant::now() < until,
                "{text:?} is not on the log: {}",
                self.file("guard.log")
            );
            thread::yield_now();
        }
    }
}

pub(crate) fn answered(mut stream: TcpStream) -> Answered {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answered {
        status,
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

pub(crate) struct OwnPhone {
    stream: UnixStream,
    read: BufReader<UnixStream>,
}

impl OwnPhone {
    pub(crate) fn sends(&mut self, line: &FromPhone) {
        let line = serde_json::to_string(line).unwrap();
        writeln!(self.stream, "{line}").unwrap();
    }

    pub(crate) fn hears(&mut self) -> ToPhone {
        let mut line = String::new();
        self.read.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

/// The key of `name`'s phone.
pub(crate) fn key(name: &str) -> String {
    format!(
        "{:02x}",
        name.len() + usize::from(name.as_bytes().first().copied().unwrap_or_default())
    )
    .repeat(32)
}
