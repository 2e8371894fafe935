//! A person at a terminal of their own.

use std::{
    io::{Read as _, Write as _},
    time::{Duration, Instant},
};

use pty_process::blocking::{Command, Pty};

use crate::sample::Sample;

/// So long is waited for what must come; then the test fails.
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) struct Person {
    pty: Pty,
    child: std::process::Child,
    screen: String,
}

impl Person {
    pub(crate) fn runs(sample: &Sample, arguments: &[&str]) -> Self {
        Self::runs_with(sample, arguments, &[])
    }

    /// The same, with these variables.
    pub(crate) fn runs_with(
        sample: &Sample,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Self {
        let (pty, pts) = pty_process::blocking::open().unwrap();
        pty.resize(pty_process::Size::new(40, 100)).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_openpass"))
            .arg("--vault")
            .arg(sample.dir())
            .args(arguments)
            .env_clear()
            .env("HOME", sample.dir())
            .env("LANG", "C.UTF-8")
            .envs(variables.iter().copied())
            .spawn(pts)
            .unwrap();
        Self {
            pty,
            child,
            screen: String::new(),
        }
    }

    /// Waits until `text` is on the screen, behind what was seen before.
    #[track_caller]
    pub(crate) fn sees(&mut self, text: &str) -> &mut Self {
        let end = Instant::now() + PATIENCE;
        let mut bytes = [0; 4096];
        while !self.screen.contains(text) {
            assert!(
                Instant::now() < end,
                "no {text:?} on the screen:\n{}",
                self.screen
            );
            match self.pty.read(&mut bytes) {
                Ok(count @ 1..) => {
                    self.screen
                        .push_str(&String::from_utf8_lossy(&bytes[..count]));
                }
                _ => panic!("no {text:?} before the end:\n{}", self.screen),
            }
        }
        let (_, behind) = self.screen.split_once(text).unwrap();
        self.screen = behind.to_owned();
        self
    }

    pub(crate) fn types(&mut self, keys: &str) -> &mut Self {
        self.pty.write_all(keys.as_bytes()).unwrap();
        self
    }

    /// Turns so many pages, each once it is there.
    #[track_caller]
    pub(crate) fn turns_pages(&mut self, count: usize) -> &mut Self {
        for number in 1..=count {
            self.sees(&format!("Page {number} of {count}. "));
            self.sees("refuses. ").types(" ");
        }
        self
    }

    /// What is on the screen behind what was seen.
    pub(crate) fn seen(&self) -> &str {
        &self.screen
    }

    /// Waits for the end, and returns the exit code.
    pub(crate) fn ends(&mut self) -> i32 {
        let mut bytes = [0; 4096];
        // At the end, Linux answers with an error, macOS with 0 bytes.
        while let Ok(count @ 1..) = self.pty.read(&mut bytes) {
            self.screen
                .push_str(&String::from_utf8_lossy(&bytes[..count]));
        }
        let status = self.child.wait().unwrap();
        status
            .code()
            .unwrap_or_else(|| panic!("{status}: {}", self.screen))
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
