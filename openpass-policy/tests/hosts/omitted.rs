//! What nobody said, and what no operation tells: each would let a forbid fall through.

use openpass_policy::{
    After, Before, Channel, Direction, Entity, Operation, PolicyEngine, PolicyLoadError,
    StateDigest,
};

const SCHEMA: &str = r#"namespace F {
    entity Person; entity Env; entity Freeze; entity Cfg = { frozen?: Bool } tags String;
    entity Flag in [Env, Freeze] = { locked?: Bool };
    action set in [OpenPass::Action::"critical"] appliesTo {
        principal: [Person], resource: [Flag], context: { why?: String }
    };
    action peek in [OpenPass::Action::"routine"] appliesTo {
        principal: [Person], resource: [Flag]
    };
}"#;

fn engine(policy: &str) -> Result<PolicyEngine, PolicyLoadError> {
    let builder = PolicyEngine::builder().host(SCHEMA).person("F::Person");
    builder.policy(policy).build()
}

fn set(flag: Entity) -> Operation {
    let set = Operation::new("F::set").by(Entity::new("F::Person", "ada"));
    set.on(flag).without("why").onto(StateDigest::of(&[]))
}

fn flag() -> Entity {
    let flag = Entity::new("F::Flag", "dark").within("F::Env", "prod");
    flag.without("locked")
}

fn wrong(operation: &Operation) -> String {
    let engine = engine("permit (principal, action, resource);").unwrap();
    engine.check(operation).unwrap_err().to_string()
}

#[test]
fn a_policy_that_looks_into_what_no_operation_tells_is_refused() {
    for condition in [
        r#"F::Cfg::"g" has frozen && F::Cfg::"g".frozen"#,
        r#"F::Cfg::"g".hasTag("frozen")"#,
        r#"F::Flag::"a" in F::Env::"prod""#,
        r#"F::Flag::"a" is F::Flag in F::Env::"prod""#,
        r#"(if context has why then F::Cfg::"g" else F::Cfg::"h") has frozen"#,
    ] {
        for rest in [
            "forbid (principal, action, resource) when",
            "permit (principal, action, resource) unless",
        ] {
            let error = engine(&format!("{rest} {{ {condition} }};"))
                .unwrap_err()
                .to_string();
            assert!(
                error.contains("which no operation describes"),
                "{condition}: {error}"
            );
        }
    }
    // To compare with one is to look into what the operation tells.
    engine(r#"forbid (principal, action, resource) when { resource in F::Env::"prod" };"#).unwrap();
    engine(r#"forbid (principal == F::Person::"eve", action, resource);"#).unwrap();
}

#[test]
fn a_second_type_of_parents_has_to_be_said_too() {
    let error = wrong(&set(flag()));
    assert!(error.contains("can be in F::Freeze"), "{error}");
    let frozen = r#"permit (principal, action, resource);
        forbid (principal, action, resource in F::Freeze::"now");"#;
    let engine = engine(frozen).unwrap();
    engine.check(&set(flag().in_nothing_else())).unwrap();
    engine
        .check(&set(flag().within("F::Freeze", "now")))
        .unwrap();
}

#[test]
fn an_optional_attribute_has_to_be_said_or_said_not_to_be_there() {
    let silent = Entity::new("F::Flag", "dark")
        .within("F::Env", "prod")
        .in_nothing_else();
    let error = wrong(&set(silent));
    assert!(
        error.contains("nobody said whether F::Flag::\"dark\" has locked"),
        "{error}"
    );
    let set = Operation::new("F::set").by(Entity::new("F::Person", "ada"));
    let set = set.on(flag().in_nothing_else()).onto(StateDigest::of(&[]));
    let error = wrong(&set);
    assert!(error.contains("the context of F::set has why"), "{error}");
}

#[test]
fn a_field_that_gives_power_is_in_no_action_that_asks_for_nothing() {
    let peek = Operation::new("F::peek").by(Entity::new("F::Person", "ada"));
    let peek = peek.on(flag().in_nothing_else());
    let root = peek.changing("role", Before("none"), After("root"), Direction::Widens);
    let error = wrong(&root);
    assert!(error.contains("F::peek asks for no factor"), "{error}");
}

#[test]
fn a_hosts_channel_does_not_pass_for_a_shipped_one() {
    let set = set(flag().in_nothing_else());
    let error = wrong(&set.through(Channel::Host("cli".into())));
    assert!(error.contains("the name of a shipped one"), "{error}");
}

#[test]
fn what_a_fragment_cannot_mean_is_refused_and_ends_nothing() {
    for (fragment, told) in [
        (
            "namespace Z { type A = A; entity E; action a appliesTo { principal: [E], resource: [E], context: A }; }",
            "context",
        ),
        (
            "namespace Z { entity E; action \"B::set\" appliesTo { principal: [E], resource: [E] }; }",
            "`::` in its id",
        ),
    ] {
        let built = PolicyEngine::builder().host(fragment).build();
        let error = built.unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
    }
}
