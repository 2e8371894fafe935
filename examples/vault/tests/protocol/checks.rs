//! Every state of the model is visited, and every invariant is broken once.

use stateright::{Checker as _, Expectation, Model as _};

use crate::model::{Protocol, disk::Which, fault::Fault};

/// Two processes, with a change each and a grant that may end.
const NOTHING: Protocol = Protocol {
    crashes: 0,
    edits: 0,
    bad_syncs: 0,
    rolls_back: false,
    grants_end: false,
    fault: None,
    alone: None,
};

/// What may happen beside the steps of the two processes and of starts.
const CASES: [(&str, Protocol); 3] = [
    (
        "two crashes, grants that end, a disk that confirms nothing once",
        Protocol {
            crashes: 2,
            bad_syncs: 1,
            grants_end: true,
            ..NOTHING
        },
    ),
    (
        "a crash and an outside edit",
        Protocol {
            crashes: 1,
            edits: 1,
            ..NOTHING
        },
    ),
    (
        "a crash and a rollback",
        Protocol {
            crashes: 1,
            rolls_back: true,
            ..NOTHING
        },
    ),
];

/// Once of each, in every order.
const TOGETHER: Protocol = Protocol {
    crashes: 1,
    edits: 1,
    rolls_back: true,
    ..NOTHING
};

/// What takes longer. Both changes with all three together are too many states.
const LONG_CASES: [(&str, Protocol); 3] = [
    (
        "an outside edit and a rollback",
        Protocol {
            edits: 1,
            rolls_back: true,
            ..NOTHING
        },
    ),
    (
        "the widening alone, a crash, an outside edit and a rollback",
        Protocol {
            alone: Some(Which::Widening),
            ..TOGETHER
        },
    ),
    (
        "the narrowing alone, a crash, an outside edit and a rollback",
        Protocol {
            alone: Some(Which::Narrowing),
            ..TOGETHER
        },
    ),
];

/// The names of the invariants that are broken, and of what was never reached.
fn wrong(protocol: Protocol, what: &str) -> Vec<&'static str> {
    let checker = protocol.checker().threads(2).spawn_bfs().join();
    let states = checker.unique_state_count();
    println!(
        "{what}: {states} states, {} steps deep",
        checker.max_depth()
    );
    let found = checker.discoveries();
    let mut wrong = Vec::new();
    for property in protocol.properties() {
        let path = found.get(property.name);
        match (&property.expectation, path) {
            (Expectation::Always, Some(path)) => {
                if protocol.fault.is_none() {
                    println!("{}: {:?}", property.name, path.clone().into_actions());
                }
                wrong.push(property.name);
            }
            // One change alone does not reach what takes both.
            (Expectation::Sometimes, None) if protocol.alone.is_none() => {
                wrong.push(property.name);
            }
            _ => {}
        }
    }
    wrong
}

#[test]
fn every_invariant_holds_in_every_state() {
    for (what, protocol) in CASES {
        assert_eq!(wrong(protocol, what), [""; 0], "{what}");
    }
}

#[test]
#[ignore = "it takes minutes; `.ci/run protocol` runs it"]
fn every_invariant_holds_whatever_comes_together() {
    for (what, protocol) in LONG_CASES {
        assert_eq!(wrong(protocol, what), [""; 0], "{what}");
    }
}

/// Each fault, in what it shows, and the one invariant that it breaks.
#[test]
fn each_fault_in_the_protocol_breaks_the_invariant_that_is_named_for_it() {
    let crash = Protocol {
        crashes: 1,
        ..NOTHING
    };
    let ends = Protocol {
        grants_end: true,
        ..crash
    };
    let edit = |of| Protocol {
        edits: 1,
        alone: Some(of),
        ..crash
    };
    let twice = Protocol {
        crashes: 2,
        ..NOTHING
    };
    let table = [
        (Fault::NoIntent, NOTHING, "no_effect_without_intent"),
        (
            Fault::AnybodyFinishes,
            crash,
            "no_widening_without_its_grant",
        ),
        (Fault::FinishesLate, ends, "no_widening_without_its_grant"),
        (Fault::TakesOvertaken, ends, "no_widening_without_its_grant"),
        (
            Fault::StopsAtTheFirst,
            edit(Which::Narrowing),
            "never_a_mixture",
        ),
        (
            Fault::SaysDone,
            edit(Which::Narrowing),
            "log_never_says_done_for_what_is_not",
        ),
        (
            Fault::SaysNotBegun,
            crash,
            "log_never_says_failed_for_what_stands",
        ),
        (
            Fault::FinishesBesideTheirs,
            edit(Which::Widening),
            "log_never_says_failed_for_what_stands",
        ),
        (
            Fault::NarrowingIsPutBack,
            crash,
            "a_narrowing_is_not_undone_by_recovery",
        ),
        (Fault::HidesThatItBegan, twice, "what_was_put_back_is_told"),
        (
            Fault::CallsItLost,
            crash,
            "only_a_missing_line_loses_an_outcome",
        ),
        (
            Fault::SettlesTheRunning,
            NOTHING,
            "a_running_change_is_left_to_its_process",
        ),
        (Fault::SweepsNothing, crash, "a_start_leaves_nothing_over"),
        (
            Fault::CommitSettlesNothing,
            crash,
            "one_change_at_a_time_is_prepared",
        ),
        (
            Fault::SealsAtTheQuestion,
            NOTHING,
            "seals_follow_each_other",
        ),
    ];
    // No invariant is without a fault that breaks it.
    for property in NOTHING.properties() {
        if matches!(property.expectation, Expectation::Always) {
            let name = property.name;
            assert!(table.iter().any(|(_, _, it)| *it == name), "{name}");
        }
    }
    for (fault, protocol, invariant) in table {
        let fault = Some(fault);
        let broken: Vec<_> = wrong(Protocol { fault, ..protocol }, invariant)
            .into_iter()
            .filter(|name| !name.contains(' '))
            .collect();
        assert_eq!(broken, [invariant], "{fault:?}");
    }
}
