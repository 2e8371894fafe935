//! A vault, and the command on it.

use std::{
    fs,
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    time::{Duration, SystemTime},
};

use openpass_auth_passphrase::identity;
use openpass_testkit::{Person, Run, cheap_identity, sealed_at};
use openpass_vault::Vault;
use serde_json::{Value, json};

pub(crate) use openpass_testkit::RIGHT;

const BINARY: &str = env!("CARGO_BIN_EXE_openpass");

/// A vault of its own for each test.
pub(crate) struct Stage {
    folder: tempfile::TempDir,
    tier: std::cell::Cell<&'static str>,
}

/// How one run ended.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) said: String,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self::with_identity(cheap_identity())
    }

    /// One whose passphrase takes long to verify.
    pub(crate) fn with_work_factor(work_factor: u8) -> Self {
        Self::with_identity(&sealed_at(work_factor, &identity::generate(), RIGHT))
    }

    fn with_identity(sealed: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Vault::init(&folder.path().join("vault"), sealed).unwrap();
        Self {
            folder,
            tier: std::cell::Cell::new("admin"),
        }
    }

    pub(crate) fn vault(&self) -> PathBuf {
        self.folder.path().join("vault")
    }

    pub(crate) fn attempts(&self) -> PathBuf {
        self.vault().join("guard/attempts")
    }

    /// What the command is asked to do: raise an agent.
    pub(crate) fn upgrade(&self) -> Vec<String> {
        let vault = self.vault().to_string_lossy().into_owned();
        [
            "--vault",
            &vault,
            "agent",
            "upgrade",
            "codex",
            "--tier",
            self.tier.get(),
        ]
        .map(str::to_owned)
        .to_vec()
    }

    /// The command at a terminal of so many lines.
    pub(crate) fn at_a_terminal(&self, rows: u16) -> Person {
        let run = Run::of(BINARY, self.folder.path(), &self.upgrade());
        run.with_rows(rows).at_a_terminal()
    }

    /// The command, unattended, with file descriptor 3 from its stdin.
    pub(crate) fn unattended(&self) -> Command {
        let mut command = Command::new("sh");
        command
            .args(["-c", r#"exec "$0" "$@" 3<&0 </dev/null"#])
            .arg(BINARY)
            .args(self.upgrade())
            .args(["--yes", "--no-biometric", "--reason", "test"])
            .args(["--passphrase-fd", "3"])
            .env_remove("OPENPASS_AGENT")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn start(&self, passphrase: &str) -> Child {
        let file = self.folder.path().join(passphrase);
        fs::write(&file, passphrase).unwrap();
        self.unattended()
            .stdin(fs::File::open(file).unwrap())
            .spawn()
            .unwrap()
    }

    /// Runs the command with `passphrase`, to its end.
    pub(crate) fn answer(&self, passphrase: &str) -> Ended {
        self.start(passphrase).wait_with_output().unwrap().into()
    }

    /// Has the count at so many wrong answers in a row, the last one `ago`.
    pub(crate) fn seed(&self, count: u32, ago: Duration) {
        let now = SystemTime::UNIX_EPOCH.elapsed().unwrap();
        let wall = (now - ago).as_secs();
        let record = json!({
            "version": 1,
            "failures": {
                "count": count,
                "last": {"wall": {"secs": wall, "nanos": 0}, "boot": null},
                "cleared": 0,
            },
            "declines": {"count": 0, "last": null, "cleared": 0},
        });
        fs::create_dir_all(self.vault().join("guard")).unwrap();
        fs::write(self.attempts(), record.to_string()).unwrap();
    }

    /// What is counted now.
    pub(crate) fn counted(&self, tally: &str) -> u64 {
        let Ok(text) = fs::read(self.attempts()) else {
            return 0;
        };
        let record: Value = serde_json::from_slice(&text).unwrap();
        record
            .get(tally)
            .and_then(|tally| tally.get("count"))
            .and_then(Value::as_u64)
            .unwrap()
    }

    /// From now on agents are narrowed, which takes a y/N only.
    pub(crate) fn narrow(&self) {
        self.tier.set("read-only");
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().expect("it was killed"),
            said: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ended {
    /// How long it says to wait, in seconds.
    pub(crate) fn wait(&self) -> u64 {
        let (_, told) = self
            .said
            .split_once("try again in ")
            .unwrap_or_else(|| panic!("no wait is told:\n{}", self.said));
        let mut words = told.split_whitespace();
        let mut seconds = 0;
        while let (Some(number), Some(unit)) = (words.next(), words.next()) {
            let Ok(number) = number.parse::<u64>() else {
                break;
            };
            seconds += number
                * match unit {
                    "h" => 3600,
                    "min" => 60,
                    "s" => 1,
                    _ => break,
                };
        }
        seconds
    }
}
