//! The cases, on the whole server and on those with a hole.

use std::{env, fs, time::Duration};

use openpass_conformance::{Case, McpServer, Report, Verdict};
use serde_json::json;
use tempfile::TempDir;

use crate::host;

const HOLES: [(&str, Case); 4] = [
    (host::BELIEVES_ARGUMENTS, Case::Claimed),
    (host::BELIEVES_ANSWERS, Case::Elicited),
    (host::MAKES_IT_WHEN_LEFT, Case::CalledOff),
    (host::SHOWS_ON_THE_TERMINAL, Case::ClientsTerminal),
];

const PLAYED: [Case; 8] = [
    Case::Approved,
    Case::DoneAsAsked,
    Case::Absent,
    Case::CalledOff,
    Case::Killed,
    Case::Claimed,
    Case::Elicited,
    Case::ClientsTerminal,
];

pub(crate) fn all() {
    let whole = run(host::WHOLE);
    whole.assert_holds();
    assert_eq!(whole.held().collect::<Vec<_>>(), PLAYED, "{whole}");
    for (hole, case) in HOLES {
        let report = run(hole);
        assert_eq!(report.broken().collect::<Vec<_>>(), [case], "{report}");
        let others: Vec<Case> = whole.held().filter(|other| *other != case).collect();
        assert_eq!(report.held().collect::<Vec<_>>(), others, "{report}");
    }
    a_call_that_never_waits_holds_nothing();
    a_call_that_waits_is_a_control_of_its_own();
    an_approval_that_makes_nothing_holds_nothing();
    a_waiting_call_has_to_say_something();
}

fn text(folder: &TempDir) -> Option<String> {
    fs::read_to_string(folder.path().join("text")).ok()
}

fn described(hole: &'static str) -> McpServer<TempDir, Option<String>> {
    let fresh = || tempfile::tempdir().unwrap();
    McpServer::new(env::current_exe().unwrap(), fresh, text)
        .arguments(|folder| vec![folder.path().to_owned()])
        .environment(move |_| vec![(host::HOLE.to_owned(), hole.into())])
        .patience(Duration::from_secs(30))
}

fn run(hole: &'static str) -> Report {
    described(hole)
        .change("set", json!({"text": "open"}), Some("open".to_owned()))
        .waits_with("approval_required")
        .approved_elsewhere(|folder, _| host::set(folder.path(), "open"))
        .run()
}

/// A misspelt tool refuses everything, and so proves nothing.
fn a_call_that_never_waits_holds_nothing() {
    let report = described(host::WHOLE)
        .change("sett", json!({"text": "open"}), Some("open".to_owned()))
        .waits_with("approval_required")
        .run();
    assert_eq!(report.broken().collect::<Vec<_>>(), [Case::Absent]);
    assert_eq!(report.held().count(), 0, "{report}");
    let why = Verdict::DoesNotApply("no call waits for an approval".to_owned());
    assert_eq!(report.verdict(Case::Claimed), Some(&why));
}

/// Without an approval, the matrix says what stands for it.
fn a_call_that_waits_is_a_control_of_its_own() {
    let report = described(host::WHOLE)
        .change("set", json!({"text": "open"}), Some("open".to_owned()))
        .waits_with("approval_required")
        .run();
    report.assert_holds();
    let approved: Vec<Case> = vec![Case::Approved, Case::DoneAsAsked];
    assert!(!report.held().any(|it| approved.contains(&it)), "{report}");
    let said = "no approved change was made: the control is that a call waits";
    assert!(report.to_string().contains(said), "{report}");
}

fn an_approval_that_makes_nothing_holds_nothing() {
    let report = described(host::WHOLE)
        .change("set", json!({"text": "open"}), Some("open".to_owned()))
        .waits_with("approval_required")
        .approved_elsewhere(|_, _| ())
        .run();
    assert_eq!(report.held().count(), 0, "{report}");
    assert_eq!(report.broken().collect::<Vec<_>>(), [Case::Approved]);
}

fn a_waiting_call_has_to_say_something() {
    let report = described(host::WHOLE)
        .change("set", json!({"text": "open"}), Some("open".to_owned()))
        .waits_with("")
        .run();
    assert_eq!(report.held().count(), 0, "{report}");
    let asserts = || report.assert_holds();
    assert!(std::panic::catch_unwind(asserts).is_err());
}
