//! An operation that no command line asks for, with only what policy looks at.

use openpass_policy::{
    After, AgentRef, Before, Direction, Effect, FieldChange, Operation, Request, StateDigest,
    TokenRef,
};

use crate::commands::policy::args::{Repair, TokenChange, TokenVerb, What};

/// `agent` says what the vault knows of an agent.
pub(super) fn operation(
    what: What,
    request: Request,
    agent: impl FnOnce(&str) -> AgentRef,
) -> Operation {
    let widens = effect(Direction::Widens);
    match what {
        What::Token(change) => token(&change, request, agent),
        What::Guard => Operation::change_guard_settings(request, widens),
        What::Repair { which } => match which {
            Repair::Restore => Operation::restore(request, widens),
            Repair::RestoreNarrower => Operation::restore(request, effect(Direction::Narrows)),
            Repair::Reset => Operation::reset_guard_settings(request, widens),
            Repair::SetLogAside => Operation::set_log_aside(request, widens),
        },
        What::Recipients => Operation::change_recipients(request, widens),
        What::Devices => Operation::change_devices(request, widens),
    }
}

fn token(
    change: &TokenChange,
    request: Request,
    agent: impl FnOnce(&str) -> AgentRef,
) -> Operation {
    let build = match change.change {
        TokenVerb::Create => Operation::create_token,
        TokenVerb::Rotate => Operation::rotate_token,
        TokenVerb::Revoke => Operation::revoke_token,
    };
    let token = TokenRef {
        id: change.id.clone(),
        agent: agent(&change.agent),
        all_tools: change.all_tools,
    };
    build(request, token, effect(Direction::Widens))
}

fn effect(direction: Direction) -> Effect {
    let change = FieldChange::new("sample", Before(None), After(None), direction);
    Effect::new(vec![change], StateDigest::of(&[]))
}
