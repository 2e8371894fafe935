//! The shortest host: a guard, an operation, a store that takes the grant.
use std::sync::Arc;

use openpass_auth::{Factor, Scripted};
use openpass_policy::{
    AgentRef, Effect, Grant, GrantError, Guard, GuardSettings, MemorySink, Operation, Outcome,
    PolicyEngine, Request, StateDigest, Tier,
};

/// Your store: without a grant for this very operation, nothing changes.
fn commit(grant: Grant, operation: &Operation) -> Result<(), GrantError> {
    let running = grant.redeem(operation)?;
    // … write your files here …
    running.settle(Outcome::Done).ok();
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Yours: BiometricAuthenticator, PassphraseAuthenticator, or both in FirstAvailable.
    let finger = Arc::new(Scripted::yes(Factor::Biometry));
    let guard = Guard::new(
        Arc::new(PolicyEngine::shipped()?),
        finger,
        Arc::new(MemorySink::new()),
    );

    let request = Request::by_person("~/.openpass", GuardSettings::default());
    let codex = AgentRef::new("codex", Tier::ReadOnly, false);
    let effect = Effect::new(vec![], StateDigest::of(&[b"config.yaml, before and after"]));
    let raise = Operation::change_agent(request, codex, Tier::Admin, effect);

    let grant = futures_lite::future::block_on(guard.authorize(raise.clone()))?;
    Ok(commit(grant, &raise)?)
}
