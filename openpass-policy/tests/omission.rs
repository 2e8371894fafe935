//! What is left out of an operation counts as giving power.
#![expect(clippy::unwrap_used, reason = "a test")]

use openpass_policy::{
    Action, After, AgentRef, AuthFactor, AuthMethod, Before, Decision, Direction, Effect,
    FieldChange, GuardSettings, Operation, PolicyEngine, Request, Standing, StateDigest, StepUp,
    Tier, TokenRef, Unattended,
};

fn request(settings: GuardSettings) -> Request {
    Request::by_person("~/.openpass", settings)
}

fn codex(tier: Tier) -> AgentRef {
    AgentRef::new("codex", tier, false)
}

fn token() -> TokenRef {
    TokenRef {
        id: "tok-1".to_owned(),
        agent: AgentRef::new("codex", Tier::Standard, false),
        all_tools: false,
    }
}

type Build = fn(Request, Effect) -> Operation;

fn set_key(request: Request, key: &str, effect: Effect) -> Operation {
    Operation::set_config_key(request, key, (Before(None), After(None)), effect).unwrap()
}

/// Every constructor of an operation that changes something, with the least
/// that it could be taken for.
const MUTATING: [Build; 22] = [
    |r, e| Operation::change_agent(r, codex(Tier::ReadOnly), Tier::ReadOnly, e),
    |r, e| Operation::change_agent(r, codex(Tier::Admin), Tier::ReadOnly, e),
    |r, e| Operation::add_agent(r, "codex", Tier::ReadOnly, e),
    |r, e| Operation::remove_agent(r, codex(Tier::ReadOnly), Standing::NONE, e),
    |r, e| Operation::create_token(r, token(), e),
    |r, e| Operation::rotate_token(r, token(), e),
    |r, e| Operation::revoke_token(r, token(), e),
    |r, e| {
        Operation::set_auth_method(
            r,
            Before(AuthMethod::TouchId),
            After(AuthMethod::Passphrase),
            e,
        )
    },
    |r, e| Operation::rotate_passphrase(r, e),
    |r, e| Operation::change_recipients(r, e),
    |r, e| Operation::change_devices(r, e),
    |r, e| Operation::apply_policy(r, "own.cedar", e),
    |r, e| Operation::remove_policy(r, "own.cedar", e),
    |r, e| Operation::change_guard_settings(r, e),
    |r, e| Operation::accept_drift(r, e),
    |r, e| Operation::restore(r, e),
    |r, e| Operation::reset_guard_settings(r, e),
    |r, e| Operation::set_log_aside(r, e),
    |r, e| set_key(r, "audit.maxBackups", e),
    |r, e| set_key(r, "logging.level", e),
    |r, e| set_key(r, "clipboard.auto_clear_duration", e),
    |r, e| set_key(r, "mcp.bind", e),
];

const MIXED: [Direction; 3] = [Direction::Narrows, Direction::Widens, Direction::Neutral];

fn effect(directions: &[Direction]) -> Effect {
    let change =
        |direction: &Direction| FieldChange::new("field", Before(None), After(None), *direction);
    Effect::new(
        directions.iter().map(change).collect(),
        StateDigest::of(&[]),
    )
}

#[test]
fn case_63_an_effect_that_names_no_field_is_never_allowed_without_a_factor() {
    let engine = PolicyEngine::shipped().unwrap();
    let opted_out = GuardSettings::new(StepUp::Confirm, Unattended::Waive);
    for (number, build) in MUTATING.into_iter().enumerate() {
        for settings in [GuardSettings::default(), opted_out] {
            let operation = build(request(settings), effect(&[]));
            let decision = engine.decide(&operation);
            assert!(
                matches!(decision, Decision::RequireBiometry { .. }),
                "{number}, {}: {decision:?}",
                operation.action()
            );
            let unasked = engine.decide_with(&operation, AuthFactor::None);
            assert!(unasked.is_err(), "{number}");
        }
    }
}

/// Every mutating operation of the catalogue, whether or not it is in the list
/// above.
#[test]
fn case_63_no_action_that_changes_something_is_allowed_when_its_effect_is_left_out() {
    let engine = PolicyEngine::shipped().unwrap();
    let mutating = Action::ALL.into_iter().filter(|action| !action.is_look());
    for action in mutating {
        for unspecified in [|_| effect(&[]), |_| effect(&MIXED)] {
            let request = request(GuardSettings::default());
            let operation =
                Operation::sample(&action, request, &codex(Tier::ReadOnly), unspecified);
            let unasked = engine.decide_with(&operation.unwrap(), AuthFactor::None);
            assert!(unasked.is_err(), "{action}");
        }
    }
}

#[test]
fn case_63_one_widening_field_among_others_makes_it_critical() {
    let engine = PolicyEngine::shipped().unwrap();
    for (number, build) in MUTATING.into_iter().enumerate() {
        let operation = build(request(GuardSettings::default()), effect(&MIXED));
        let unasked = engine.decide_with(&operation, AuthFactor::None);
        assert!(unasked.is_err(), "{number}, {}", operation.action());
    }
}

#[test]
fn case_63_a_routine_key_that_gives_power_is_no_routine_key() {
    for (directions, action) in [
        (&[Direction::Widens][..], Action::SetConfigKey),
        (&[], Action::SetConfigKey),
        (&[Direction::Neutral], Action::SetRoutineConfigKey),
        (&[Direction::Narrows], Action::SetRoutineConfigKey),
    ] {
        let set = set_key(
            request(GuardSettings::default()),
            "logging.level",
            effect(directions),
        );
        assert_eq!(*set.action(), action, "{directions:?}");
    }
}
