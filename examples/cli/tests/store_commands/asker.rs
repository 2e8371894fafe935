//! Which process asked: on the prompt, on the log, and in requests that wait.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use openpass_testkit::{Person, Run};
use serde_json::{Value, json};

use crate::{
    approval::left_by,
    sample::{Ended, PASSPHRASE, Sample},
};

const RAISE: [&str; 5] = ["agent", "upgrade", "codex", "--tier", "admin"];
const BELOW: &str = "This runs below the program that asked";

/// A program of its own that starts others: a shell called `claude`.
struct Launcher {
    folder: tempfile::TempDir,
}

impl Launcher {
    fn new() -> Self {
        let launcher = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        launcher.is_put_there();
        launcher
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("claude")
    }

    /// By another program: one that another test starts meanwhile would hold a file open
    /// that is written here, and no file runs while it is.
    fn is_put_there(&self) {
        let copies = Command::new("cp").arg("/bin/sh").arg(self.path()).status();
        assert!(copies.unwrap().success());
    }

    /// `run`, by the launcher, which waits for its end.
    fn starts(&self, run: Run) -> Run {
        let path = self.path();
        run.by_shell(&format!(
            "exec '{}' -c '\"$@\"; exit $?' sh \"$@\"",
            path.display()
        ))
    }

    /// The launcher runs the command, and a person answers at a terminal.
    fn asks(&self, sample: &Sample) -> Person {
        let run = sample.command(&RAISE, &[]).all_on_terminal().with_rows(40);
        self.starts(run).at_a_terminal()
    }
}

/// The code of a request that the launcher leaves as hermes.
fn left_through(launcher: &Launcher, sample: &Sample) -> String {
    let run = sample.command(&RAISE, &[("OPENPASS_AGENT", "hermes")]);
    let ended = launcher.starts(run).without_a_terminal().with(13);
    let (_, code) = ended.stderr.split_once(" approve ").unwrap();
    code.trim().get(..9).unwrap().to_owned()
}

/// Who asked, on the last line of the log whose event is `event`.
fn logged(sample: &Sample, event: &str) -> Value {
    let log = sample.read("guard/log.jsonl");
    let mut lines = log.lines().map(|line| serde_json::from_str(line).unwrap());
    let of_event = |line: &Value| line["event"]["event"] == event;
    let last: Value = lines.rfind(of_event).unwrap();
    last["askedBy"].clone()
}

fn request(code: &str) -> String {
    format!("guard/pending/{code}.json")
}

/// What `approve` says of a request whose first process is said to be another in `field`.
fn approved_with(sample: &Sample, code: &str, field: &str, value: Value) -> Ended {
    let file = request(code);
    let kept = sample.read(&file);
    let mut forged: Value = serde_json::from_str(&kept).unwrap();
    forged["claimed"]["by"][0][field] = value;
    sample.write(&file, &forged.to_string());
    let ended = sample.run(&["approve", code]).with(11);
    sample.write(&file, &kept);
    ended
}

#[test]
fn case_69_an_approval_below_the_program_that_asked_is_warned_of_and_takes_a_factor() {
    let sample = Sample::new();
    // This very program asks, and then starts what approves.
    let code = left_by(&sample, "hermes");
    let nobody = sample.run(&["approve", &code]).with(11);
    drop(nobody.showing(&format!("Warning: {BELOW} (store_commands-")));
    let mut person = sample.person(&["approve", &code]);
    person.sees(&format!("Warning: {BELOW} (store_commands-"));
    person
        .sees("Approve: agent \"hermes\" asks to ")
        .sees(BELOW);
    person.sees("Claimed: asked by store_commands-");
    person.sees("Passphrase: ").types("no such horse\r");
    person.sees("Attempt 2 of 3").sees("Passphrase: ");
    person.types(format!("{PASSPHRASE}\r")).sees("Approved");
    person.leaves().with(0);
}

#[test]
fn case_69_below_a_shell_that_the_asker_runs_below_too_nobody_is_warned() {
    let (sample, launcher) = (Sample::new(), Launcher::new());
    let code = left_through(&launcher, &sample);
    let listed = sample.run(&["approve"]).with(0);
    drop(listed.showing("claimed: asked by claude ← store_commands-"));
    let listed = sample.run(&["approve", "--output", "json"]).with(0).json();
    let by = &listed["requests"][0]["claimed_by"][0];
    assert_eq!(by["executable"], launcher.path().to_str().unwrap());
    let mut person = sample.person(&["approve", &code]);
    person.sees("Claimed: asked by claude ← store_commands-");
    person.sees("Passphrase: ").types(format!("{PASSPHRASE}\r"));
    let ended = person.leaves().with(0);
    assert!(!ended.screen.contains(BELOW), "{}", ended.screen);
    // What is said of who asked is not who did: that is who ran `approve`.
    let by = logged(&sample, "intent")[0].clone();
    assert_eq!(by["pid"], std::process::id());
}

#[test]
fn case_70_pid_start_and_file_are_one_identity() {
    let sample = Sample::new();
    let code = left_by(&sample, "hermes");
    let claimed: Value = serde_json::from_str(&sample.read(&request(&code))).unwrap();
    let first = &claimed["claimed"]["by"][0];
    assert_eq!(first["pid"], std::process::id());
    let started = first["started"].as_u64().unwrap();
    let file = Path::new(first["executable"].as_str().unwrap());
    let namesake = Path::new("/opt").join(file.file_name().unwrap());
    let same = approved_with(&sample, &code, "started", json!(started));
    assert!(same.stderr.contains(BELOW), "{same:#?}");
    for (field, value) in [
        ("pid", json!(std::os::unix::process::parent_id())),
        ("started", json!(started + 1)),
        ("executable", json!(namesake)),
    ] {
        let ended = approved_with(&sample, &code, field, value);
        assert!(!ended.stderr.contains(BELOW), "{field}: {ended:#?}");
    }
}

#[test]
fn case_70_an_asker_whose_file_is_exchanged_while_the_prompt_is_up_is_unknown() {
    for exchanges in [false, true] {
        let (sample, launcher) = (Sample::new(), Launcher::new());
        let mut person = launcher.asks(&sample);
        person.sees("Asked by: claude ← store_commands-");
        person.sees("Passphrase: ");
        if exchanges {
            // A file of the same name and the same content.
            fs::remove_file(launcher.path()).unwrap();
            launcher.is_put_there();
        }
        person.types(format!("{PASSPHRASE}\r")).sees("upgraded to");
        person.leaves().with(0);
        for event in ["intent", "outcome"] {
            let by = logged(&sample, event);
            if exchanges {
                assert_eq!(by, "unknown", "{event}");
            } else {
                assert_eq!(by[0]["executable"], launcher.path().to_str().unwrap());
                assert_eq!(by[1]["pid"], std::process::id());
            }
        }
        let details = sample.run(&["audit", "list", "--details"]).with(0);
        let process = if exchanges { "unknown" } else { "claude ← " };
        drop(details.showing(&format!("process: {process}")));
    }
}

#[test]
fn case_70_an_asker_that_ends_while_the_prompt_is_up_is_unknown() {
    let (sample, launcher) = (Sample::new(), Launcher::new());
    let gate = launcher.folder.path().join("gate");
    let path = launcher.path();
    let script = format!(
        "mkfifo \"$GATE\" \"$GATE.2\"; '{}' -c '\"$@\" & read it <\"$GATE\"' sh \"$@\"; \
         echo The asker is gone.; read it <\"$GATE.2\"",
        path.display()
    );
    let run = sample.command(&RAISE, &[("GATE", gate.to_str().unwrap())]);
    let run = run.all_on_terminal().with_rows(40);
    let mut person = run.by_shell(&script).at_a_terminal();
    person.sees("Asked by: claude ← ").sees("Passphrase: ");
    fs::write(&gate, "\n").unwrap();
    person.sees("The asker is gone.");
    person.types(format!("{PASSPHRASE}\r")).sees("upgraded to");
    fs::write(gate.with_extension("2"), "\n").unwrap();
    drop(person.ends());
    assert_eq!(logged(&sample, "intent"), "unknown");
}

#[test]
fn a_refusal_is_logged_with_who_asked() {
    let (sample, launcher) = (Sample::new(), Launcher::new());
    let code = left_through(&launcher, &sample);
    let by = logged(&sample, "refused");
    assert_eq!(by[0]["executable"], launcher.path().to_str().unwrap());
    sample.run(&["deny", &code]).with(0);
    assert_eq!(logged(&sample, "refused")[0]["pid"], std::process::id());
    sample.run(&["audit", "verify"]).with(0);
}
