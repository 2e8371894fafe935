//! What holds for every possible request. It needs cvc5: without one, these
//! tests fail.
#![cfg(feature = "verify")]
#![expect(clippy::unwrap_used, reason = "a test")]

use std::path::Path;

use openpass_policy::{PolicyEngine, PolicySource, Proof, Verdict, VerifyError};

fn with(own: &str) -> Proof {
    let engine = PolicyEngine::with_policies(&[PolicySource::new("own.cedar", own)]).unwrap();
    engine.verify(None).unwrap()
}

/// The statements that are not proved.
fn open(proof: &Proof) -> Vec<&str> {
    let statements = proof.statements.iter();
    statements
        .filter(|statement| statement.verdict != Verdict::Proved)
        .map(|statement| statement.id.as_str())
        .collect()
}

#[test]
fn the_shipped_set_keeps_every_promise() {
    let proof = PolicyEngine::shipped().unwrap().verify(None).unwrap();
    assert!(proof.is_proved(), "{proof}");
    let count = |kind: &str| {
        let statements = proof.statements.iter();
        statements.filter(|it| it.id.starts_with(kind)).count()
    };
    let kinds = [
        "ceiling.",
        "floor.",
        "no-error.",
        "monotone.",
        "matches.",
        "counts.",
    ];
    assert_eq!(kinds.map(count), [12, 5, 11, 7, 11, 11]);
}

#[test]
fn case_17_a_policy_that_permits_everything_breaks_no_ceiling() {
    let proof = with("permit (principal, action, resource);");
    assert!(proof.is_proved(), "{proof}");
}

#[test]
fn the_promises_hold_for_a_hosts_own_operations() {
    let fragment = r#"namespace Backup {
        entity Archive;
        action restore, prune appliesTo {
            principal: [OpenPass::User, OpenPass::Agent],
            resource: [Archive],
            context: {
                authentication: OpenPass::Authentication,
                channel: OpenPass::Channel,
                attended: Bool,
                guard: OpenPass::Guard,
                time: OpenPass::Time,
                tier: String
            }
        };
    }"#;
    let engine = PolicyEngine::builder()
        .extend_schema(PolicySource::new("backup.cedarschema", fragment))
        .build()
        .unwrap();
    let proof = engine.verify(None).unwrap();
    assert!(proof.is_proved(), "{proof}");
}

#[test]
fn a_rule_that_takes_less_for_more_proof_is_refuted() {
    let proof = with(
        r#"@id("passphrase-only")
        forbid (principal, action == OpenPass::Action::"createToken", resource)
        when { context.authentication.factor == OpenPass::AuthFactor::"biometry" };"#,
    );
    let stronger = [
        "monotone.none-biometry",
        "monotone.confirm-biometry",
        "monotone.waived-biometry",
        "monotone.passphrase-biometry",
    ];
    let refuted = open(&proof);
    assert!(
        refuted.iter().all(|id| stronger.contains(id)) && refuted.contains(&stronger[3]),
        "{proof}"
    );
    assert!(proof.to_string().contains("passphrase-only at own.cedar:1"));
}

#[test]
fn a_factor_that_is_reached_in_another_way_is_not_said_to_be_proved() {
    let proof = with(
        r#"forbid (principal, action, resource)
        when { context.authentication == { factor: OpenPass::AuthFactor::"confirm" } };"#,
    );
    assert!(!proof.is_proved());
    assert!(open(&proof).iter().all(|id| id.starts_with("monotone.")));
    assert!(proof.statements.iter().any(|statement| {
        matches!(&statement.verdict, Verdict::Unknown { why } if why.contains("other than by its attributes"))
    }));
}

#[test]
fn without_a_solver_there_is_no_proof() {
    let engine = PolicyEngine::shipped().unwrap();
    let missing = engine.verify(Some(Path::new("/nowhere/cvc5")));
    assert!(matches!(missing, Err(VerifyError::SolverMissing { .. })));
    let no_solver = engine.verify(Some(Path::new("/bin/cat")));
    assert!(matches!(no_solver, Err(VerifyError::Solver { .. })));
}
