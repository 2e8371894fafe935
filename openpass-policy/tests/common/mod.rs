//! One operation of every kind, and the parties that may ask for it.

use openpass_policy::{
    Action, AgentRef, AuthMethod, Channel, Direction, Effect, FieldChange, GuardSettings,
    Operation, Principal, Request, StateDigest, Tier,
};

pub(crate) fn effect(direction: Direction) -> Effect {
    let change = FieldChange::new(
        "canWrite",
        Some("false".to_owned()),
        Some("true".to_owned()),
        direction,
    );
    Effect::new(vec![change], StateDigest::of(&[b"before", b"after"]))
}

pub(crate) fn agent(name: &str, can_manage_config: bool) -> AgentRef {
    AgentRef::new(name, Tier::Standard, can_manage_config)
}

pub(crate) fn by_person(settings: GuardSettings) -> Request {
    Request::by_person("~/.openpass", settings)
}

pub(crate) fn by_agent(agent: AgentRef, settings: GuardSettings) -> Request {
    by_person(settings).on_behalf_of(Principal::Agent(agent), Channel::Mcp)
}

/// The operation of kind `action`, on the profile of `target` where it is on
/// one.
pub(crate) fn operation(action: Action, request: Request, target: &AgentRef) -> Operation {
    let widens = effect(Direction::Widens);
    let narrows = effect(Direction::Narrows);
    let name = target.name.as_str();
    let profile = target.clone();
    let operation = match action {
        Action::WidenAgent => Operation::change_agent(request, profile, Tier::Admin, widens),
        Action::NarrowAgent => Operation::change_agent(request, profile, Tier::ReadOnly, narrows),
        Action::AddAgent => Operation::add_agent(request, name, Tier::Admin, widens),
        Action::AddRestrictedAgent => Operation::add_agent(request, name, Tier::ReadOnly, narrows),
        Action::RemoveAgent => Operation::remove_agent(request, profile, narrows),
        Action::CreateToken => Operation::create_token(request, "ci", name, true, widens),
        Action::RotateToken => Operation::rotate_token(request, "ci", name, true, widens),
        Action::RevokeToken => Operation::revoke_token(request, "tok-1", name, true, narrows),
        Action::SetAuthMethod => {
            Operation::set_auth_method(request, AuthMethod::TouchId, AuthMethod::Passphrase, widens)
        }
        Action::RotatePassphrase => Operation::rotate_passphrase(request, widens),
        Action::ChangeRecipients => Operation::change_recipients(request, widens),
        Action::ChangeDevices => Operation::change_devices(request, widens),
        Action::ApplyPolicy => Operation::apply_policy(request, "own.cedar", widens),
        Action::RemovePolicy => Operation::remove_policy(request, "own.cedar", widens),
        Action::ChangeGuardSettings => Operation::change_guard_settings(request, widens),
        Action::AcceptDrift => Operation::accept_drift(request, widens),
        Action::Restore => Operation::restore(request, widens),
        Action::RestoreNarrower => Operation::restore(request, narrows),
        Action::ResetGuardSettings => Operation::reset_guard_settings(request, widens),
        Action::SetLogAside => Operation::set_log_aside(request, widens),
        Action::RotateLogKey => Operation::rotate_log_key(request, widens),
        Action::ChangeAuditSettings => {
            Operation::set_config_key(request, "audit.maxBackups", widens).unwrap()
        }
        Action::SetConfigKey => Operation::set_config_key(request, "mcp.bind", widens).unwrap(),
        Action::SetRoutineConfigKey => {
            Operation::set_config_key(request, "clipboard.auto_clear_duration", narrows).unwrap()
        }
        Action::List => Operation::list(request),
        Action::Show => Operation::show(request),
        Action::Status => Operation::status(request),
        Action::Explain => Operation::explain(request),
        Action::DryRun => Operation::dry_run(request),
        unknown => panic!("{unknown} has no operation in this table"),
    };
    assert_eq!(operation.action(), action);
    operation
}
