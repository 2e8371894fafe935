//! An operation that is not whole is a programmer's mistake, told by name.

use std::sync::Arc;

use openpass_auth::{Factor, Script};
use openpass_policy::{
    AuditEvent, Decision, Denial, Entity, Guard, MemorySink, Operation, Principal, Refusal,
};

use crate::flags::{ada, engine, flag, robot, set, state};

fn by(principal: impl Into<Principal>) -> Operation {
    Operation::new("Flags::set").by(principal).on(flag("prod"))
}

#[test]
fn everything_that_is_wrong_is_said_by_name() {
    let wrong = [
        (
            by(ada()).with("percentAftr", 30).onto(state()),
            "percentAftr is not in the context of Flags::set; it has percentAfter; \
             percentAfter (Long) is missing in the context of Flags::set",
        ),
        (
            by(ada()).onto(state()),
            "percentAfter (Long) is missing in the context of Flags::set",
        ),
        (
            by(ada()).with("percentAfter", "30").onto(state()),
            "percentAfter of the context of Flags::set is Long, and not String",
        ),
        (
            set(ada(), flag("prod")).with("percentAfter", 30),
            "percentAfter of the context of Flags::set is given twice",
        ),
        (
            by(ada()).with("percentAfter", 30),
            "nobody said onto which state it is; say `.onto(…)` with what was read and what \
             would be written",
        ),
        (
            set(
                Entity::new("Flags::Person", "ada").in_nothing_else(),
                flag("prod"),
            ),
            "oncall (Bool) is missing in Flags::Person::\"ada\"",
        ),
        (
            set(ada().with("oncal", true), flag("prod")),
            "oncal is not in Flags::Person::\"ada\"; it has oncall",
        ),
        (
            set(ada(), Entity::new("Flags::Team", "web")),
            "Flags::set takes no resource of the type Flags::Team; it takes Flags::Flag",
        ),
        (
            by(Principal::User).with("percentAfter", 30).onto(state()),
            "Flags::set takes no principal of the type OpenPass::User; \
             it takes Flags::Person, Flags::Robot",
        ),
    ];
    let engine = engine("");
    for (operation, what) in wrong {
        let error = engine.check(&operation).unwrap_err();
        assert_eq!(error.to_string(), what);
        let Decision::Deny(Denial::InvalidRequest { problems }) = engine.decide(&operation) else {
            panic!("{what}");
        };
        assert_eq!(problems, error);
    }
}

#[test]
fn an_unknown_type_and_an_unknown_action_are_told_with_those_that_there_are() {
    let engine = engine("");
    let unknown = Entity::new("Flags::Persn", "ada");
    let error = engine.check(&set(unknown, flag("prod"))).unwrap_err();
    let error = error.to_string();
    assert!(
        error.contains("no fragment declares the type Flags::Persn; there is "),
        "{error}"
    );
    assert!(error.contains("Flags::Person"), "{error}");
    let action = Operation::new("Flags::sett").by(robot()).on(flag("prod"));
    let error = engine.check(&action).unwrap_err().to_string();
    let start = "no fragment declares the action Flags::sett; there is ";
    assert!(
        error.starts_with(start) && error.contains("Flags::set"),
        "{error}"
    );
}

#[test]
fn what_fits_is_whole_whatever_policy_says_of_it() {
    let engine = engine("forbid (principal, action, resource);");
    let operation = set(ada(), flag("prod"));
    engine.check(&operation).unwrap();
    assert!(matches!(
        engine.decide(&operation),
        Decision::Deny(Denial::Forbidden { .. })
    ));
}

#[test]
fn a_malformed_operation_is_no_denial_and_asks_nobody() {
    let person = Arc::new(Script::new().yes(Factor::Biometry));
    let log = Arc::new(MemorySink::new());
    let guard = Guard::new(engine(""), Arc::clone(&person), Arc::clone(&log));
    let refused = guard
        .authorize_blocking(by(ada()).onto(state()))
        .unwrap_err();
    let Refusal::Malformed(error) = refused else {
        panic!("{refused}");
    };
    assert!(error.to_string().contains("percentAfter"));
    assert_eq!(person.asked(), [""; 0]);
    let events: Vec<_> = log.records().into_iter().map(|it| it.event).collect();
    assert!(
        matches!(events.as_slice(), [AuditEvent::Refused { .. }]),
        "{events:?}"
    );
}

#[test]
fn a_name_in_an_error_cannot_rewrite_the_terminal() {
    let engine = engine("");
    let hostile = "\u{1b}[2J\u{202e}";
    let wrong = [
        by(ada()).with(hostile, 1),
        set(ada().with(hostile, 1), flag("prod")),
        set(ada().tagged(hostile, 1), flag("prod")),
        set(ada(), flag("prod").tagged(hostile, 1)),
        set(Entity::new(hostile, hostile), flag("prod")),
        set(Entity::new("Flags::Person", hostile), flag("prod")),
        Operation::new(hostile).by(ada()).on(flag("prod")),
    ];
    for operation in wrong {
        let error = engine.check(&operation).unwrap_err().to_string();
        assert!(
            !error.is_empty() && !error.contains('\u{1b}') && !error.contains('\u{202e}'),
            "{error:?}"
        );
    }
}
