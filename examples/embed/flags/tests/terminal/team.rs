//! A team's folder, and the people who work with it.

use std::{fs, path::PathBuf};

use openpass_auth_passphrase::{Passphrase, PhcVerifier};
use openpass_testkit::{RIGHT, Run};
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) struct Team {
    home: TempDir,
}

impl Team {
    /// ada owns the flags, bob is a developer, and ci is a bot of ada's. Both have
    /// the same passphrase.
    pub(crate) fn new() -> Self {
        let team = Self::with_nothing();
        let passphrase = Passphrase::new(RIGHT.as_bytes()).unwrap();
        let passphrase = PhcVerifier::record(&passphrase).unwrap();
        let all = ["developers", "owners", "release"];
        let state = json!({
            "environments": { "dev": null, "prod": null, "prod-eu": "prod" },
            "flags": { "prod": { "billing": { "percent": 5, "frozen": "the audit" } } },
            "people": {
                "ada": { "teams": all, "passphrase": passphrase },
                "bob": { "teams": ["developers"], "passphrase": passphrase },
            },
            "bots": { "ci": "ada" },
        });
        let folder = team.home.path().join("flags");
        fs::create_dir(&folder).unwrap();
        tempfile::NamedTempFile::new_in(&folder)
            .unwrap()
            .persist(folder.join("flags.json"))
            .map(|mut file| serde_json::to_writer(&mut file, &state).unwrap())
            .unwrap();
        team
    }

    pub(crate) fn with_nothing() -> Self {
        let home = tempfile::tempdir().unwrap();
        Self { home }
    }

    /// `flags` with these arguments, word by word.
    pub(crate) fn run(&self, arguments: &str) -> Run {
        let folder = self.path("");
        let mut all = vec!["--folder", folder.to_str().unwrap()];
        all.extend(arguments.split(' '));
        Run::of(env!("CARGO_BIN_EXE_flags"), self.home.path(), &all)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join("flags").join(name)
    }

    pub(crate) fn state(&self) -> Value {
        let text = fs::read_to_string(self.path("flags.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    pub(crate) fn percent(&self, environment: &str, flag: &str) -> Option<u64> {
        let state = self.state();
        state
            .get("flags")?
            .get(environment)?
            .get(flag)?
            .get("percent")?
            .as_u64()
    }

    /// Each line of the log.
    pub(crate) fn log(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.path("guard.log")).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// What happened, line by line: `refused`, `intent`, and how intents ended.
    pub(crate) fn events(&self) -> Vec<String> {
        let log = self.log();
        let event = |line: &Value| {
            let event = line.get("event").unwrap();
            let outcome = event
                .get("outcome")
                .and_then(|outcome| outcome.get("outcome"));
            outcome
                .or(event.get("event"))
                .unwrap()
                .as_str()
                .unwrap()
                .to_owned()
        };
        log.iter().map(event).collect()
    }
}
