//! Hosts with one hole each fail at that hole, and nowhere else.
#![expect(clippy::unwrap_used, reason = "a test")]

mod controls;
mod hole;
mod host;
mod wrong;

use std::thread;

use hole::Hole;
use host::{Host, Limits};
use openpass_conformance::{Case, Embedded, Report, Verdict};

fn described(hole: Hole) -> Embedded<Host, (Limits, String)> {
    let after = ([("rent".to_owned(), 300)].into(), String::new());
    Embedded::new(format!("{hole:?}"), move || Host::new(hole), Host::look)
        .change(|host, ask| host.set("rent", 300, ask), after)
        .other_change(|host, ask| host.set("food", 50, ask))
        .change_to(|host, account, ask| host.set(account, 50, ask))
        .routine(|host, _| {
            host.note("paid on Friday");
            Ok(())
        })
        .meanwhile(|host| host.edit("rent", 200))
        .log(Host::log)
        .shows(["ada", "rent", "100", "300"])
}

fn cases(report: &Report, wanted: fn(&Verdict) -> bool) -> Vec<Case> {
    let rows = report.rows().filter(|(_, verdict)| wanted(verdict));
    rows.map(|(case, _)| case).collect()
}

#[test]
fn the_whole_host_holds_every_case_that_a_function_can_be_tried_by() {
    let report = described(Hole::None).run();
    report.assert_holds();
    let not_played = cases(&report, |it| matches!(it, Verdict::DoesNotApply(_)));
    let of_programs = [
        Case::Piped,
        Case::YesFlag,
        Case::AnsweredTwice,
        Case::Killed,
        Case::Claimed,
        Case::Elicited,
        Case::ClientsTerminal,
    ];
    assert_eq!(not_played, of_programs, "{report}");
}

#[test]
fn a_host_with_one_hole_fails_there_and_nowhere_else() {
    let whole = described(Hole::None).run();
    let run = |hole| thread::spawn(move || described(hole).run());
    let running: Vec<_> = Hole::ALL.map(|(hole, case)| (case, run(hole))).into();
    for (case, report) in running {
        let report = report.join().unwrap();
        assert_eq!(report.broken().collect::<Vec<_>>(), [case], "{report}");
        let others: Vec<Case> = whole.held().filter(|other| *other != case).collect();
        assert_eq!(report.held().collect::<Vec<_>>(), others, "{report}");
    }
}

#[test]
fn what_is_left_out_does_not_apply_and_is_never_held() {
    let after = ([("rent".to_owned(), 300)].into(), String::new());
    let bare = Embedded::new("bare", || Host::new(Hole::None), Host::look);
    let report = bare
        .change(|host, ask| host.set("rent", 300, ask), after)
        .run();
    for (case, missing) in [
        (Case::Once, "`other_change`"),
        (Case::TwoAtOnce, "`other_change`"),
        (Case::EditedMeanwhile, "`meanwhile`"),
        (Case::Shown, "`shows`"),
        (Case::UnsafeText, "`change_to`"),
        (Case::Recorded, "`log`"),
        (Case::Routine, "`routine`"),
    ] {
        let why = Verdict::DoesNotApply(format!("not described: {missing}"));
        assert_eq!(report.verdict(case), Some(&why), "{report}");
    }
}

#[test]
fn a_host_that_changes_nothing_holds_nothing() {
    let nothing = Embedded::new("nothing", || (), |()| 0).change(|(), _| Ok(()), 1);
    let report = nothing.run();
    assert_eq!(report.broken().collect::<Vec<_>>(), [Case::Approved]);
    assert_eq!(report.held().count(), 0, "{report}");
}
