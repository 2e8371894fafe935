//! Cases with the product's own results.
#![expect(clippy::unwrap_used, reason = "a test")]
#![expect(clippy::panic, reason = "a test")]
#![expect(clippy::indexing_slicing, reason = "a test")]
#![expect(clippy::string_slice, reason = "a test")]

mod common;

use std::{collections::BTreeMap, path::Path};

use common::{Ask, Outcome, Rules, import_all};
use openpass_policy_yaml::ImportOptions;

#[derive(serde::Deserialize)]
struct Case {
    name: String,
    policies: Vec<String>,
    context: Ask,
    expected: Outcome,
}

fn fixture(name: &str) -> String {
    let folder = Path::new("tests/fixtures/policy-cases");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

/// What is refused on purpose, and a part of why.
const REFUSED: [(&str, &str); 12] = [
    // What Cedar's `like` cannot say.
    ("path/'a?c' vs 'a/c'", "cannot express `?`"),
    ("path/'a[bc]' vs 'ab'", "cannot express a class"),
    ("path/'a[bc]' vs 'ad'", "cannot express a class"),
    ("path/'a[bc]' vs 'a[bc]/x'", "cannot express a class"),
    // What means something else than it says.
    ("path/'a[b' vs 'a[b/x'", "is a broken pattern"),
    ("path/'//' vs '/'", "does not mean what it says"),
    ("path/'a//**' vs 'a/b'", "does not mean what it says"),
    // What OpenPass ignores, and so widens the rule.
    (
        "rate_limit/null is no condition",
        "`rate_limit` has no value",
    ),
    ("yaml/wrong-case key is unknown", "write `agent_id`"),
    ("yaml/agent_id null", "`agent_id` has no value"),
    ("yaml/priority leading zero (octal)", "with a leading zero"),
    ("yaml/second document ignored", "a second YAML document"),
];

#[test]
fn every_case_that_cedar_can_say_is_decided_as_the_product_decides_it() {
    let cases: Vec<Case> = serde_json::from_str(&fixture("cases.json")).unwrap();
    let mut refused: BTreeMap<&str, &str> = REFUSED.into_iter().collect();
    let mut decided = 0;
    for case in &cases {
        match Rules::of(&case.policies, ImportOptions::new()) {
            Ok(rules) => {
                let outcome = rules.decide(&case.context.operation());
                assert_eq!(
                    outcome, case.expected,
                    "{}\n{}",
                    case.name, rules.imported.text
                );
                decided += 1;
            }
            Err(error) => {
                let why = refused
                    .remove(case.name.as_str())
                    .unwrap_or_else(|| panic!("{} is refused: {error}", case.name));
                assert!(error.to_string().contains(why), "{}: {error}", case.name);
            }
        }
    }
    assert!(refused.is_empty(), "not refused: {refused:?}");
    assert_eq!(decided + REFUSED.len(), cases.len());
}

#[derive(serde::Deserialize)]
struct Sequence {
    name: String,
    policies: Vec<String>,
    steps: Vec<Ask>,
    expected: Vec<Outcome>,
}

#[test]
fn a_rate_limit_is_refused_by_its_rules_name_and_a_narrower_import_allows_nothing_more() {
    let cases: Vec<Sequence> = serde_json::from_str(&fixture("stateful.json")).unwrap();
    for case in &cases {
        let error = import_all(&case.policies, ImportOptions::new()).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("rule \"rl\": a policy here cannot express `rate_limit`")
        );
        let narrower = ImportOptions::new().allow_narrower(true);
        let rules = Rules::of(&case.policies, narrower).unwrap();
        assert!(
            rules
                .imported
                .notes
                .iter()
                .any(|note| note.contains("\"rl\": narrower"))
        );
        for (ask, expected) in case.steps.iter().zip(&case.expected) {
            let outcome = rules.decide(&ask.operation());
            let no_wider = outcome.action == "deny" || outcome.action == expected.action;
            assert!(no_wider, "{}: {outcome:?}", case.name);
        }
    }
}
