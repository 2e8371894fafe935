//! The log in a file: nothing that is granted is missing in it.
#![expect(clippy::unwrap_used, reason = "a test")]
#![expect(clippy::disallowed_methods, reason = "the folders are thrown away")]

#[expect(dead_code, reason = "other tests use the rest")]
mod common;

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    path::PathBuf,
};

use openpass_auth::{Factor, Script};
use openpass_policy::{
    Action, AuditSink as _, Grant, Guard, GuardSettings, JsonLines, PolicyEngine, Refusal,
};

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn log(&self) -> PathBuf {
        self.0.join("guard.log")
    }

    fn lines(&self) -> Vec<serde_json::Value> {
        let text = fs::read_to_string(self.log()).unwrap();
        let lines = text.lines().filter(|line| line.starts_with('{'));
        lines
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

fn authorize(log: JsonLines) -> Result<Grant, Refusal> {
    let person = Script::new().yes(Factor::Passphrase);
    let guard = Guard::new(PolicyEngine::shipped().unwrap(), person, log);
    let request = common::by_person(GuardSettings::default());
    guard.authorize_blocking(common::operation(
        Action::WidenAgent,
        request,
        &common::agent("codex", false),
    ))
}

#[test]
fn an_intent_and_how_it_ended_are_a_line_each() {
    let folder = Folder::new("json-lines");
    drop(authorize(JsonLines::open(folder.log()).unwrap()).unwrap());
    let lines = folder.lines();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["event"]["event"], "intent");
    assert_eq!(lines[1]["event"]["event"], "outcome");
    assert!(lines[0]["unixTime"].as_u64().is_some());
}

#[test]
fn half_a_line_that_another_program_left_takes_no_intent_with_it() {
    let folder = Folder::new("json-torn");
    let log = JsonLines::open(folder.log()).unwrap();
    let mut other = OpenOptions::new().append(true).open(folder.log()).unwrap();
    other.write_all(b"{\"half\": ").unwrap();
    drop(authorize(log).unwrap());
    assert_eq!(folder.lines().len(), 2);
}

#[cfg(unix)]
#[test]
fn a_log_that_was_removed_or_replaced_gives_no_grant() {
    let folder = Folder::new("json-gone");
    let log = JsonLines::open(folder.log()).unwrap();
    fs::remove_file(folder.log()).unwrap();
    assert!(matches!(authorize(log), Err(Refusal::NotRecorded(_))));
    let log = JsonLines::open(folder.log()).unwrap();
    fs::rename(folder.log(), folder.0.join("guard.log.1")).unwrap();
    fs::write(folder.log(), "").unwrap();
    assert!(matches!(authorize(log), Err(Refusal::NotRecorded(_))));
}

#[test]
fn a_log_that_another_program_holds_is_not_waited_for_without_end() {
    let folder = Folder::new("json-held");
    let log = JsonLines::open(folder.log()).unwrap();
    let held = fs::File::open(folder.log()).unwrap();
    held.lock().unwrap();
    assert!(matches!(authorize(log), Err(Refusal::NotRecorded(_))));
}

#[test]
fn one_file_by_two_names_is_one_log() {
    let folder = Folder::new("json-names");
    let log = JsonLines::open(folder.log()).unwrap();
    let same = JsonLines::open(folder.0.join(".").join("guard.log")).unwrap();
    let other = JsonLines::open(folder.0.join("other.log")).unwrap();
    assert_eq!(log.id(), same.id());
    assert_ne!(log.id(), other.id());
}
