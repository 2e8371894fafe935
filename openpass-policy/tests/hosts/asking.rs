//! Who asks: a host's own people, and what is none of them.

use std::sync::Arc;

use openpass_auth::{Factor, Script};
use openpass_policy::{
    AuditSink as _, AuthFactor, Channel, Decision, Denial, Entity, Guard, GuardSettings,
    MemorySink, Operation, PolicyEngine, StepUp, Unattended,
};

use crate::{
    flags::{FLAGS, ada, engine, flag, on_region, robot, set},
    people::Reads,
};

/// Settings that ask for as little as there is.
const OPTED_OUT: GuardSettings = GuardSettings::new(StepUp::Confirm, Unattended::Waive);

/// At the command line, under those settings.
fn opted_out(operation: Operation) -> Operation {
    operation.through(Channel::Cli).under(OPTED_OUT)
}

fn takes(engine: &PolicyEngine, operation: &Operation) -> Vec<AuthFactor> {
    let takes = |factor: &AuthFactor| engine.decide_with(operation, *factor).is_ok();
    AuthFactor::ALL.into_iter().filter(takes).collect()
}

#[test]
fn without_a_hosts_policy_its_principals_may_do_nothing() {
    let engine = PolicyEngine::builder().host(FLAGS).person("Flags::Person");
    let engine = engine.build().unwrap();
    for asking in [ada(), robot()] {
        let all = [
            set(asking.clone(), flag("prod")),
            on_region("Flags::list", asking.clone()),
            on_region("Flags::setRules", asking.clone()),
            on_region("Flags::replaceKey", asking),
        ];
        for operation in all {
            assert!(matches!(engine.decide(&operation), Decision::Deny(_)));
            assert_eq!(takes(&engine, &operation), []);
        }
    }
}

#[test]
fn a_declared_person_makes_a_critical_change_with_a_factor() {
    let engine = engine("");
    let operation = set(ada(), flag("prod"));
    let proving = [AuthFactor::Passphrase, AuthFactor::Biometry];
    assert_eq!(takes(&engine, &operation), proving);
    let Decision::RequireBiometry { accepts, .. } = engine.decide(&operation) else {
        panic!("{:?}", engine.decide(&operation));
    };
    assert_eq!(accepts.to_string(), "biometry or passphrase");
    // And, as any person, opts out at the command line.
    let confirmed = opted_out(set(ada(), flag("prod")));
    assert!(takes(&engine, &confirmed).contains(&AuthFactor::Confirm));
    let waived = opted_out(set(ada(), flag("prod"))).unattended();
    assert!(takes(&engine, &waived).contains(&AuthFactor::Waived));
    // For the guard and the credentials nobody does.
    for action in ["Flags::setRules", "Flags::replaceKey"] {
        for operation in [
            opted_out(on_region(action, ada())),
            opted_out(on_region(action, ada())).unattended(),
        ] {
            assert_eq!(takes(&engine, &operation), proving, "{action}");
        }
    }
}

#[test]
fn a_principal_that_is_not_declared_a_person_counts_as_an_agent() {
    let engine = engine("");
    let proving = [AuthFactor::Passphrase, AuthFactor::Biometry];
    for operation in [
        set(robot(), flag("prod")),
        opted_out(set(robot(), flag("prod"))),
        opted_out(set(robot(), flag("prod"))).unattended(),
    ] {
        assert_eq!(takes(&engine, &operation), proving);
    }
    // What is not critical takes a person's answer too, when no person asks.
    let retire = |asking: Entity| {
        let operation = Operation::new("Flags::retire").by(asking).on(flag("prod"));
        opted_out(operation.onto(crate::flags::state()))
    };
    assert_eq!(takes(&engine, &retire(robot())), proving);
    assert!(matches!(
        engine.decide(&retire(ada())),
        Decision::Allow { .. }
    ));
    let rules = on_region("Flags::setRules", robot());
    let Decision::Deny(Denial::Forbidden { policies }) = engine.decide(&rules) else {
        panic!("{:?}", engine.decide(&rules));
    };
    let id = "guard.agents-leave-guardrails-alone";
    assert!(policies.iter().any(|it| it.as_str() == id));
}

#[test]
fn the_same_people_are_agents_where_nobody_declares_them() {
    let engine = PolicyEngine::builder().host(FLAGS);
    let engine = engine
        .policies(&[crate::flags::OPEN.into()])
        .build()
        .unwrap();
    let operation = opted_out(set(ada(), flag("prod")));
    assert!(!takes(&engine, &operation).contains(&AuthFactor::Confirm));
    let rules = on_region("Flags::setRules", ada());
    assert!(matches!(engine.decide(&rules), Decision::Deny(_)));
}

#[test]
fn only_a_type_that_asks_and_is_the_hosts_own_can_be_a_person() {
    for wrong in [
        "Flags::Persn",
        "Flags::Flag",
        "Person",
        "OpenPass::Agent",
        "",
    ] {
        let engine = PolicyEngine::builder().host(FLAGS).person(wrong);
        let error = engine.build().unwrap_err().to_string();
        assert!(error.contains("person"), "{wrong}: {error}");
    }
}

#[test]
fn the_log_and_the_question_name_who_asks() {
    let log = Arc::new(MemorySink::new());
    let reads = Reads::default();
    let guard = Guard::new(engine(""), reads.clone(), Arc::clone(&log));
    drop(guard.authorize_blocking(set(ada(), flag("prod"))).unwrap());
    let question = reads.questions().pop().unwrap();
    assert!(
        question.starts_with(r#"person "ada" asks to set flag "dark-mode""#),
        "{question}"
    );
    let line = serde_json::to_value(log.records().first().unwrap()).unwrap();
    let principal = line.get("principal").unwrap();
    assert_eq!(principal["entity"], "Flags::Person");
    assert_eq!(principal["id"], "ada");
    assert_eq!(principal["parents"][0]["id"], "payments");
    assert_eq!(guard.issuer(), guard.issuer());
    assert_eq!(log.id(), log.id());
}

#[test]
fn a_denied_request_of_a_hosts_principal_never_prompts() {
    let person = Arc::new(Script::new().yes(Factor::Biometry));
    let guard = Guard::new(engine(""), Arc::clone(&person), MemorySink::new());
    let rules = on_region("Flags::setRules", robot());
    assert!(guard.authorize_blocking(rules).is_err());
    assert_eq!(person.asked(), [""; 0]);
}
