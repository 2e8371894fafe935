//! The result of a run.

use std::{process::ExitStatus, time::Duration};

use serde_json::Value;

use crate::{ASKS, RIGHT};

/// The end of a run, with its output and what was on the terminal.
#[derive(Debug)]
pub struct Ended {
    status: ExitStatus,
    /// The text that came through the pipe; nothing if stdout was the terminal.
    pub stdout: String,
    /// The text that came through the pipe; nothing if stderr was the terminal.
    pub stderr: String,
    /// Everything that was on the terminal.
    pub screen: String,
    /// The time from the start of the run to its end.
    pub took: Duration,
}

impl Ended {
    /// Looks for the passphrase at once: no run of any test may show it.
    pub(crate) fn new(status: ExitStatus, streams: [String; 3], took: Duration) -> Self {
        let [stdout, stderr, screen] = streams;
        for stream in [&stdout, &stderr, &screen] {
            for part in [RIGHT, "correct horse", "battery staple"] {
                assert!(!stream.contains(part), "the passphrase shows:\n{stream}");
            }
        }
        Self {
            status,
            stdout,
            stderr,
            screen,
            took,
        }
    }

    /// Checks the exit code, and shows everything if it is another.
    #[track_caller]
    pub fn with(self, code: i32) -> Self {
        assert_eq!(self.status.code(), Some(code), "{self:#?}");
        self
    }

    /// The exit code.
    #[track_caller]
    pub fn code(&self) -> i32 {
        let code = self.status.code();
        code.unwrap_or_else(|| panic!("no exit code: {self:#?}"))
    }

    /// The signal that ended it, if one did.
    #[cfg(unix)]
    pub fn signal(&self) -> Option<i32> {
        use std::os::unix::process::ExitStatusExt as _;
        self.status.signal()
    }

    /// Checks that stderr says `text`.
    #[track_caller]
    pub fn saying(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "no {text:?} in {self:#?}");
        self
    }

    /// Checks that `text` is on stdout or stderr.
    #[track_caller]
    pub fn showing(self, text: &str) -> Self {
        let shown = self.stdout.contains(text) || self.stderr.contains(text);
        assert!(shown, "no {text:?} in {self:#?}");
        self
    }

    /// Checks that nobody was asked anything on the terminal.
    #[track_caller]
    pub fn unasked(self) -> Self {
        assert_eq!(self.screen, "", "{self:#?}");
        self
    }

    /// Returns the number of times that the passphrase was asked for.
    pub fn prompts(&self) -> usize {
        self.screen.matches(ASKS).count()
    }

    /// The one JSON document on stdout.
    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_str(&self.stdout) {
            Ok(value) => value,
            Err(error) => panic!("stdout is not one JSON document: {error}\n{self:#?}"),
        }
    }
}
