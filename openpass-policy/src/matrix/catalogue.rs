//! The catalogue of sample operations.

use crate::{
    Action, AgentRef, AuthMethod, Direction, Effect, FieldChange, Operation, Request, StateDigest,
    Tier,
};

/// What may be done about an agent: a row for the sample, and one for each of
/// the vault's own.
pub(super) struct OnAgent {
    pub(super) action: Action,
    pub(super) what: &'static str,
    /// The same of an agent with a name, `{}`; empty where it cannot be.
    pub(super) what_of: &'static str,
    pub(super) build: fn(Request, &AgentRef) -> Operation,
}

const fn on_agent(
    action: Action,
    what: &'static str,
    what_of: &'static str,
    build: fn(Request, &AgentRef) -> Operation,
) -> OnAgent {
    OnAgent {
        action,
        what,
        what_of,
        build,
    }
}

pub(super) const ON_AGENTS: [OnAgent; 11] = [
    on_agent(
        Action::WidenAgent,
        "raise an agent to standard",
        "raise {} to standard",
        |r, agent| Operation::change_agent(r, agent.clone(), Tier::Standard, widens()),
    ),
    on_agent(
        Action::WidenAgent,
        "raise an agent to admin",
        "raise {} to admin",
        |r, agent| Operation::change_agent(r, agent.clone(), Tier::Admin, widens()),
    ),
    on_agent(
        Action::NarrowAgent,
        "take power from an agent",
        "take power from {}",
        |r, agent| Operation::change_agent(r, agent.clone(), Tier::ReadOnly, narrows()),
    ),
    // Those of the vault are there already.
    on_agent(
        Action::AddAgent,
        "add an agent as standard",
        "",
        |r, agent| Operation::add_agent(r, &agent.name, Tier::Standard, widens()),
    ),
    on_agent(Action::AddAgent, "add an agent as admin", "", |r, agent| {
        Operation::add_agent(r, &agent.name, Tier::Admin, widens())
    }),
    on_agent(
        Action::AddRestrictedAgent,
        "add a read-only agent",
        "",
        |r, agent| Operation::add_agent(r, &agent.name, Tier::ReadOnly, narrows()),
    ),
    on_agent(
        Action::RemoveAgent,
        "remove an agent",
        "remove {}",
        |r, agent| Operation::remove_agent(r, agent.clone(), narrows()),
    ),
    on_agent(
        Action::CreateToken,
        "issue a token for some tools",
        "issue {} a token for some tools",
        |r, agent| Operation::create_token(r, "ci", &agent.name, false, widens()),
    ),
    on_agent(
        Action::CreateToken,
        "issue a token for every tool",
        "issue {} a token for every tool",
        |r, agent| Operation::create_token(r, "ci", &agent.name, true, widens()),
    ),
    on_agent(
        Action::RotateToken,
        "replace an agent's tokens",
        "replace the tokens of {}",
        |r, agent| Operation::rotate_token(r, "ci", &agent.name, false, widens()),
    ),
    on_agent(
        Action::RotateToken,
        "replace them, for every tool",
        "replace those of {}, for every tool",
        |r, agent| Operation::rotate_token(r, "ci", &agent.name, true, widens()),
    ),
];

/// What may be done apart from any one agent.
pub(super) struct Plain {
    pub(super) action: Action,
    pub(super) what: &'static str,
    pub(super) build: fn(Request) -> Operation,
}

const fn row(action: Action, what: &'static str, build: fn(Request) -> Operation) -> Plain {
    Plain {
        action,
        what,
        build,
    }
}

pub(super) const PLAIN: [Plain; 25] = [
    row(Action::SetAuthMethod, "unlock by Touch ID", |r| {
        Operation::set_auth_method(r, AuthMethod::Passphrase, AuthMethod::TouchId, widens())
    }),
    row(Action::SetAuthMethod, "unlock by the passphrase", |r| {
        Operation::set_auth_method(r, AuthMethod::TouchId, AuthMethod::Passphrase, widens())
    }),
    row(Action::RotatePassphrase, "replace the passphrase", |r| {
        Operation::rotate_passphrase(r, widens())
    }),
    row(Action::ChangeRecipients, "change who can decrypt", |r| {
        Operation::change_recipients(r, widens())
    }),
    row(Action::ChangeDevices, "change the devices", |r| {
        Operation::change_devices(r, widens())
    }),
    row(Action::ApplyPolicy, "apply a policy file", |r| {
        Operation::apply_policy(r, "own.cedar", widens())
    }),
    row(Action::RemovePolicy, "remove a policy file", |r| {
        Operation::remove_policy(r, "own.cedar", widens())
    }),
    row(Action::ChangeGuardSettings, "change the guard", |r| {
        Operation::change_guard_settings(r, widens())
    }),
    row(Action::AcceptDrift, "accept outside changes", |r| {
        Operation::accept_drift(r, widens())
    }),
    row(Action::ChangeAuditSettings, "change the audit", |r| {
        key(r, "audit.maxBackups", Direction::Widens)
    }),
    row(Action::Restore, "put the approved state back", |r| {
        Operation::restore(r, widens())
    }),
    row(
        Action::RestoreNarrower,
        "put back what gives no power",
        |r| Operation::restore(r, narrows()),
    ),
    row(Action::ResetGuardSettings, "reset the guard", |r| {
        Operation::reset_guard_settings(r, widens())
    }),
    row(Action::SetLogAside, "set a damaged log aside", |r| {
        Operation::set_log_aside(r, widens())
    }),
    row(Action::RotateLogKey, "give the log another key", |r| {
        Operation::rotate_log_key(r, widens())
    }),
    row(Action::SetConfigKey, "set security.*, vault.path", |r| {
        key(r, "vault.path", Direction::Widens)
    }),
    row(Action::SetConfigKey, "set mcp.bind", |r| {
        key(r, "mcp.bind", Direction::Widens)
    }),
    row(Action::SetConfigKey, "set an unknown key", |r| {
        key(r, "unknown", Direction::Widens)
    }),
    row(Action::SetRoutineConfigKey, "set logging.level", |r| {
        key(r, "logging.level", Direction::Neutral)
    }),
    row(Action::SetRoutineConfigKey, "set clipboard.*", |r| {
        key(r, "clipboard.auto_clear_duration", Direction::Neutral)
    }),
    row(Action::List, "list", Operation::list),
    row(Action::Show, "show", Operation::show),
    row(Action::Status, "show the status", Operation::status),
    row(Action::Explain, "explain a decision", Operation::explain),
    row(Action::DryRun, "try without making it", Operation::dry_run),
];

fn effect(direction: Direction) -> Effect {
    let change = FieldChange::new("field", None, None, direction);
    Effect::new(vec![change], StateDigest::of(&[]))
}

fn widens() -> Effect {
    effect(Direction::Widens)
}

pub(super) fn narrows() -> Effect {
    effect(Direction::Narrows)
}

fn key(request: Request, name: &str, direction: Direction) -> Operation {
    // None of these names has an operation of its own; if one had, the row
    // would show that nothing happens.
    Operation::set_config_key(request.clone(), name, effect(direction))
        .unwrap_or_else(|_| Operation::dry_run(request))
}
