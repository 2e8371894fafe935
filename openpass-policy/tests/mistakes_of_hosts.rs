//! Mistakes about what a host has of its own are told as well as those about OpenPass.
#![expect(clippy::unwrap_used, reason = "a test")]

use openpass_policy::{PolicyEngine, PolicySource};

const FLAGS: &str = r#"namespace Flags {
    entity Color enum ["red", "green"];
    entity Site enum ["this"];
    entity Person, Robot;
    entity Flag = { owner: Person, color: Color, limit: Long };
    action publish appliesTo {
        principal: [Person, Robot],
        resource: [Flag],
        context: { reviewers: Set<Person>, urgent: Bool }
    };
}"#;

/// A host whose names are far from all of OpenPass's.
const DATA: &str = r#"namespace Data {
    entity Entry;
    action get appliesTo { principal: [OpenPass::User], resource: [Entry], context: {} };
}"#;

fn told(policy: &str) -> String {
    let engine = PolicyEngine::builder()
        .host(PolicySource::new("flags.cedarschema", FLAGS))
        .host(PolicySource::new("data.cedarschema", DATA))
        .policy(PolicySource::new("own.cedar", policy))
        .build();
    let said = engine.unwrap_err().to_string();
    assert_eq!(said.lines().count(), 2, "{said}");
    said
}

#[track_caller]
fn says(policy: &str, expected: &str) {
    let said = told(policy);
    assert!(said.contains(expected), "no {expected} in {said}");
}

#[test]
fn a7_a_host_has_its_own_actions_types_attributes_and_ids_suggested() {
    let publish = |condition: &str| {
        format!(
            "forbid (principal, action == Flags::Action::\"publish\", resource) \
             when {{ {condition} }};"
        )
    };
    for (policy, expected) in [
        (
            "forbid (principal, action == Flags::Action::\"publsh\", resource);".to_owned(),
            "write `Flags::Action::\"publish\"`",
        ),
        (
            "forbid (principal, action == Action::\"publish\", resource);".to_owned(),
            "write `Flags::Action::\"publish\"`",
        ),
        (
            "forbid (principal is Person, action, resource);".to_owned(),
            "write `Flags::Person`",
        ),
        (
            publish("resource.colour == Flags::Color::\"red\""),
            "write `resource.color`",
        ),
        (
            publish("resource.color == Flags::Color::\"gren\""),
            "write `Flags::Color::\"green\"`",
        ),
        (
            publish("resource.color == Flags::Color::\"blue\""),
            "there are `Flags::Color::\"green\"` and `Flags::Color::\"red\"`",
        ),
        (
            publish("resource == Flags::Site::\"that\""),
            "write `Flags::Site::\"this\"`: there is no other",
        ),
        (
            publish("resource.color == \"red\""),
            "write `Flags::Color::\"red\"`",
        ),
        (
            publish("context.reviewrs.contains(principal)"),
            "write `context.reviewers`",
        ),
        (
            publish("resource.flavour == 1"),
            "it has color, limit and owner",
        ),
        (
            "forbid (principal, action, resource) when { context.urgent };".to_owned(),
            "write `action == Flags::Action::\"publish\"`",
        ),
        (
            "forbid (principal, action == Flags::Action::\"publish\", \
             resource is OpenPass::Agent);"
                .to_owned(),
            "write `Flags::Flag`",
        ),
        (
            "forbid (principal is Flags::Flag, action == Flags::Action::\"publish\", resource);"
                .to_owned(),
            "write `Flags::Person` or `Flags::Robot`",
        ),
    ] {
        says(&policy, expected);
    }
}

#[test]
fn a7_what_is_far_is_not_suggested_however_near_it_is_to_all_else() {
    let said = told("forbid (principal is Agent, action, resource);");
    assert!(said.contains("write `OpenPass::Agent`"), "{said}");
    assert!(!said.contains("Data::Entry"), "{said}");
    let said = told("forbid (principal, action == OpenPass::Action::\"get\", resource);");
    assert!(said.contains("write `Data::Action::\"get\"`"), "{said}");
    let said = told("forbid (principal, action == Flags::Action::\"xyz\", resource);");
    assert!(said.contains("there are publish"), "{said}");
    assert!(!said.contains("did you mean"), "{said}");
}
