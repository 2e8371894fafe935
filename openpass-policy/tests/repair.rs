//! Repair: no policy of one's own takes it from the person at the command line.
#![expect(clippy::unwrap_used, reason = "a test")]

mod common;

use openpass_policy::{
    Action, AgentRef, AuthFactor, Authentication, Channel, Decision, GuardSettings, Operation,
    PolicyEngine, PolicySource, Request, StepUp, Tier, Unattended,
};

/// Sets that load, and lock their owner out of everything they are about.
const LOCKS: [&str; 6] = [
    "forbid (principal, action, resource);",
    // Each of these fails whenever it is evaluated.
    "permit (principal, action, resource)
     when { context.time.minuteOfDay + 9223372036854775807 > 0 };",
    "forbid (principal, action, resource)
     unless { context.time.minuteOfDay + 9223372036854775807 < 0 };",
    "forbid (principal is OpenPass::User, action in OpenPass::Action::\"repair\", resource);",
    "forbid (principal, action, resource)
     when { context.authentication.factor != OpenPass::AuthFactor::\"none\" };",
    "permit (principal, action in OpenPass::Action::\"repair\", resource);",
];

fn with(text: &str) -> PolicyEngine {
    PolicyEngine::with_policies(&[PolicySource::new("own.cedar", text)]).unwrap()
}

fn settings() -> impl Iterator<Item = GuardSettings> {
    let step_ups = StepUp::ALL;
    step_ups.into_iter().flat_map(|step_up| {
        [
            Unattended::Passphrase,
            Unattended::Refuse,
            Unattended::Waive,
        ]
        .map(|unattended| GuardSettings::new(step_up, unattended))
    })
}

fn operation(action: impl std::borrow::Borrow<Action>, request: Request) -> Operation {
    let target = AgentRef::new("codex", Tier::Standard, true);
    let request = request.at(openpass_policy::WallTime::new(1, 60));
    common::operation(action, request, &target)
}

/// Everything that an engine says of an operation: with each factor, and with each
/// signed by an approver.
fn says(engine: &PolicyEngine, operation: &Operation) -> (Decision, [[bool; 9]; 2]) {
    let takes = |given: Authentication| engine.decide_with(operation, given).is_ok();
    let unsigned = AuthFactor::ALL.map(|factor| takes(Authentication::unsigned(factor)));
    let signed = AuthFactor::ALL.map(|factor| takes(Authentication::signed(factor)));
    (engine.decide(operation), [unsigned, signed])
}

#[test]
fn case_52_repair_is_decided_as_by_the_shipped_policies_whatever_ones_own_say() {
    let shipped = PolicyEngine::shipped().unwrap();
    for text in LOCKS {
        let engine = with(text);
        for settings in settings() {
            let person = common::by_person(settings);
            for request in [person.clone(), Request::by_script("~/.openpass", settings)] {
                for action in Action::repairs() {
                    let repair = operation(&action, request.clone());
                    let said = says(&engine, &repair);
                    assert_eq!(said, says(&shipped, &repair), "{action}, {text}");
                    let [unsigned, signed] = said.1;
                    if action == Action::RenewApprover {
                        // Its new key signs for the passphrase.
                        let [others @ .., passphrase, biometry] = signed;
                        assert!(passphrase && biometry, "{text}");
                        assert!(others == [false; 7] && unsigned == [false; 9], "{text}");
                        continue;
                    }
                    let [.., passphrase, biometry] = unsigned;
                    assert!(passphrase && biometry, "{action}, {text}");
                }
            }
        }
    }
}

#[test]
fn case_52_a_rule_of_the_time_of_day_does_not_keep_repair_waiting() {
    let engine = with("forbid (principal, action, resource) when { context.time.weekday > 0 };");
    let target = AgentRef::new("codex", Tier::Standard, true);
    for action in Action::ALL {
        let request = common::by_person(GuardSettings::default());
        let untimed = common::operation(&action, request, &target);
        let signed = Authentication::signed(AuthFactor::Passphrase);
        let decided = engine.decide_with(&untimed, signed);
        assert_eq!(decided.is_ok(), action.is_repair(), "{action}");
    }
}

#[test]
fn case_52_nothing_but_repair_is_out_of_reach_of_ones_own_policies() {
    let engine = with(LOCKS[0]);
    for action in Action::ALL {
        let request = common::by_person(GuardSettings::default());
        let decision = engine.decide(&operation(&action, request));
        let denied = matches!(decision, Decision::Deny(_));
        assert_eq!(denied, !action.is_repair(), "{action}");
    }
    let closed = [
        "renewApprover",
        "removePolicy",
        "restore",
        "restoreNarrower",
        "resetGuardSettings",
        "setLogAside",
    ];
    let repairs: Vec<Action> = Action::repairs().collect();
    let repairs: Vec<&str> = repairs.iter().map(Action::as_str).collect();
    assert_eq!(repairs, closed);
}

#[test]
fn case_52_an_agent_and_mcp_get_nothing_by_it() {
    let everything = with("permit (principal, action, resource);");
    let locked = with(LOCKS[0]);
    for action in Action::repairs() {
        for settings in settings() {
            for channel in [Channel::Cli, Channel::Mcp] {
                for manages in [false, true] {
                    let agent = AgentRef::new("hermes", Tier::Admin, manages);
                    let request =
                        Request::by_agent(agent, channel.clone(), "~/.openpass", settings);
                    for engine in [&everything, &locked] {
                        let asked = operation(&action, request.clone());
                        let (decision, with) = says(engine, &asked);
                        assert!(matches!(decision, Decision::Deny(_)), "{action}");
                        assert_eq!(with, [[false; 9]; 2], "{action}");
                    }
                }
            }
            let mut by_mcp = common::by_person(settings);
            by_mcp.channel = Channel::Mcp;
            let (decision, _) = says(&locked, &operation(&action, by_mcp));
            assert!(matches!(decision, Decision::Deny(_)), "{action}");
        }
    }
}

#[test]
fn case_52_repair_takes_a_real_factor_wherever_it_gives_power() {
    let shipped = PolicyEngine::shipped().unwrap();
    for settings in settings() {
        for action in Action::repairs() {
            let repair = operation(&action, common::by_person(settings));
            let [[none, confirm, waived, ..], _] = says(&shipped, &repair).1;
            let gives = action != Action::RestoreNarrower;
            assert!(!gives || !(none || confirm || waived), "{action}");
        }
    }
    // What is put back decides, and not the command.
    let narrows = common::effect(openpass_policy::Direction::Narrows);
    let request = || common::by_person(GuardSettings::default());
    let narrower = Operation::restore(request(), narrows);
    assert!(matches!(shipped.decide(&narrower), Decision::Allow { .. }));
    let widens = common::effect(openpass_policy::Direction::Widens);
    assert_eq!(
        *Operation::restore(request(), widens).action(),
        Action::Restore
    );
}

#[test]
fn case_52_a_denial_by_ones_own_policy_says_so_and_a_guards_does_not() {
    let raise = |engine: &PolicyEngine, request| {
        let decision = engine.decide(&operation(Action::WidenAgent, request));
        match decision {
            Decision::Deny(denial) => denial,
            other => panic!("{other:?}"),
        }
    };
    let person = || common::by_person(GuardSettings::default());
    for text in &LOCKS[..3] {
        let denial = raise(&with(text), person());
        assert!(denial.by_own_policy(), "{denial}");
    }
    let agent = common::agent("hermes", false);
    let by_agent = common::by_agent(agent, GuardSettings::default());
    let shipped = PolicyEngine::shipped().unwrap();
    assert!(!raise(&shipped, by_agent).by_own_policy());
    // An id that looks like a guard's is no policy's of one's own.
    let like = "@id(\"Guard.mine\") forbid (principal, action, resource);";
    let loaded = PolicyEngine::with_policies(&[PolicySource::new("own.cedar", like)]);
    assert!(loaded.is_err());
}

#[cfg(feature = "author")]
#[test]
fn case_52_a_set_that_locks_its_owner_out_says_of_what() {
    use openpass_policy::author::{MatrixDiff, OwnSamples};

    let shipped = PolicyEngine::shipped().unwrap();
    let diff = |text| {
        MatrixDiff::between(
            &shipped,
            &with(text),
            GuardSettings::default(),
            openpass_policy::WallTime::new(1, 60),
            &OwnSamples::default(),
        )
    };
    for text in &LOCKS[..3] {
        let diff = diff(text);
        let locked: Vec<&str> = diff.locked().map(|change| change.action).collect();
        for action in Action::ALL {
            let is_locked = locked.contains(&action.as_str());
            assert_eq!(is_locked, !action.is_repair(), "{action}, {text}");
        }
    }
    let failing = |text| diff(text).failing.len();
    assert_eq!(LOCKS.map(failing), [0, 1, 1, 0, 0, 0]);
}
