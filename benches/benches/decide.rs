//! A three-way decision for the shipped policies, beside raw `is_authorized`
//! on the same policies and one request, in one run.
#![expect(clippy::unwrap_used, reason = "a benchmark")]

use std::{collections::HashMap, hint::black_box, str::FromStr};

use cedar_policy::{
    Authorizer, Context, Entities, Entity, EntityUid, PolicySet, Request as CedarRequest,
    RestrictedExpression, Schema,
};
use criterion::{Criterion, criterion_group, criterion_main};
use openpass_policy::{
    AgentRef, AuthFactor, Effect, GuardSettings, Operation, PolicyEngine, Request, StateDigest,
    Tier,
};

const SCHEMA: &str = include_str!("../../openpass-policy/schema/openpass.cedarschema");
const GUARDS: &str = include_str!("../../openpass-policy/policies/guards.cedar");
const DEFAULTS: &str = include_str!("../../openpass-policy/policies/default.cedar");

fn operation() -> Operation {
    let request = Request::by_person("~/.openpass", GuardSettings::default());
    let agent = AgentRef::new("codex", Tier::ReadOnly, false);
    let effect = Effect::new(Vec::new(), StateDigest::of(&[]));
    Operation::change_agent(request, agent, Tier::Admin, effect)
}

fn uid(text: &str) -> EntityUid {
    EntityUid::from_str(&format!("OpenPass::{text}")).unwrap()
}

fn value(text: &str) -> RestrictedExpression {
    RestrictedExpression::new_entity_uid(uid(text))
}

fn record(fields: Vec<(&str, RestrictedExpression)>) -> RestrictedExpression {
    let fields = fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    RestrictedExpression::new_record(fields).unwrap()
}

fn powers(names: &[&str]) -> RestrictedExpression {
    let powers = names
        .iter()
        .map(|name| value(&format!("Power::\"{name}\"")));
    RestrictedExpression::new_set(powers)
}

/// Makes the same policies, request and entities once, for Cedar itself.
fn raw() -> (PolicySet, CedarRequest, Entities) {
    let (schema, _) = Schema::from_cedarschema_str(SCHEMA).unwrap();
    let policies = PolicySet::from_str(&format!("{GUARDS}\n{DEFAULTS}")).unwrap();
    let rank = RestrictedExpression::new_long;
    let context = Context::from_pairs([
        (
            "authentication".to_owned(),
            record(vec![
                ("factor", value(r#"AuthFactor::"none""#)),
                ("approver", value(r#"ApproverKind::"none""#)),
            ]),
        ),
        ("requester".to_owned(), value(r#"Requester::"person""#)),
        ("channel".to_owned(), value(r#"Channel::"cli""#)),
        ("attended".to_owned(), RestrictedExpression::new_bool(true)),
        (
            "guard".to_owned(),
            record(vec![
                ("stepUp", value(r#"StepUp::"biometry""#)),
                ("unattended", value(r#"Unattended::"passphrase""#)),
                ("sealed", value(r#"SealGrade::"none""#)),
            ]),
        ),
        (
            "time".to_owned(),
            record(vec![("minuteOfDay", rank(0)), ("weekday", rank(1))]),
        ),
        (
            "tier".to_owned(),
            record(vec![("before", rank(0)), ("after", rank(2))]),
        ),
        (
            "powers".to_owned(),
            record(vec![
                ("held", powers(&[])),
                ("gained", powers(&["canWrite"])),
            ]),
        ),
    ])
    .unwrap();
    let request = CedarRequest::new(
        uid(r#"User::"owner""#),
        uid(r#"Action::"widenAgent""#),
        uid(r#"AgentProfile::"codex""#),
        context,
        Some(&schema),
    )
    .unwrap();
    let agent = HashMap::from([
        (
            "name".to_owned(),
            RestrictedExpression::new_string("codex".to_owned()),
        ),
        ("powers".to_owned(), powers(&[])),
        ("tier".to_owned(), rank(0)),
        (
            "canManageConfig".to_owned(),
            RestrictedExpression::new_bool(false),
        ),
    ]);
    let profile = HashMap::from([("agent".to_owned(), value(r#"Agent::"codex""#))]);
    let entities = [
        Entity::with_uid(uid(r#"User::"owner""#)),
        Entity::new(uid(r#"Agent::"codex""#), agent, Default::default()).unwrap(),
        Entity::new(uid(r#"AgentProfile::"codex""#), profile, Default::default()).unwrap(),
    ];
    let entities = Entities::from_entities(entities, Some(&schema)).unwrap();
    (policies, request, entities)
}

fn decide(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decide");
    let (policies, request, entities) = raw();
    let authorizer = Authorizer::new();
    group.bench_function("cedar is_authorized, all prepared", |bencher| {
        bencher.iter(|| authorizer.is_authorized(black_box(&request), &policies, &entities));
    });
    let engine = PolicyEngine::shipped().unwrap();
    let operation = operation();
    group.bench_function("one factor, from the operation", |bencher| {
        bencher.iter(|| engine.decide_with(black_box(&operation), AuthFactor::None));
    });
    group.bench_function("three-way, from the operation", |bencher| {
        bencher.iter(|| engine.decide(black_box(&operation)));
    });
    group.finish();
    criterion.bench_function("start/load the shipped policies", |bencher| {
        bencher.iter(|| PolicyEngine::shipped().unwrap());
    });
}

criterion_group!(benches, decide);
criterion_main!(benches);
