//! Loading policies: the shipped set, and rules of a user's own behind it, beside Cedar's
//! parse and strict validation of the same texts, in one run.
#![expect(clippy::unwrap_used, reason = "a benchmark")]

use std::{fmt::Write as _, hint::black_box, str::FromStr};

use cedar_policy::{PolicySet, Schema, ValidationMode, Validator};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use openpass_policy::{PolicyEngine, PolicySource};

const SCHEMA: &str = include_str!("../../openpass-policy/schema/openpass.cedarschema");
const GUARDS: &str = include_str!("../../openpass-policy/policies/guards.cedar");
const DEFAULTS: &str = include_str!("../../openpass-policy/policies/default.cedar");

/// So many rules of a user's own, each about an agent of its own.
fn own(count: usize) -> String {
    (0..count).fold(String::new(), |mut text, number| {
        writeln!(
            text,
            "@id(\"own-{number}\")\nforbid (\n    principal == OpenPass::Agent::\"agent-{number}\",\n    \
             action in OpenPass::Action::\"critical\",\n    resource\n)\nwhen {{ context.time.minuteOfDay > {} }};",
            number % 1_000
        )
        .unwrap();
        text
    })
}

fn by_cedar(schema: &Schema, own: &str) -> PolicySet {
    let policies = PolicySet::from_str(&format!("{GUARDS}\n{DEFAULTS}\n{own}")).unwrap();
    let validator = Validator::new(schema.clone());
    assert!(
        validator
            .validate(&policies, ValidationMode::Strict)
            .validation_passed()
    );
    policies
}

fn load(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("load");
    group.sample_size(10);
    let (schema, _) = Schema::from_cedarschema_str(SCHEMA).unwrap();
    for count in [0, 100, 1_000] {
        let text = own(count);
        let sources: Vec<PolicySource> = (count > 0)
            .then(|| PolicySource::new("own.cedar", text.as_str()))
            .into_iter()
            .collect();
        group.bench_function(
            BenchmarkId::new("parse and validate by Cedar", count),
            |it| {
                it.iter(|| by_cedar(black_box(&schema), &text));
            },
        );
        group.bench_function(BenchmarkId::new("the engine", count), |it| {
            it.iter(|| PolicyEngine::with_policies(black_box(&sources)).unwrap());
        });
    }
    group.finish();
}

criterion_group!(benches, load);
criterion_main!(benches);
