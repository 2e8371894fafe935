//! The cases, on the whole host and on those with a hole.

use std::{env, fs, thread, time::Duration};

use openpass_conformance::{Case, Program, Report, Verdict};
use tempfile::TempDir;

use crate::host;

const HOLES: [(&str, Case); 3] = [
    (host::YES_IS_ENOUGH, Case::YesFlag),
    (host::WAITS_FOR_SOMEBODY, Case::Absent),
    (host::WRITES_IN_PARTS, Case::Killed),
];

pub(crate) fn all() {
    let whole = run(host::WHOLE);
    the_whole_host_holds_every_case_of_programs(&whole);
    a_host_with_one_hole_fails_there_and_nowhere_else(&whole);
}

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    host::write(&folder.path().join("limits"), "rent 100\n").unwrap();
    folder
}

fn in_a_hurry() -> TempDir {
    let folder = folder();
    host::write(&folder.path().join("seconds"), "2").unwrap();
    folder
}

fn look(folder: &TempDir) -> (String, String) {
    let text = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap_or_default();
    (text("limits"), text("note"))
}

fn run(hole: &'static str) -> Report {
    let after = ("rent 300\n".to_owned(), String::new());
    Program::new(env::current_exe().unwrap(), folder, look)
        .arguments(|folder| vec![folder.path().to_owned()])
        .environment(move |_| vec![(host::HOLE.to_owned(), hole.into())])
        .change(["set", "rent", "300"], after)
        .other_change(["set", "food", "50"])
        .change_to(|account| vec!["set".to_owned(), account.to_owned(), "50".to_owned()])
        .routine(["note", "paid on Friday"])
        .yes_flag(["--yes"])
        .asks("Passphrase: ")
        .approved_by(|_| format!("{}\r", host::RIGHT))
        .wrong_answer("wrong\r")
        .shows(["ada", "rent", "100", "300"])
        .meanwhile(|folder| host::write(&folder.path().join("limits"), "rent 200\n").unwrap())
        .log(|folder| fs::read_to_string(folder.path().join("log")).unwrap_or_default())
        .exit_where_nobody_is(host::NOBODY.into())
        .soon_late(in_a_hurry)
        .patience(Duration::from_secs(30))
        .run()
}

fn the_whole_host_holds_every_case_of_programs(report: &Report) {
    report.assert_holds();
    let of_functions_and_servers = [
        Case::Failing,
        Case::Panicking,
        Case::OtherQuestion,
        Case::OtherFactor,
        Case::KeptEvidence,
        Case::Claimed,
        Case::Elicited,
        Case::ClientsTerminal,
    ];
    let not_played = report
        .rows()
        .filter(|(_, verdict)| matches!(verdict, Verdict::DoesNotApply(_)));
    let not_played: Vec<Case> = not_played.map(|(case, _)| case).collect();
    assert_eq!(not_played, of_functions_and_servers, "{report}");
}

fn a_host_with_one_hole_fails_there_and_nowhere_else(whole: &Report) {
    let whole: Vec<Case> = whole.held().collect();
    let running = HOLES.map(|(hole, case)| (case, thread::spawn(move || run(hole))));
    for (case, report) in running {
        let report = report.join().unwrap();
        assert_eq!(report.broken().collect::<Vec<_>>(), [case], "{report}");
        let held: Vec<Case> = report.held().collect();
        let others: Vec<Case> = whole.iter().copied().filter(|it| *it != case).collect();
        assert_eq!(held, others, "{report}");
    }
}
