//! An agent that asks for a change of its own profile.

use openpass_policy::{AgentRef, Principal, Request, Standing};

/// The agent that a change is about, which config.yaml has as `before`, and what
/// it may do afterwards, as `request` asks for it.
///
/// INVARIANT (drift acts): an agent that asks is, as what it asks about too, no
/// more than what it is in effect. A power that somebody wrote by hand is neither
/// the agent's own before the change, nor given by a change that leaves the power
/// alone.
pub(super) fn as_it_asks(
    request: &Request,
    before: &AgentRef,
    after: Standing,
) -> (AgentRef, Standing) {
    match &request.principal {
        Principal::Agent(asks) if asks.name == before.name => {
            let outside = before.powers.but(asks.powers);
            let tier = if after.tier == before.tier {
                asks.tier
            } else {
                after.tier
            };
            let after = Standing::new(tier, after.powers.but(outside));
            (asks.clone(), after)
        }
        _ => (before.clone(), after),
    }
}
