//! One operation of every kind, and the parties that may ask for it.

use std::borrow::Borrow;

use openpass_policy::{
    Action, After, AgentRef, Before, Channel, Direction, Effect, FieldChange, GuardSettings,
    Operation, Request, StateDigest, Tier,
};

pub(crate) fn effect(direction: Direction) -> Effect {
    let change = FieldChange::new(
        "canWrite",
        Before(Some("false".to_owned())),
        After(Some("true".to_owned())),
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
    Request::by_agent(agent, Channel::Mcp, "~/.openpass", settings)
}

/// The operation of kind `action`, on the profile of `target` where it is on
/// one.
pub(crate) fn operation(
    action: impl Borrow<Action>,
    request: Request,
    target: &AgentRef,
) -> Operation {
    let action = action.borrow();
    let operation = Operation::sample(action, request, target, effect).unwrap();
    assert_eq!(operation.action(), action);
    operation
}
