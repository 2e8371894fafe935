//! What an authenticator can do wrong, and which clause it breaks by it.

use std::collections::BTreeSet;

use futures_lite::future::block_on;
use openpass_auth::contract::{Clause, Report, run};

use crate::stage::{RIGHT, Stage, WRONG};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    DeclaresTwoFactors,
    AsksForAnyFactor,
    AsksPastTheDeadline,
    AvailableAndThenNot,
    AsksThoughNotAvailable,
    AvailableShowsAPrompt,
    AnswersAnother,
    EvidenceAheadOfTime,
    ProvesAnotherFactor,
    RemembersAYes,
    AsksTwice,
    FallsThroughAWrongAnswer,
    NamesAnotherFactor,
    TakesACancelForTheEndOfTime,
    TakesACancelForAnotherWay,
    TakesACodeTwice,
    TakesSilenceForANo,
    TakesSilenceForAYes,
    TakesTheDeadlineForANo,
    SaysYesTooLate,
    TakesAnEarlierAnswer,
    BlocksInPoll,
    BlocksInDrop,
    LeavesThePromptOpen,
    SecretInAnError,
    SecretInASource,
    SecretInEvidence,
    SecretInUnavailable,
    SecretInDebug,
    SecretAsBytes,
    SecretInHexadecimal,
    SecretInBase64,
}

/// How `Debug` shows what was typed.
pub(crate) enum Wrapped {
    Bytes(&'static [u8]),
    Text(String),
}

impl Flaw {
    pub(crate) fn shown_by_debug(self) -> Option<Wrapped> {
        Some(match self {
            Self::SecretInDebug => Wrapped::Text(WRONG.to_owned()),
            Self::SecretAsBytes => Wrapped::Bytes(RIGHT.as_bytes()),
            Self::SecretInHexadecimal => {
                Wrapped::Text(RIGHT.bytes().map(|byte| format!("{byte:02X}")).collect())
            }
            // Of "typed: hunter2 and 3 more\n".
            Self::SecretInBase64 => Wrapped::Text("dHlwZWQ6IGh1bnRlcjIgYW5kIDMgbW9yZQo=".into()),
            _ => return None,
        })
    }
}

const FLAWS: [(Flaw, Clause); 31] = [
    (Flaw::DeclaresTwoFactors, Clause::OneFactor),
    (Flaw::AsksForAnyFactor, Clause::AcceptedFactor),
    (Flaw::AsksPastTheDeadline, Clause::NotPastTheDeadline),
    (Flaw::AvailableAndThenNot, Clause::Available),
    (Flaw::AsksThoughNotAvailable, Clause::Available),
    (Flaw::AvailableShowsAPrompt, Clause::Available),
    (Flaw::AnswersAnother, Clause::OwnChallenge),
    (Flaw::EvidenceAheadOfTime, Clause::OwnChallenge),
    (Flaw::ProvesAnotherFactor, Clause::OwnChallenge),
    (Flaw::RemembersAYes, Clause::AsksAnew),
    (Flaw::AsksTwice, Clause::AsksAnew),
    (Flaw::FallsThroughAWrongAnswer, Clause::WrongAnswer),
    (Flaw::NamesAnotherFactor, Clause::WrongAnswer),
    (Flaw::TakesACancelForTheEndOfTime, Clause::Cancel),
    (Flaw::TakesACancelForAnotherWay, Clause::Cancel),
    (Flaw::TakesACodeTwice, Clause::ServesOnce),
    (Flaw::TakesSilenceForANo, Clause::Silence),
    (Flaw::TakesSilenceForAYes, Clause::Silence),
    (Flaw::TakesTheDeadlineForANo, Clause::Silence),
    (Flaw::SaysYesTooLate, Clause::LateYes),
    (Flaw::TakesAnEarlierAnswer, Clause::StaleAnswer),
    (Flaw::BlocksInPoll, Clause::PollReturns),
    (Flaw::BlocksInDrop, Clause::Dismissal),
    (Flaw::LeavesThePromptOpen, Clause::Dismissal),
    (Flaw::SecretInEvidence, Clause::NoSecret),
    (Flaw::SecretInDebug, Clause::NoSecret),
    (Flaw::SecretAsBytes, Clause::NoSecret),
    (Flaw::SecretInHexadecimal, Clause::NoSecret),
    (Flaw::SecretInBase64, Clause::NoSecret),
    (Flaw::SecretInAnError, Clause::NoSecret),
    (Flaw::SecretInASource, Clause::NoSecret),
];

fn report(flaw: Option<Flaw>) -> Report {
    block_on(run(&Stage::with(flaw)))
}

fn broken(report: &Report) -> BTreeSet<Clause> {
    let broken = report.violations().iter();
    broken.map(|violation| violation.clause()).collect()
}

#[test]
fn an_authenticator_without_a_flaw_keeps_its_contract() {
    let report = report(None);
    assert_eq!(report.violations(), []);
    report.assert_holds();
    assert_eq!(report.to_string(), "the authenticator keeps its contract");
}

#[test]
fn each_flaw_breaks_its_clause_and_no_other() {
    // Side by side, for some take the time that a deadline takes.
    std::thread::scope(|scope| {
        for (flaw, clause) in FLAWS {
            scope.spawn(move || {
                let report = report(Some(flaw));
                assert_eq!(
                    broken(&report),
                    BTreeSet::from([clause]),
                    "{flaw:?}: {report}"
                );
            });
        }
    });
}

#[test]
fn each_clause_is_broken_by_a_flaw() {
    for clause in Clause::ALL {
        assert!(
            FLAWS.iter().any(|(_, broken)| *broken == clause),
            "{clause}"
        );
    }
}

#[test]
fn a_secret_in_the_reason_is_found_and_not_repeated() {
    let report = report(Some(Flaw::SecretInUnavailable));
    let both = BTreeSet::from([Clause::Available, Clause::NoSecret]);
    assert_eq!(broken(&report), both);
    assert!(!report.to_string().contains("hunter2"), "{report}");
}

#[test]
#[should_panic = "- a cancel is a cancel: Err(TimedOut)"]
fn what_is_broken_is_listed() {
    report(Some(Flaw::TakesACancelForTheEndOfTime)).assert_holds();
}
