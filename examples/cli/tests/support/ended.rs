//! What a run left behind.

use std::{os::unix::process::ExitStatusExt as _, process::ExitStatus, time::Duration};

use serde_json::Value;

use super::{ASKS, RIGHT};

#[derive(Debug)]
pub(crate) struct Ended {
    status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// Everything that was on the terminal.
    pub(crate) screen: String,
    pub(crate) took: Duration,
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
    pub(crate) fn with(self, code: i32) -> Self {
        assert_eq!(self.status.code(), Some(code), "{self:#?}");
        self
    }

    pub(crate) fn signal(&self) -> Option<i32> {
        self.status.signal()
    }

    /// Checks that stderr says `text`.
    #[track_caller]
    pub(crate) fn saying(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "no {text:?} in {self:#?}");
        self
    }

    /// Checks that nobody was asked anything on the terminal.
    #[track_caller]
    pub(crate) fn unasked(self) -> Self {
        assert_eq!(self.screen, "", "{self:#?}");
        self
    }

    /// How often the passphrase was asked for.
    pub(crate) fn prompts(&self) -> usize {
        self.screen.matches(ASKS).count()
    }

    /// The one JSON document on stdout.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        match serde_json::from_str(&self.stdout) {
            Ok(value) => value,
            Err(error) => panic!("stdout is not one JSON document: {error}\n{self:#?}"),
        }
    }
}
