//! What a prompt may ask for, and what each answer counts for.

use openpass_auth::{Factor, FactorSet};
use openpass_policy::{
    AuthFactor, Decision, Denial, GuardSettings, Operation, PolicyEngine, StepUp, Unattended,
};

use crate::flags::{ada, engine, flag, on_region, parts, robot, set};

fn accepts(engine: &PolicyEngine, operation: &Operation) -> Vec<Factor> {
    match engine.decide(operation) {
        Decision::RequireBiometry { accepts, .. } => accepts.iter().collect(),
        Decision::Deny(Denial::Forbidden { .. }) => Vec::new(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_host_whose_people_have_another_device_alone_asks_for_that() {
    let engine = parts("").factors([Factor::Device]).build().unwrap();
    for operation in [
        set(ada(), flag("prod")),
        set(robot(), flag("prod")),
        on_region("Flags::setRules", ada()),
        on_region("Flags::replaceKey", ada()),
    ] {
        assert_eq!(accepts(&engine, &operation), [Factor::Device]);
        assert!(engine.decide_with(&operation, AuthFactor::Device).is_ok());
        // What nobody could have been asked for counts for nothing.
        for factor in [
            AuthFactor::Biometry,
            AuthFactor::Passphrase,
            AuthFactor::SecurityKey,
        ] {
            assert!(engine.decide_with(&operation, factor).is_err(), "{factor}");
        }
    }
}

#[test]
fn without_a_word_it_is_biometry_and_the_passphrase() {
    let engine = engine("");
    let operation = set(ada(), flag("prod"));
    assert_eq!(
        accepts(&engine, &operation),
        [Factor::Biometry, Factor::Passphrase]
    );
    assert!(engine.decide_with(&operation, AuthFactor::Device).is_err());
}

#[test]
fn a_code_and_the_systems_login_count_for_a_persons_own_change_alone() {
    let engine = parts("").factors(Factor::ALL).build().unwrap();
    let strong = [
        Factor::Biometry,
        Factor::SecurityKey,
        Factor::Device,
        Factor::Passphrase,
    ];
    let by_the_systems_login = GuardSettings::new(StepUp::SystemLogin, Unattended::Passphrase);
    let set_flag = set(ada(), flag("prod")).under(by_the_systems_login);
    // In the order of offering.
    assert_eq!(accepts(&engine, &set_flag), Factor::ALL);
    for operation in [
        set(robot(), flag("prod")),
        on_region("Flags::setRules", ada()),
        on_region("Flags::replaceKey", ada()),
        on_region("Flags::replaceKey", robot()),
    ] {
        let operation = operation.under(by_the_systems_login);
        assert_eq!(accepts(&engine, &operation), strong);
    }
    let weak = [Factor::OneTimeCode, Factor::SystemLogin];
    let engine = parts("").factors(weak).build().unwrap();
    let offered = [Factor::SystemLogin, Factor::OneTimeCode];
    assert_eq!(accepts(&engine, &set_flag), offered);
    for action in ["Flags::setRules", "Flags::replaceKey"] {
        let operation = on_region(action, ada()).under(by_the_systems_login);
        assert_eq!(accepts(&engine, &operation), []);
    }
    let by_an_agent = set(robot(), flag("prod")).under(by_the_systems_login);
    assert_eq!(accepts(&engine, &by_an_agent), []);
}

#[test]
fn the_systems_login_counts_only_where_the_settings_say_so() {
    let engine = parts("").factors(Factor::ALL).build().unwrap();
    for step_up in StepUp::ALL {
        for unattended in Unattended::ALL {
            let settings = GuardSettings::new(step_up, unattended);
            let operation = set(ada(), flag("prod")).under(settings);
            let counts = step_up == StepUp::SystemLogin;
            let takes = engine.decide_with(&operation, AuthFactor::SystemLogin);
            assert_eq!(takes.is_ok(), counts, "{step_up}, {unattended}");
            assert_eq!(
                accepts(&engine, &operation).contains(&Factor::SystemLogin),
                counts
            );
        }
    }
}

#[test]
fn an_engine_that_can_ask_for_nothing_denies_what_takes_an_answer() {
    let engine = parts("").factors([]).build().unwrap();
    assert_eq!(engine.factors(), FactorSet::EMPTY);
    let operation = set(ada(), flag("prod"));
    assert!(matches!(engine.decide(&operation), Decision::Deny(_)));
}
