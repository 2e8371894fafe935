//! Random rules and requests: the imported Cedar and a direct reading of the
//! contract's rules say the same, down to the rule that decides.
//!
//! `OPENPASS_IMPORT_COMPARISONS` sets how many; a million take some minutes in
//! a release build.
#![expect(clippy::unwrap_used, reason = "a test")]
#![expect(clippy::panic, reason = "a test")]
#![expect(clippy::indexing_slicing, reason = "a test")]
#![expect(clippy::string_slice, reason = "a test")]

mod common;

use common::{
    Rules,
    oracle::{self, Rule},
    random::{Dice, ask, rule},
};
use openpass_policy_yaml::ImportOptions;

const EACH: usize = 250;

fn compare(seed: u64) {
    let mut dice = Dice(seed);
    let files: Vec<Vec<Rule>> = (0..1 + dice.roll(2))
        .map(|file| {
            let count = 1 + dice.roll(6);
            (0..count)
                .map(|n| rule(&mut dice, format!("rule {file}-{n}")))
                .collect()
        })
        .collect();
    let texts: Vec<String> = files
        .iter()
        .map(|rules| rules.iter().map(Rule::yaml).collect::<String>())
        .map(|rules| format!("version: '1'\nrules:\n{rules}"))
        .collect();
    let rules = Rules::of(&texts, ImportOptions::new())
        .unwrap_or_else(|error| panic!("seed {seed}: {error}\n{texts:?}"));
    for _ in 0..EACH {
        let ask = ask(&mut dice);
        let (cedar, oracle) = (rules.decide(&ask.operation()), oracle::decide(&files, &ask));
        assert_eq!(
            cedar, oracle,
            "seed {seed}: {ask:?}\n{}",
            rules.imported.text
        );
    }
}

#[test]
fn imported_rules_decide_random_requests_as_the_contract_says() {
    let asked = std::env::var("OPENPASS_IMPORT_COMPARISONS");
    let comparisons: usize = asked.map_or(5_000, |number| number.parse().unwrap());
    let sets = comparisons.div_ceil(EACH) as u64;
    std::thread::scope(|scope| {
        for thread in 0..2 {
            scope.spawn(move || (thread..sets).step_by(2).for_each(compare));
        }
    });
}
