//! The sample operations, and who asks for them.

use crate::{
    Action, AgentRef, AuthMethod, Channel, Direction, Effect, FieldChange, GuardSettings,
    Operation, Principal as Asking, Request, StateDigest, Tier,
};

pub(super) struct Principal {
    pub(super) name: &'static str,
    pub(super) request: fn(GuardSettings) -> Request,
}

pub(super) struct Row {
    pub(super) action: Action,
    pub(super) what: &'static str,
    pub(super) operation: fn(Request) -> Operation,
}

const fn row(action: Action, what: &'static str, operation: fn(Request) -> Operation) -> Row {
    Row {
        action,
        what,
        operation,
    }
}

pub(super) const PRINCIPALS: [Principal; 6] = [
    Principal {
        name: "person",
        request: person,
    },
    Principal {
        name: "person, nobody there",
        request: |settings| person(settings).unattended(),
    },
    Principal {
        name: "person, by MCP",
        request: |settings| person(settings).on_behalf_of(Asking::User, Channel::Mcp),
    },
    Principal {
        name: "agent",
        request: |settings| agent(settings, AgentRef::new("agent", Tier::Standard, false)),
    },
    Principal {
        name: "agent that manages",
        request: |settings| agent(settings, AgentRef::new("agent", Tier::Admin, true)),
    },
    Principal {
        name: "agent, on itself",
        request: |settings| agent(settings, target()),
    },
];

fn person(settings: GuardSettings) -> Request {
    Request::by_person("", settings)
}

fn agent(settings: GuardSettings, agent: AgentRef) -> Request {
    person(settings).on_behalf_of(Asking::Agent(agent), Channel::Mcp)
}

/// The agent whose profile is changed.
fn target() -> AgentRef {
    AgentRef::new("codex", Tier::ReadOnly, true)
}

fn effect(direction: Direction) -> Effect {
    let change = FieldChange::new("field", None, None, direction);
    Effect::new(vec![change], StateDigest::of(&[]))
}

fn widens() -> Effect {
    effect(Direction::Widens)
}

fn narrows() -> Effect {
    effect(Direction::Narrows)
}

fn key(request: Request, name: &str, direction: Direction) -> Operation {
    // None of these names has an operation of its own; if one had, the row
    // would show that nothing happens.
    Operation::set_config_key(request.clone(), name, effect(direction))
        .unwrap_or_else(|_| Operation::dry_run(request))
}

pub(super) const ROWS: [Row; 36] = [
    row(Action::WidenAgent, "raise an agent to standard", |r| {
        Operation::change_agent(r, target(), Tier::Standard, widens())
    }),
    row(Action::WidenAgent, "raise an agent to admin", |r| {
        Operation::change_agent(r, target(), Tier::Admin, widens())
    }),
    row(Action::NarrowAgent, "take power from an agent", |r| {
        Operation::change_agent(r, target(), Tier::ReadOnly, narrows())
    }),
    row(Action::AddAgent, "add an agent as standard", |r| {
        Operation::add_agent(r, "codex", Tier::Standard, widens())
    }),
    row(Action::AddAgent, "add an agent as admin", |r| {
        Operation::add_agent(r, "codex", Tier::Admin, widens())
    }),
    row(Action::AddRestrictedAgent, "add a read-only agent", |r| {
        Operation::add_agent(r, "codex", Tier::ReadOnly, narrows())
    }),
    row(Action::RemoveAgent, "remove an agent", |r| {
        Operation::remove_agent(r, target(), narrows())
    }),
    row(Action::CreateToken, "issue a token for some tools", |r| {
        Operation::create_token(r, "ci", "codex", false, widens())
    }),
    row(Action::CreateToken, "issue a token for every tool", |r| {
        Operation::create_token(r, "ci", "codex", true, widens())
    }),
    row(Action::RotateToken, "replace an agent's tokens", |r| {
        Operation::rotate_token(r, "ci", "codex", false, widens())
    }),
    row(Action::RotateToken, "replace them, for every tool", |r| {
        Operation::rotate_token(r, "ci", "codex", true, widens())
    }),
    row(Action::RevokeToken, "revoke a token", |r| {
        Operation::revoke_token(r, "ci", "codex", false, narrows())
    }),
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
