//! Our decision beside plain Cedar's, on random sets of policies and random questions.
//!
//! `OPENPASS_DIFFERENTIAL` sets which sets there are, each with 500 questions: `20000` is the
//! first so many, and `5001-20000` goes on where 5,000 have been. Optimised, it takes
//! CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS=true: without, nothing has the mocks.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test"
)]

mod ask;
mod dice;
mod plain;
mod sets;

use std::ops::RangeInclusive;

use cedar_policy::{PolicyId, PolicySet, Schema, ValidationMode, Validator};
use openpass_policy::{Decision, Denial, Operation, PolicyEngine, PolicySource};

use ask::Ask;
use dice::Dice;
use plain::{Answer, Encoded};

const SHIPPED: [&str; 2] = [
    include_str!("../../policies/guards.cedar"),
    include_str!("../../policies/default.cedar"),
];
const SCHEMA: &str = include_str!("../../schema/openpass.cedarschema");

/// The number of questions to draw from.
const QUESTIONS: usize = 2000;

struct World {
    questions: Vec<(Ask, Operation, Encoded)>,
    shipped: PolicySet,
    schema: Schema,
}

impl World {
    fn new(count: usize) -> Self {
        let (schema, _) = Schema::from_cedarschema_str(SCHEMA).unwrap();
        let mut dice = Dice::new(0);
        let mut question = || {
            let ask = Ask::by_chance(&mut dice);
            let (operation, encoded) = (ask.operation(), Encoded::of(&ask, &schema));
            (ask, operation, encoded)
        };
        Self {
            questions: (0..count).map(|_| question()).collect(),
            shipped: set(&SHIPPED),
            schema: schema.clone(),
        }
    }

    /// Whether Cedar itself finds nothing to say of the policies.
    fn is_sound(&self, policies: &PolicySet) -> bool {
        let validator = Validator::new(self.schema.clone());
        let found = validator.validate(policies, ValidationMode::Strict);
        found.validation_errors().next().is_none() && found.validation_warnings().next().is_none()
    }

    /// Compares `count` questions on the set of this seed, and returns how many were.
    fn compare(&self, seed: u64, count: usize) -> usize {
        let mut dice = Dice::new(seed);
        if dice.roll(10) == 0 {
            let (text, why) = sets::bad(&mut dice);
            let built = PolicyEngine::with_policies(&[PolicySource::new("own.cedar", &text)]);
            assert!(built.is_err(), "{why} loads, seed {seed}:\n{text}");
            return 0;
        }
        let text = sets::good(&mut dice);
        let own = set(&[SHIPPED[0], SHIPPED[1], &text]);
        let built = PolicyEngine::with_policies(&[PolicySource::new("own.cedar", &text)]);
        let engine = match (built, self.is_sound(&own)) {
            (Ok(engine), true) => engine,
            // A policy that can never apply is refused, since nobody means one.
            (Err(_), false) => return 0,
            (Ok(_), false) => panic!("seed {seed}: it loads, and Cedar warns of it:\n{text}"),
            (Err(error), true) => panic!("seed {seed}: {error}\n{text}"),
        };
        for _ in 0..count {
            let (ask, operation, encoded) = &self.questions[dice.roll(self.questions.len())];
            let policies = if encoded.own_decide {
                &own
            } else {
                &self.shipped
            };
            let (ours, plain) = (ours(engine.decide(operation)), encoded.answer(policies));
            assert_eq!(ours, plain, "seed {seed}: {ask:?}\n{text}");
        }
        count
    }
}

/// The policies of `texts`, by their own ids.
fn set(texts: &[&str]) -> PolicySet {
    let mut all = PolicySet::new();
    for policy in texts.concat().parse::<PolicySet>().unwrap().policies() {
        let id = PolicyId::new(policy.annotation("id").unwrap());
        all.add(policy.new_id(id)).unwrap();
    }
    all
}

fn ours(decision: Decision) -> Answer {
    let ids =
        |ids: Vec<openpass_policy::PolicyId>| ids.iter().map(|it| it.as_str().to_owned()).collect();
    let factors =
        |set: openpass_auth::FactorSet| set.iter().map(|it| it.as_str().to_owned()).collect();
    match decision {
        Decision::Allow { policies } => Answer::Allow(ids(policies)),
        Decision::RequireBiometry {
            accepts,
            signed_only,
            policies,
        } => Answer::Ask(factors(accepts), factors(signed_only), ids(policies)),
        Decision::Deny(Denial::NotPermitted) => Answer::Deny(Vec::new()),
        Decision::Deny(Denial::Forbidden { policies }) => Answer::Deny(ids(policies)),
        Decision::Deny(Denial::PolicyErrors { policies }) => Answer::Errors(ids(policies)),
        Decision::Deny(other) => panic!("{other}"),
    }
}

/// The sets from 1 to `LAST`, or from `FIRST` to `LAST` where both are written.
fn seeds(written: &str) -> RangeInclusive<u64> {
    let (first, last) = written.split_once('-').unwrap_or(("1", written));
    first.parse().unwrap()..=last.parse().unwrap()
}

#[test]
fn our_answer_is_made_of_plain_cedars() {
    let asked = std::env::var("OPENPASS_DIFFERENTIAL");
    let (sets, each, questions) = match &asked {
        Ok(sets) => (seeds(sets), 500, QUESTIONS),
        Err(_) => (seeds("40"), 40, 200),
    };
    let world = World::new(questions);
    let compared: usize = std::thread::scope(|scope| {
        let threads = [0, 1].map(|skipped| {
            let (world, sets) = (&world, sets.clone());
            scope.spawn(move || {
                let seeds = sets.skip(skipped).step_by(2);
                seeds.map(|seed| world.compare(seed, each)).sum::<usize>()
            })
        });
        threads.map(|thread| thread.join().unwrap()).iter().sum()
    });
    println!("sets {sets:?}, {compared} comparisons");
    assert!(compared > each * 10, "too few sets load");
}
