use crate::{
    Action, AgentRef, Authentication, Denial, GuardSettings, Operation, PolicyEngine, PolicySource,
    Request, StepUp, Tier, Unattended, WallTime, catalogue::unspecific,
};

fn sample(action: &Action, request: Request) -> Operation {
    let agent = AgentRef::new("codex", Tier::ReadOnly, false);
    Operation::sample(action, request, &agent, unspecific).unwrap()
}

fn by_person() -> Request {
    Request::by_person("a vault", GuardSettings::default())
}

#[test]
fn whatever_vouches_fits_the_schema_of_every_action() {
    let engine = PolicyEngine::shipped().unwrap();
    for action in Action::ALL {
        let encoded = super::encoded(&engine, &sample(&action, by_person())).unwrap();
        for given in Authentication::all() {
            let request = encoded.new_request(&engine, given, true);
            assert!(request.is_ok(), "{action}, {given}: {request:?}");
        }
    }
}

#[test]
fn whatever_vouches_fits_the_schema_of_a_hosts_action() {
    let engine = PolicyEngine::builder()
        .host(
            "namespace Flags {
                 entity Person;
                 entity Flag;
                 action set appliesTo { principal: [Person], resource: [Flag] };
             }",
        )
        .build()
        .unwrap();
    let operation = Operation::new("Flags::set")
        .by(crate::Entity::new("Flags::Person", "ada"))
        .on(crate::Entity::new("Flags::Flag", "dark-mode"))
        .onto(crate::StateDigest::of(&[]));
    let encoded = super::encoded(&engine, &operation).unwrap();
    for given in Authentication::all() {
        let request = encoded.new_request(&engine, given, true);
        assert!(request.is_ok(), "{given}: {request:?}");
    }
}

/// The same engine answers one question after another: what it remembers of one must
/// not answer another.
#[test]
fn a_question_that_differs_in_one_part_is_another() {
    let own = "forbid (principal, action, resource) when { context.time.minuteOfDay < 60 };";
    let engine = PolicyEngine::with_policies(&[PolicySource::new("own.cedar", own)]).unwrap();
    let at = |minute| Request {
        time: WallTime::new(1, minute),
        ..by_person()
    };
    let denied = |request| {
        let decision = engine.decide(&sample(&Action::WidenAgent, request));
        matches!(decision, crate::Decision::Deny(_))
    };
    for _ in 0..2 {
        assert!(!denied(at(60)));
        assert!(denied(at(59)));
    }
    let untold = engine.decide(&sample(&Action::WidenAgent, by_person()));
    assert!(matches!(
        untold,
        crate::Decision::Deny(Denial::NoTime { .. })
    ));
}

/// An engine and one without some of its policies remember together.
#[cfg(feature = "author")]
#[test]
fn an_engine_without_the_rule_about_time_tells_the_other_nothing() {
    let own = "@id(\"late\") forbid (principal, action, resource) \
               when { context.time.minuteOfDay < 60 };";
    let engine = PolicyEngine::with_policies(&[PolicySource::new("own.cedar", own)]).unwrap();
    let fewer = engine.without(&[crate::PolicyId::new("late")]).unwrap();
    let operation = sample(&Action::WidenAgent, by_person());
    for _ in 0..2 {
        let decision = fewer.decide(&operation);
        assert!(!matches!(decision, crate::Decision::Deny(_)));
        let decision = engine.decide(&operation);
        assert!(matches!(
            decision,
            crate::Decision::Deny(Denial::NoTime { .. })
        ));
    }
}

#[test]
fn settings_count_however_often_it_was_asked() {
    let engine = PolicyEngine::shipped().unwrap();
    let with = |step_up| {
        let settings = GuardSettings::new(step_up, Unattended::Passphrase);
        let operation = sample(&Action::WidenAgent, Request::by_person("a vault", settings));
        engine.decide_with(&operation, crate::AuthFactor::Confirm)
    };
    for _ in 0..2 {
        assert!(with(StepUp::Confirm).is_ok());
        assert!(with(StepUp::Biometry).is_err());
    }
}
