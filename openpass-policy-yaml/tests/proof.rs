//! What is proved of the sample vault's rules, for every possible request. It
//! needs cvc5: without one, these tests fail.
#![cfg(feature = "verify")]
#![expect(clippy::unwrap_used, reason = "a test")]

use std::path::Path;

use openpass_policy::{PolicyEngine, Proof};
use openpass_policy_yaml::{ImportOptions, YamlSource, data_schema, import};

fn prove(yaml: &[u8], options: ImportOptions) -> Proof {
    let imported = import(&[YamlSource::new("rules.yaml", yaml)], options).unwrap();
    let engine = PolicyEngine::builder()
        .extend_schema(data_schema())
        .policies(&[imported.source("imported-rules.cedar")])
        .build()
        .unwrap();
    engine.verify(None).unwrap()
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
