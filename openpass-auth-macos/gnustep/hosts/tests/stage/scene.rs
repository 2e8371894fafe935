//! A vault, a stage, and what was seen on it.

use std::{env, fs, path::Path};

use openpass_auth_macos_gnustep::VARIABLE;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Run, Ended, Openpass, TestVault, code};

/// A graphic session, and the fingers that the pin is for.
const MINE: &str = "session graphic\nenrolled mine\n";
/// Set by what runs these tests: where GNUstep's libraries are.
const LIBRARIES: &str = "LD_LIBRARY_PATH";

/// What the system is like, and what it was seen to be sent.
pub(crate) struct Stage(TempDir);

impl Stage {
    pub(crate) fn new() -> Self {
        let stage = Self(tempfile::tempdir().unwrap());
        stage.is("");
        stage
    }

    /// Sets it anew: nothing was seen yet.
    pub(crate) fn is(&self, script: &str) {
        fs::write(self.0.path().join("script"), script).unwrap();
        drop(fs::remove_file(self.0.path().join("seen")));
    }

    /// With the enrolled fingers, one dialog after the other comes to this.
    pub(crate) fn dialogs(&self, answers: &[&str]) {
        let lines = answers.iter().map(|answer| format!("dialog {answer}\n"));
        self.is(&(MINE.to_owned() + &lines.collect::<String>()));
    }

    /// With the enrolled fingers, no dialog can be shown.
    pub(crate) fn not_ready(&self, why: &str) {
        self.is(&format!("{MINE}ready {why}\n"));
    }

    pub(crate) fn variables(&self) -> [(&'static str, String); 2] {
        let folder = self.0.path().to_str().unwrap().to_owned();
        [
            (VARIABLE, folder),
            (LIBRARIES, env::var(LIBRARIES).unwrap_or_default()),
        ]
    }

    /// What was seen, a line each.
    pub(crate) fn seen(&self) -> Vec<String> {
        let seen = fs::read_to_string(self.0.path().join("seen")).unwrap_or_default();
        seen.lines().map(str::to_owned).collect()
    }

    /// The dialogs that were shown, each of which was taken down again.
    #[track_caller]
    pub(crate) fn shown(&self) -> Vec<String> {
        let mut dialogs = Vec::new();
        for pair in self.seen().chunks(2) {
            let [shown, down] = pair else {
                panic!("{pair:?} is not a dialog that was taken down");
            };
            assert_eq!(down, "taken down");
            dialogs.push(shown.strip_prefix("shown: ").unwrap().to_owned());
        }
        dialogs
    }
}

/// The command's vault on a stage.
pub(crate) struct Scene {
    pub(crate) vault: TestVault,
    pub(crate) stage: Stage,
}

impl Scene {
    /// Nothing is pinned yet.
    pub(crate) fn new() -> Self {
        Self {
            vault: TestVault::new(),
            stage: Stage::new(),
        }
    }

    /// The enrolled fingers are pinned, by the passphrase, and a prompt waits
    /// this long.
    pub(crate) fn pinned(timeout: &str) -> Self {
        let scene = Self::new();
        pin(&scene.stage, scene.vault.home(), scene.vault.dir(), timeout);
        scene
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        on(&self.stage, Openpass::on(&self.vault, arguments))
    }

    /// `agent upgrade codex --tier admin`.
    pub(crate) fn raise(&self, flags: &[&str]) -> Run {
        self.run(&[&["agent", "upgrade", "codex", "--tier", "admin"], flags].concat())
    }

    /// What the log has of the change that was asked for last: its event, and
    /// the factor or the reason.
    pub(crate) fn logged(&self) -> (String, String) {
        last_decided(&self.vault.log())
    }

    /// Checks that the log is what was written.
    #[track_caller]
    pub(crate) fn log_is_whole(&self) {
        let run = self.run(&["audit", "verify"]);
        clean(run.without_a_terminal()).with(code::DONE);
    }
}

pub(crate) fn on(stage: &Stage, run: Run) -> Run {
    let with = |run: Run, (name, value)| run.with(name, value);
    stage.variables().into_iter().fold(run, with)
}

/// Has the passphrase vouch for the fingers that are enrolled, at `dir`.
pub(crate) fn pin(stage: &Stage, home: &Path, dir: &Path, timeout: &str) {
    stage.is(MINE);
    let dir = dir.to_str().unwrap();
    let set = ["--vault", dir, "guard", "set", "timeout", timeout];
    let set = [&set[..], &["--no-biometric"]].concat();
    let mut person = on(stage, Openpass::at_home(home, &set)).at_a_terminal();
    person.answers();
    clean(person.leaves()).with(code::DONE);
    assert_eq!(stage.seen(), [""; 0]);
}

/// GNUstep says on stderr where an object was lost.
#[track_caller]
pub(crate) fn clean(ended: Ended) -> Ended {
    let said = &ended.stderr;
    assert!(!said.contains("autorelease called without pool"), "{said}");
    ended
}

/// Of a log: the last refusal and its reason, or the last intent and its
/// factor.
pub(crate) fn last_decided(log: &[Value]) -> (String, String) {
    let text = |event: &Value, key: &str| event[key].as_str().map(str::to_owned);
    let decided = |line: &Value| {
        let event = &line["event"];
        let what = text(event, "factor").or_else(|| text(event, "reason"))?;
        Some((text(event, "event")?, what))
    };
    log.iter().rev().find_map(decided).unwrap()
}
