//! The engine.

use openpass_policy::{
    AgentRef, Decision, Effect, GuardSettings, Operation, PolicyEngine, PolicySource, Request,
    StateDigest, Tier, WallTime,
};

use crate::Own;

/// A person raises codex from read-only to admin.
#[must_use]
pub fn operation() -> Operation {
    // Midnight, a Monday: rules that look at the time need one.
    let request = Request::by_person("~/.openpass", GuardSettings::default());
    let request = request.at(WallTime::new(1, 0));
    let agent = AgentRef::new("codex", Tier::ReadOnly, false);
    let effect = Effect::new(Vec::new(), StateDigest::of(&[]));
    Operation::change_agent(request, agent, Tier::Admin, effect)
}

/// Returns the rules as the engine reads them.
#[must_use]
pub fn sources(own: Own, count: usize) -> Vec<PolicySource> {
    let files = own.files(count).into_iter();
    files
        .map(|(file, text)| PolicySource::new(file, text))
        .collect()
}

/// Loads the shipped policies and the rules.
///
/// # Errors
///
/// Why the engine refuses them.
pub fn engine(own: Own, count: usize) -> Result<PolicyEngine, String> {
    let engine = PolicyEngine::with_policies(&sources(own, count));
    let engine = engine.map_err(|error| error.to_string())?;
    let decision = engine.decide(&operation());
    assert!(matches!(decision, Decision::RequireBiometry { .. }));
    Ok(engine)
}
