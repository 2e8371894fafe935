//! `openpass policy explain`.

use openpass_policy::{
    AuthMethod, Channel, ConfigKeyKind, Direction, Effect, FieldChange, Operation, Principal,
    Request, StateDigest,
};
use openpass_vault::{Change, Vault};

use super::args::{
    AgentChange, AuthChange, ConfigChange, Explain, Method, PolicyChange, Repair, TokenChange,
    TokenVerb, What,
};
use crate::{failure::Failure, json, output::Output};

/// Explains what a change would take. It asks nobody and changes nothing.
pub(super) fn run(vault: &Vault, explain: &Explain, output: &Output) -> Result<(), Failure> {
    let engine = vault.engine()?;
    let request = request(vault, explain)?;
    let operation = operation(vault, &explain.what, request)?;
    let factor = explain.factor.map(super::args::FactorName::factor);
    let explanation = engine.explain(&operation, factor);
    output.result(&json::in_our_spelling(&explanation)?, || {
        explanation.to_string()
    })
}

/// Who asks: as the flag says, but OPENPASS_AGENT can only be lowered to.
fn request(vault: &Vault, explain: &Explain) -> Result<Request, Failure> {
    let request = match explain.at {
        Some(time) => vault.request().at(Some(time)),
        None => vault.request(),
    };
    let request = if explain.unattended {
        request.unattended()
    } else {
        request
    };
    let name = match explain.asked_by.as_deref() {
        None | Some("user") => return Ok(request),
        Some(text) => text
            .strip_prefix("agent:")
            .ok_or_else(|| Failure::Usage("--as takes `user` or `agent:NAME`".to_owned()))?,
    };
    let agent = vault.config()?.agent(name)?.agent_ref();
    Ok(request.on_behalf_of(Principal::Agent(agent), Channel::Mcp))
}

/// The change as a sample: only what policy looks at is filled in, and where
/// the vault knows the effect, it is the real one.
fn operation(vault: &Vault, what: &What, request: Request) -> Result<Operation, Failure> {
    let widens = || effect(Direction::Widens);
    Ok(match what {
        What::Agent(change) => return agent(vault, change, request),
        What::Auth(AuthChange::RotatePassphrase) => Operation::rotate_passphrase(request, widens()),
        What::Auth(AuthChange::Set { method }) => {
            let after = match method {
                Method::Passphrase => AuthMethod::Passphrase,
                Method::Touchid => AuthMethod::TouchId,
            };
            let before = vault.config()?.auth_method();
            Operation::set_auth_method(request, before, after, widens())
        }
        What::Token(change) => token(change, request),
        What::Config(ConfigChange::Set { key }) => {
            // As the store has it: a routine key gives no power.
            let direction = match ConfigKeyKind::of(key) {
                ConfigKeyKind::Routine => Direction::Neutral,
                _ => Direction::Widens,
            };
            Operation::set_config_key(request, key, effect(direction))
                .map_err(|why| Failure::Usage(why.to_string()))?
        }
        What::Policy(PolicyChange::Apply { file }) => {
            Operation::apply_policy(request, file, widens())
        }
        What::Policy(PolicyChange::Remove { file }) => {
            Operation::remove_policy(request, file, widens())
        }
        What::Guard => Operation::change_guard_settings(request, widens()),
        What::Repair { which } => match which {
            Repair::Restore => Operation::restore(request, widens()),
            Repair::RestoreNarrower => Operation::restore(request, effect(Direction::Narrows)),
            Repair::Reset => Operation::reset_guard_settings(request, widens()),
            Repair::SetLogAside => Operation::set_log_aside(request, widens()),
        },
        What::Recipients => Operation::change_recipients(request, widens()),
        What::Devices => Operation::change_devices(request, widens()),
    })
}

fn agent(vault: &Vault, change: &AgentChange, request: Request) -> Result<Operation, Failure> {
    Ok(match change {
        AgentChange::Upgrade { name, tier } => {
            let change = Change::SetTier {
                agent: name.clone(),
                tier: *tier,
            };
            vault.propose(request, &change)?.operation().clone()
        }
        AgentChange::Add { name, tier } => {
            Operation::add_agent(request, name, *tier, effect(Direction::Neutral))
        }
        AgentChange::Remove { name } => {
            let agent = vault.config()?.agent(name)?.agent_ref();
            Operation::remove_agent(request, agent, effect(Direction::Narrows))
        }
    })
}

fn token(change: &TokenChange, request: Request) -> Operation {
    let build = match change.change {
        TokenVerb::Create => Operation::create_token,
        TokenVerb::Rotate => Operation::rotate_token,
        TokenVerb::Revoke => Operation::revoke_token,
    };
    let effect = effect(Direction::Widens);
    build(request, &change.id, &change.agent, change.all_tools, effect)
}

fn effect(direction: Direction) -> Effect {
    let change = FieldChange::new("sample", None, None, direction);
    Effect::new(vec![change], StateDigest::of(&[]))
}
