//! The cases, on the whole host and on those with a hole.

use std::{env, fs, thread, time::Duration};

use openpass_conformance::{Case, Program, Report, Verdict};
use tempfile::TempDir;

use crate::host;

const HOLES: [(&str, &[Case]); 4] = [
    (host::YES_IS_ENOUGH, &[Case::YesFlag]),
    (host::WAITS_FOR_SOMEBODY, &[Case::Absent]),
    (host::WRITES_IN_PARTS, &[Case::Killed]),
    (host::CRASHES, &CRASHED),
];

/// The cases that a crash is no refusal in.
const CRASHED: [Case; 10] = [
    Case::UnsafeText,
    Case::Denied,
    Case::WrongAnswer,
    Case::Absent,
    Case::Piped,
    Case::Late,
    Case::Once,
    Case::AnsweredTwice,
    Case::TwoAtOnce,
    Case::EditedMeanwhile,
];

pub(crate) fn all() {
    let whole = run(host::WHOLE);
    the_whole_host_holds_every_case_of_programs(&whole);
    a_host_with_one_hole_fails_there_and_nowhere_else(&whole);
    a_misspelt_command_and_no_kill_hold_nothing();
}

fn lacks_strace(report: &Report) -> bool {
    let verdict = report.verdict(Case::Killed).unwrap();
    matches!(verdict, Verdict::DoesNotApply(why) if why.contains("no strace"))
}

/// A wrong command line is refused whatever a person answers.
fn a_misspelt_command_and_no_kill_hold_nothing() {
    let report = described(host::WHOLE)
        .other_change(["sett", "food", "50"])
        .change_to(|account| vec!["sett".to_owned(), account.to_owned()])
        .kills(0)
        .run();
    let broken: Vec<Case> = report.broken().collect();
    let wanted = [
        Case::UnsafeText,
        Case::Once,
        Case::AnsweredTwice,
        Case::TwoAtOnce,
    ];
    assert_eq!(broken, wanted, "{report}");
    let killed = report.verdict(Case::Killed);
    assert!(matches!(killed, Some(Verdict::DoesNotApply(_))), "{report}");
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
    described(hole).run()
}

fn described(hole: &'static str) -> Program<TempDir, (String, String)> {
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
    // The kills within a change are strace's.
    let not_played: Vec<Case> = report
        .not_played()
        .filter(|case| *case != Case::Killed || !lacks_strace(report))
        .collect();
    assert_eq!(not_played, of_functions_and_servers, "{report}");
}

fn a_host_with_one_hole_fails_there_and_nowhere_else(whole: &Report) {
    let whole: Vec<Case> = whole.held().collect();
    let holes = HOLES.into_iter().filter(|(_, cases)| {
        cases.iter().all(|case| whole.contains(case)) // without strace, not each of them
    });
    let running: Vec<_> = holes
        .map(|(hole, cases)| (cases, thread::spawn(move || run(hole))))
        .collect();
    for (cases, report) in running {
        let report = report.join().unwrap();
        assert_eq!(report.broken().collect::<Vec<_>>(), cases, "{report}");
        let held: Vec<Case> = report.held().collect();
        let others: Vec<Case> = whole
            .iter()
            .copied()
            .filter(|it| !cases.contains(it))
            .collect();
        assert_eq!(held, others, "{report}");
    }
}
