//! What is proved of the sample vault's rules, for every possible request. It
//! needs cvc5: without one, these tests fail.
#![cfg(feature = "verify")]
#![expect(clippy::unwrap_used, reason = "a test")]
#![expect(clippy::panic, reason = "a test")]
#![expect(clippy::indexing_slicing, reason = "a test")]
#![expect(clippy::string_slice, reason = "a test")]

mod common;

use std::{path::Path, time::Duration};

use common::{
    kinds::{ALL, of_name},
    random::Dice,
};
use openpass_policy::{PolicyEngine, Proof};
use openpass_policy_yaml::{ImportOptions, Imported, YamlSource, data_schema, import};

fn prove(yaml: &[u8], options: ImportOptions) -> Proof {
    prove_imported(&import(&[YamlSource::new("rules.yaml", yaml)], options).unwrap())
}

fn prove_imported(imported: &Imported) -> Proof {
    let engine = PolicyEngine::builder()
        .host(data_schema())
        .policies(&[imported.source("imported-rules.cedar")])
        .build()
        .unwrap();
    // Of 500 rules, a question takes longer than half a minute on a slow machine.
    engine
        .verification()
        .within(Duration::from_secs(600))
        .prove()
        .unwrap()
}

fn sample(file: &str) -> Vec<u8> {
    std::fs::read(Path::new("tests/fixtures/sample-policies").join(file)).unwrap()
}

/// How many statements of a kind there are about imported policies.
fn about_imports(proof: &Proof, kind: &str) -> usize {
    let prefix = format!("{kind}.import.");
    let statements = proof.statements.iter();
    statements.filter(|it| it.id.starts_with(&prefix)).count()
}

#[test]
fn the_sample_vaults_dev_rules_are_proved_free_of_errors() {
    let proof = prove(&sample("10-dev.yaml"), ImportOptions::new());
    assert_eq!(about_imports(&proof, "no-error"), 3);
    assert_eq!(about_imports(&proof, "matches"), 3);
    assert!(proof.is_proved(), "{proof}");
}

#[test]
fn so_are_the_prod_rules_when_they_are_imported_narrower_and_for_persons_too() {
    let options = ImportOptions::new().allow_narrower(true).persons_too(true);
    let proof = prove(&sample("20-prod.yaml"), options);
    assert!(about_imports(&proof, "no-error") > 0, "{proof}");
    assert!(proof.is_proved(), "{proof}");
}

#[test]
fn a_rule_that_locks_everybody_out_of_policy_is_refuted() {
    let yaml =
        b"version: '1'\nrules:\n- {name: closed, conditions: {path: config/**}, action: deny}\n";
    let proof = prove(yaml, ImportOptions::new());
    assert!(proof.is_proved(), "{proof}");
    let proof = prove(yaml, ImportOptions::new().persons_too(true));
    assert!(proof.is_refuted(), "{proof}");
    let said = proof.to_string();
    assert!(
        said.contains("REFUTED  floor.guardrails-with-biometry"),
        "{said}"
    );
}

/// Whether what `kind` becomes is proved; every rule of it can decide.
fn prove_many(name: &str, count: usize) -> Proof {
    let rules = of_name(name).rules(&mut Dice(7), count);
    let imported = common::kinds::imported(&rules, ImportOptions::new());
    let proof = prove_imported(&imported);
    let unproved = |kind: &str| {
        let mut statements = proof.statements.iter();
        let open =
            |it: &&openpass_policy::Statement| it.verdict != openpass_policy::Verdict::Proved;
        statements
            .find(|it| it.id.starts_with(kind) && open(it))
            .cloned()
    };
    for kind in ["no-error.", "monotone.", "ceiling.", "floor."] {
        assert_eq!(unproved(kind), None, "{name}");
    }
    let errors = about_imports(&proof, "no-error");
    assert_eq!(errors, imported.text.matches("\n@id(").count(), "{name}");
    proof
}

#[test]
fn rules_that_are_tried_in_order_are_proved_free_of_errors() {
    let proof = prove_many("tags", 34);
    assert!(
        proof
            .statements
            .iter()
            .any(|it| it.id == "no-error.import.order")
    );
    assert!(proof.is_proved(), "{proof}");
}

/// One kind, which takes some minutes: each is a process of its own, since what one
/// needed is not given back. `?` only lists the kinds.
#[test]
#[ignore = "long: `.ci/run large-proofs`"]
fn five_hundred_rules_of_a_kind_are_proved_free_of_errors() {
    let wanted = std::env::var("OPENPASS_RULES_OF").unwrap_or_default();
    if wanted == "?" {
        // Behind the words that the harness begins the line with.
        ALL.iter().for_each(|kind| println!("\nkind {}", kind.name));
        return;
    }
    let kind = ALL.iter().find(|kind| kind.name == wanted);
    let kind = kind.unwrap_or_else(|| panic!("OPENPASS_RULES_OF names no kind: {wanted:?}"));
    prove_many(kind.name, YamlSource::MAX_RULES);
}
