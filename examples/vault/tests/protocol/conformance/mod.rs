//! The store itself, killed at every step of a change, beside the model.
//!
//! Each run is made twice: by the model, and by a process that is killed, on a vault. What
//! the disk then holds and the log says has to be the same, and again when the change is
//! settled.

mod real;
mod told;

use stateright::Model as _;

use crate::model::{
    Protocol,
    action::{Action, Died, Who},
    disk::{FILES, Which},
    world::{At, By, World},
};

use told::Seen;

/// What settles the change that was broken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    Start,
    PersonsStart,
    /// The commit of the other change, whose question was answered before.
    NextChange,
}

/// A value of `Step::VARIABLE`, and where the process of the model is then.
const POINTS: [(&str, At, Died); 17] = [
    ("LineHalfWritten:1", At::Asked, Died::HalfALine),
    ("LineWritten:1", At::Asked, Died::BeforeTheAnchor),
    ("Locked", At::Locked, Died::BetweenLines),
    ("Redeemed", At::Redeemed, Died::BetweenLines),
    ("FirstPrepared", At::FirstPrepared, Died::BetweenLines),
    ("AllPrepared", At::AllPrepared, Died::BetweenLines),
    ("ApprovedKept", At::ApprovedKept, Died::BetweenLines),
    ("LineHalfWritten:2", At::ApprovedKept, Died::HalfALine),
    ("LineWritten:2", At::ApprovedKept, Died::BeforeTheAnchor),
    ("Journaled", At::Replaced(0), Died::BetweenLines),
    ("FirstReplaced", At::Replaced(1), Died::BetweenLines),
    ("AllReplaced", At::Replaced(FILES), Died::BetweenLines),
    ("Synced", At::Synced, Died::BetweenLines),
    ("LineHalfWritten:3", At::Synced, Died::HalfALine),
    ("LineWritten:3", At::Synced, Died::BeforeTheAnchor),
    ("Recorded", At::Recorded, Died::BetweenLines),
    ("CleanedUp", At::CleanedUp, Died::BetweenLines),
];

const fn other(of: Which) -> Which {
    match of {
        Which::Widening => Which::Narrowing,
        Which::Narrowing => Which::Widening,
    }
}

/// A run of the model.
struct Run(World);

impl Run {
    fn take(&mut self, action: Action) -> bool {
        let next = Protocol::default().next_state(&self.0, action);
        let is_possible = next.is_some();
        self.0 = next.unwrap_or_else(|| self.0.clone());
        is_possible
    }

    fn goes_on_to(&mut self, of: Which, at: At) {
        while self.0.process(of).at != at {
            assert!(self.take(Action::GoOn(of)), "{:?}", self.0);
        }
    }

    /// Kills the process of `of` at a point.
    fn until(of: Which, at: At, died: Died, then: Then) -> Self {
        let mut run = Self(World::new());
        if then == Then::NextChange {
            run.take(Action::Ask(other(of), By::Person));
            run.goes_on_to(other(of), At::Granted);
        }
        run.take(Action::Ask(of, By::Person));
        run.goes_on_to(of, at);
        run.take(Action::Crash(Who::Process(of), died));
        run
    }

    fn settle(&mut self, of: Which, then: Then) {
        match then {
            Then::Start => drop(self.take(Action::Start(By::Anybody))),
            Then::PersonsStart => drop(self.take(Action::Start(By::Person))),
            Then::NextChange => self.goes_on_to(other(of), At::Gone),
        }
        while self.0.start.is_some() {
            assert!(self.take(Action::StartGoesOn));
        }
    }
}

fn store_does_as_the_model(of: Which) {
    for (point, at, died) in POINTS {
        for then in [Then::Start, Then::PersonsStart, Then::NextChange] {
            let what = format!("{of:?} killed at {point}, then {then:?}");
            let mut run = Run::until(of, at, died, then);
            let mut vault = real::Killed::at(of, point, then);
            assert_eq!(vault.seen(), Seen::of_model(&run.0, &vault), "{what}");
            run.settle(of, then);
            vault.settle(then);
            assert_eq!(
                vault.seen(),
                Seen::of_model(&run.0, &vault),
                "{what}: settled"
            );
            vault.is_whole(&what);
        }
    }
}

#[test]
fn a_widening_that_is_killed_anywhere_ends_as_in_the_model() {
    store_does_as_the_model(Which::Widening);
}

#[test]
fn a_narrowing_that_is_killed_anywhere_ends_as_in_the_model() {
    store_does_as_the_model(Which::Narrowing);
}
