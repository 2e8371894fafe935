//! What a thing is in, and what a person belongs to.

use openpass_policy::{Decision, Denial, Entity, PolicyEngine};

use crate::flags::{ada, engine, environment, flag, set};

const NOT_PROD: &str = r#"@id("not-prod")
    forbid (principal, action, resource in Flags::Environment::"prod");"#;

fn forbidden_by(decision: &Decision, id: &str) -> bool {
    let Decision::Deny(Denial::Forbidden { policies }) = decision else {
        return false;
    };
    policies.iter().any(|policy| policy.as_str() == id)
}

fn is_asked(decision: &Decision) -> bool {
    matches!(decision, Decision::RequireBiometry { .. })
}

#[test]
fn a_forbid_on_a_place_holds_for_what_is_in_it() {
    let engine = engine(NOT_PROD);
    let in_prod = engine.decide(&set(ada(), flag("prod")));
    assert!(forbidden_by(&in_prod, "not-prod"), "{in_prod:?}");
    assert!(is_asked(&engine.decide(&set(ada(), flag("staging")))));
}

#[test]
fn a_forbid_on_a_place_holds_for_what_is_two_deep_in_it() {
    let engine =
        engine(r#"@id("not-eu") forbid (principal, action, resource in Flags::Region::"eu");"#);
    let in_eu = engine.decide(&set(ada(), flag("prod")));
    assert!(forbidden_by(&in_eu, "not-eu"), "{in_eu:?}");
    let us = Entity::new("Flags::Environment", "prod").within("Flags::Region", "us");
    let in_us = Entity::new("Flags::Flag", "dark-mode").untagged();
    assert!(is_asked(&engine.decide(&set(ada(), in_us.inside(us)))));
}

#[test]
fn of_several_parents_each_counts() {
    let engine = engine(NOT_PROD);
    let both = flag("staging").inside(environment("prod"));
    let decision = engine.decide(&set(ada(), both));
    assert!(forbidden_by(&decision, "not-prod"), "{decision:?}");
}

#[test]
fn a_permit_for_a_team_holds_for_its_members_alone() {
    let engine = engine("");
    let eve = Entity::new("Flags::Person", "eve").with("oncall", true);
    let of_other_team = eve.clone().within("Flags::Team", "web");
    for stranger in [of_other_team, eve.in_nothing_else()] {
        let decision = engine.decide(&set(stranger, flag("prod")));
        assert_eq!(decision, Decision::Deny(Denial::NotPermitted));
    }
}

/// Not whole, and so denied; the error says `what`.
fn assert_refused(engine: &PolicyEngine, flag: Entity, what: &str) {
    let operation = set(ada(), flag);
    let error = engine.check(&operation).unwrap_err().to_string();
    assert!(error.contains(what), "{error}");
    let decision = engine.decide(&operation);
    assert!(
        matches!(decision, Decision::Deny(Denial::InvalidRequest { .. })),
        "{decision:?}"
    );
}

#[test]
fn what_is_not_said_to_be_anywhere_is_refused_at_every_depth() {
    let engine = engine(NOT_PROD);
    let nowhere = Entity::new("Flags::Flag", "dark-mode").untagged();
    assert_refused(
        &engine,
        nowhere.clone(),
        r#"nobody said what Flags::Flag::"dark-mode" is in"#,
    );
    assert_refused(
        &engine,
        nowhere.within("Flags::Environment", "staging"),
        r#"nobody said what Flags::Environment::"staging" is in"#,
    );
}

#[test]
fn what_is_said_to_be_in_nothing_else_is_in_nothing() {
    let engine = engine(NOT_PROD);
    let alone = Entity::new("Flags::Flag", "dark-mode")
        .untagged()
        .in_nothing_else();
    assert!(is_asked(&engine.decide(&set(ada(), alone))));
}

#[test]
fn a_place_that_the_schema_does_not_know_or_that_differs_from_itself_is_refused() {
    let engine = engine(NOT_PROD);
    let flag = || Entity::new("Flags::Flag", "dark-mode").untagged();
    assert_refused(
        &engine,
        flag().within("Flags::Region", "eu"),
        r#"Flags::Flag::"dark-mode" cannot be in Flags::Region"#,
    );
    let other = Entity::new("Flags::Environment", "prod").within("Flags::Region", "us");
    assert_refused(
        &engine,
        flag().inside(environment("prod")).inside(other),
        r#"Flags::Environment::"prod" is described in two ways"#,
    );
}

#[test]
fn a_circle_is_refused() {
    let schema = "namespace Docs { entity Folder in [Folder]; entity Person;
        action move appliesTo { principal: [Person], resource: [Folder] }; }";
    let engine = PolicyEngine::builder().host(schema).build().unwrap();
    let folder = |id| Entity::new("Docs::Folder", id);
    let a = folder("a").inside(folder("b").within("Docs::Folder", "a"));
    let operation = openpass_policy::Operation::new("Docs::move")
        .by(Entity::new("Docs::Person", "ada"))
        .on(a)
        .onto(crate::flags::state());
    assert!(engine.check(&operation).is_err());
}
