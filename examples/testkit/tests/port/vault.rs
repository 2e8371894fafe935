//! A vault of the stand-in, and the command on it.

use std::{env, fs, path::PathBuf};

use openpass_testkit::{Run, cheap_identity, put};
use serde_json::Value;
use tempfile::TempDir;

const SETTINGS: &str = r#"{
  "id": "00112233445566778899aabbccddeeff",
  "unlock": "passphrase",
  "agents": {
    "codex": {
      "tier": "read-only"
    }
  },
  "made": "2026-11-28T07:00:00Z"
}"#;

/// With codex on the lowest tier, unlocked by the passphrase of the tests.
pub(crate) struct Vault(TempDir);

impl Vault {
    pub(crate) fn new() -> Self {
        let vault = Self(tempfile::tempdir().unwrap());
        put(&vault.path("settings.json"), SETTINGS.as_bytes());
        put(&vault.path("identity.age"), cheap_identity());
        vault
    }

    /// The command with these words.
    pub(crate) fn run(&self, words: &str) -> Run {
        self.run_built_as("OPENPASS_PORT_VAULT", words)
    }

    /// As [`run`](Self::run), by a build whose verifier panics.
    pub(crate) fn run_panicking(&self, words: &str) -> Run {
        self.run_built_as("OPENPASS_PORT_PANICS", words)
    }

    fn run_built_as(&self, variable: &str, words: &str) -> Run {
        let program = env::var(variable).unwrap();
        let folder = self.0.path();
        let mut all = vec!["--vault", folder.to_str().unwrap()];
        all.extend(words.split(' '));
        Run::of(&program, folder, &all)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn settings(&self) -> String {
        fs::read_to_string(self.path("settings.json")).unwrap()
    }

    /// Nothing was changed, and the log does not say that anything was.
    #[track_caller]
    pub(crate) fn is_as_it_was(&self) {
        assert_eq!(self.settings(), SETTINGS);
        let events = self.events();
        assert!(!events.contains(&"intent".to_owned()), "{events:?}");
    }

    /// What the guard's log has, line by line.
    pub(crate) fn events(&self) -> Vec<String> {
        let log = fs::read_to_string(self.path("guard.log")).unwrap_or_default();
        let lines = log.lines().map(|line| serde_json::from_str(line).unwrap());
        let event = |line: Value| {
            let event = line.pointer("/event/event").unwrap();
            event.as_str().unwrap().to_owned()
        };
        lines.map(event).collect()
    }
}
