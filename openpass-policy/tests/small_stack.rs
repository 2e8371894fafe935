//! A caller's stack decides nothing: 128 KiB is what a thread gets by default with
//! musl, and about what is mapped of a program's first stack when it starts.
#![expect(clippy::unwrap_used, reason = "a test")]

mod common;

use std::sync::Arc;

use openpass_auth::{Factor, FactorSet, Script};
use openpass_policy::{
    Action, Decision, Guard, GuardSettings, MemorySink, Operation, PolicyEngine, PolicySource,
};

/// musl's `DEFAULT_STACK_SIZE`.
const SMALL: usize = 128 * 1024;

fn on_a_small_stack<T: Send>(what: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(SMALL);
        thread.spawn_scoped(scope, what).unwrap().join().unwrap()
    })
}

fn raise() -> Operation {
    let request = common::by_person(GuardSettings::default());
    common::operation(Action::WidenAgent, request, &common::agent("codex", false))
}

fn engine() -> PolicyEngine {
    let own = "forbid (principal, action, resource) when { !context.attended };";
    PolicyEngine::with_policies(&[PolicySource::new("own.cedar", own)]).unwrap()
}

fn by_an_agent() -> Operation {
    let request = common::by_agent(common::agent("claude", false), GuardSettings::default());
    common::operation(Action::WidenAgent, request, &common::agent("codex", false))
}

#[test]
fn an_engine_is_built_and_decides_on_a_small_stack_as_on_a_large_one() {
    for operation in [raise, by_an_agent] {
        let decide = || engine().decide(&operation());
        assert_eq!(on_a_small_stack(decide), decide());
    }
    // Without the room that the engine makes, every decision would be an error.
    let there = on_a_small_stack(|| engine().decide(&raise()));
    let both = FactorSet::only(Factor::Biometry).with(Factor::Passphrase);
    assert!(matches!(there, Decision::RequireBiometry { accepts, .. } if accepts == both));
}

#[test]
fn a_guard_grants_on_a_small_stack() {
    on_a_small_stack(|| {
        let finger = Script::new().yes(Factor::Biometry);
        let sink = Arc::new(MemorySink::new());
        let guard = Guard::new(engine(), finger, sink.clone());
        let grant = guard.authorize_blocking(raise()).unwrap();
        drop(grant.redeem(&guard.issuer(), &raise()).unwrap());
    });
}

#[cfg(feature = "author")]
#[test]
fn an_explanation_on_a_small_stack_is_the_same() {
    let explain = || engine().explain(&raise(), None).to_string();
    assert_eq!(on_a_small_stack(explain), explain());
}
