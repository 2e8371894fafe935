use super::SHORT;
use crate::{AgentRef, Channel, Entity, GuardSettings, Operation, Request, Tier, Value};

/// A text that alone is too long.
fn long() -> String {
    "x".repeat(SHORT)
}

fn base() -> Operation {
    Operation::new("Flags::set")
        .by(Entity::new("Flags::Person", "ada"))
        .on(flag())
}

fn flag() -> Entity {
    Entity::new("Flags::Flag", "dark-mode").with("percent", 3)
}

fn by(principal: Entity) -> Operation {
    Operation::new("Flags::set").by(principal).on(flag())
}

fn on(resource: Entity) -> Operation {
    let ada = Entity::new("Flags::Person", "ada");
    Operation::new("Flags::set").by(ada).on(resource)
}

#[test]
fn a_question_with_a_long_text_anywhere_is_not_short() {
    let entity = |id: &str| Entity::new("Flags::Team", id);
    let long_ones = [
        by(Entity::new("Flags::Person", long())),
        by(Entity::new(long(), "ada")),
        on(flag().with("owner", entity(&long()))),
        on(flag().with(long(), true)),
        on(flag().within("Flags::Environment", long())),
        on(flag().tagged("a", Value::Ip(long()))),
        on(flag().without(long())),
        on(flag()
            .with("a", 1)
            .with("a", Value::record([(long(), 1.into())]))),
        base().with("names", Value::Set([long().as_str().into()].into())),
        base().with("since", Value::Datetime(long())),
        base().with("least", Value::Decimal(long())),
        base().with("last", Value::Duration(long())),
        base().with(long(), true).with(long(), true),
        base().without(long()),
        base().saying(long()),
        base().telling("a", long()),
        base().showing(long(), "a"),
        base().through(Channel::Host(long().into())),
        Operation::list(Request::by_person(long(), GuardSettings::default())),
        Operation::list(Request::by_agent(
            AgentRef::new(long(), Tier::Admin, false),
            Channel::Cli,
            "vault",
            GuardSettings::default(),
        )),
    ];
    for operation in long_ones {
        let question = operation.question();
        assert!(!question.is_short(), "{} bytes", question.room());
    }
}

/// What is kept is bounded by the number of parts, too: each of them takes room.
#[test]
fn a_question_with_many_parts_is_not_short() {
    let many = |number: usize| (0..number).fold(base(), |it, at| it.with(at.to_string(), true));
    assert!(many(100).question().is_short());
    assert!(!many(SHORT / 8).question().is_short());
    let parents = (0..SHORT).fold(flag(), |it, _| it.within("", ""));
    assert!(!on(parents).question().is_short());
}

#[test]
fn a_usual_question_is_short_whatever_the_reason() {
    let usual = base()
        .with("percentAfter", 30)
        .showing("value", "on")
        .saying("set {}");
    assert!(usual.question().is_short());
    assert!(usual.because(long()).question().is_short());
}
