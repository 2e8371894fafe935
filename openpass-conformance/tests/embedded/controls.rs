//! Descriptions and states that prove nothing: no case is held by them.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
    time::Duration,
};

use openpass_conformance::{Case, Embedded, Report, Verdict};

use crate::{
    described,
    hole::Hole,
    host::{Host, Limits},
};

fn bare() -> Embedded<Host, (Limits, String)> {
    let after = ([("rent".to_owned(), 300)].into(), String::new());
    Embedded::new("bare", || Host::new(Hole::None), Host::look)
        .change(|host, ask| host.set("rent", 300, ask), after)
}

fn fails(assert: impl FnOnce()) -> bool {
    catch_unwind(AssertUnwindSafe(assert)).is_err()
}

fn says_of(report: &Report, case: Case) -> &str {
    match report.verdict(case).unwrap() {
        Verdict::Held(said) | Verdict::NotHeld(said) | Verdict::DoesNotApply(said) => said,
    }
}

#[test]
fn a_description_without_a_change_does_not_pass() {
    let report = Embedded::new("empty", || Host::new(Hole::None), Host::look).run();
    assert_eq!(report.held().count(), 0, "{report}");
    assert_eq!(report.broken().count(), 0, "{report}");
    assert!(fails(|| report.assert_holds()));
}

#[test]
fn a_part_that_is_lost_is_noticed_if_every_other_case_has_to_be_held() {
    let report = bare().run();
    report.assert_holds();
    let not_played: Vec<Case> = report.not_played().collect();
    report.assert_holds_all_but(&not_played);
    let but_one = not_played.split_last().unwrap().1;
    assert!(fails(|| report.assert_holds_all_but(but_one)));
}

#[test]
fn a_look_that_panics_while_the_question_is_up_is_not_held() {
    let looks = AtomicUsize::new(0);
    let after = ([("rent".to_owned(), 300)].into(), String::new());
    let look = move |host: &Host| {
        // The approved change takes two looks, and this case one before it asks.
        assert!(looks.fetch_add(1, SeqCst) != 3, "a look, for a test");
        host.look()
    };
    let report = Embedded::new("panics", || Host::new(Hole::None), look)
        .change(|host, ask| host.set("rent", 300, ask), after)
        .run();
    assert_eq!(report.broken().collect::<Vec<_>>(), [Case::AskedFirst]);
    assert!(says_of(&report, Case::AskedFirst).contains("could not be looked at"));
}

#[test]
fn another_change_that_never_goes_through_holds_nothing() {
    let report = bare()
        .other_change(|_, _| Err("no such account".into()))
        .run();
    let broken: Vec<Case> = report.broken().collect();
    assert_eq!(broken, [Case::Once, Case::TwoAtOnce], "{report}");
    assert!(says_of(&report, Case::Once).contains("approved once: Refused"));
}

#[test]
fn unsafe_texts_that_are_never_asked_for_hold_nothing() {
    let change_to = |refuses: fn(&str) -> bool| {
        bare().change_to(move |host, account, ask| {
            if refuses(account) {
                return Err("no such account".into());
            }
            host.set(account, 50, ask)
        })
    };
    let report = change_to(|_| true).run();
    assert_eq!(report.broken().collect::<Vec<_>>(), [Case::UnsafeText]);
    let report = change_to(|account| account != "kit-text").run();
    let why = "it refuses each of 11 unsafe values without a question";
    let wanted = Verdict::DoesNotApply(why.to_owned());
    assert_eq!(report.verdict(Case::UnsafeText), Some(&wanted), "{report}");
}

#[test]
fn refusals_before_the_question_are_not_held() {
    let attempts = AtomicUsize::new(0);
    let after = ([("rent".to_owned(), 300)].into(), String::new());
    let report = Embedded::new("locks", || Host::new(Hole::None), Host::look)
        .change(
            move |host, ask| match attempts.fetch_add(1, SeqCst) {
                0 => host.set("rent", 300, ask),
                _ => Err("locked out".into()),
            },
            after,
        )
        .run();
    assert_eq!(report.held().count(), 0, "{report}");
    let broken: Vec<Case> = report.broken().collect();
    for case in [
        Case::Approved,
        Case::Denied,
        Case::WrongAnswer,
        Case::Late,
        Case::Panicking,
        Case::OtherFactor,
        Case::KeptEvidence,
    ] {
        assert!(broken.contains(&case), "{case}: {report}");
    }
    assert!(says_of(&report, Case::Approved).contains("again at the end"));
}

#[test]
fn an_empty_text_describes_nothing() {
    let report = bare().shows([""]).run();
    let why = Verdict::DoesNotApply("not described: `shows`".to_owned());
    assert_eq!(report.verdict(Case::Shown), Some(&why), "{report}");
}

#[test]
fn the_longest_patience_is_taken() {
    described(Hole::None)
        .patience(Duration::MAX)
        .run()
        .assert_holds();
}
