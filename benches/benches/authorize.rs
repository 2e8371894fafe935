//! The whole way through the guard, with an authenticator that says yes at
//! once: what the guard itself adds to a person's seconds.
#![expect(clippy::unwrap_used, reason = "a benchmark")]

use std::sync::Arc;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use futures_lite::future::block_on;
use openpass_auth::{Factor, Scripted};
use openpass_policy::{
    AgentRef, Effect, Guard, GuardSettings, MemorySink, Operation, Outcome, PolicyEngine, Request,
    StateDigest, Tier,
};

fn operation() -> Operation {
    let request = Request::by_person("~/.openpass", GuardSettings::default());
    let agent = AgentRef::new("codex", Tier::ReadOnly, false);
    let effect = Effect::new(Vec::new(), StateDigest::of(&[]));
    Operation::change_agent(request, agent, Tier::Admin, effect)
}

fn authorize(criterion: &mut Criterion) {
    let engine = Arc::new(PolicyEngine::shipped().unwrap());
    criterion.bench_function("authorize, redeem and settle", |bencher| {
        bencher.iter_batched(
            || {
                let finger = Arc::new(Scripted::yes(Factor::Biometry));
                let audit = Arc::new(MemorySink::new());
                let guard = Guard::new(Arc::clone(&engine), finger, audit);
                (guard, operation(), operation())
            },
            |(guard, asked, under_the_lock)| {
                let grant = block_on(guard.authorize(asked)).unwrap();
                let running = grant.redeem(&under_the_lock).unwrap();
                running.settle(Outcome::Done).unwrap();
            },
            BatchSize::SmallInput,
        );
    });
}

criterion_group!(benches, authorize);
criterion_main!(benches);
