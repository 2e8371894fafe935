use std::collections::BTreeSet;

use cedar_policy::Policy;
use serde_json::Value;

#[cfg(feature = "author")]
use super::computes;
use super::{attributes, levels, looks_at_context, looks_into};

fn json(condition: &str) -> Value {
    let text = format!("forbid (principal, action, resource) when {{ {condition} }};");
    Policy::parse(None, text).unwrap().to_json().unwrap()
}

/// Every way to a part of the context, one of them through names that operators have.
#[test]
fn what_a_policy_looks_at_is_found_whatever_its_author_calls_things() {
    let ways = [
        "context.PART == 1",
        "context[\"PART\"] == 1",
        "context has PART",
        "context has PART.deep.er",
        "(if true then context else context).PART == 1",
        "[context].contains(context)",
        "context == {PART: 1}",
        "resource.owner == {a: context.PART}.a",
        "{Var: context.PART}.Var == 1",
        "{\".\": context.PART}[\".\"] == 1",
        "{\"has\": context.PART}[\"has\"] == 1",
        "{left: {Value: context.PART}}.left.Value == 1",
        "{Record: {Var: context}}.Record.Var.PART == 1",
        "principal.getTag(context.PART) == 1",
        "principal is User in context.PART",
        "!(context.PART like \"*\")",
        "ip(context.PART).isLoopback()",
    ];
    for way in ways {
        for part in ["time", "authentication"] {
            let policy = json(&way.replace("PART", part));
            assert!(looks_at_context(&policy, part), "{way}");
            let other = json(&way.replace("PART", "other"));
            // The whole context may be looked at in every way.
            let is_whole = way.contains("context)") || way.contains("context]");
            let is_whole = is_whole || way.contains("context ==") || way.contains("context}");
            let is_whole = is_whole || way.contains("else context");
            assert_eq!(looks_at_context(&other, part), is_whole, "{way}");
        }
    }
    assert!(!looks_at_context(
        &json("resource.context.time == 1"),
        "time"
    ));
    assert!(!looks_at_context(
        &json("resource has context.time"),
        "time"
    ));
    assert!(!looks_at_context(&json("\"context\" == \"time\""), "time"));
}

#[test]
fn levels_are_counted_through_a_record_whatever_its_members_are_called() {
    let plain = levels(&json("{a: 1 + (2 + (3 + 4))}.a == 1"));
    assert!(plain > 4);
    for name in ["Var", "Value", "left", ".", "Slot", "Record"] {
        let same = json(&format!(
            "{{\"{name}\": 1 + (2 + (3 + 4))}}[\"{name}\"] == 1"
        ));
        assert_eq!(levels(&same), plain, "{name}");
    }
}

#[test]
fn attributes_are_found_and_not_made_up() {
    let found = |condition: &str| {
        let mut found = BTreeSet::new();
        attributes(&json(condition), &mut found);
        found.into_iter().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        found("resource has a.b.c && {Var: principal.d}.Var"),
        "Var a b c d"
    );
    assert_eq!(found("resource.hasTag(\"t\")"), "t");
    assert_eq!(
        found("resource.hasTag(\"t\") && resource.getTag(principal.u)"),
        "\0any tag t u"
    );
}

#[cfg(feature = "author")]
#[test]
fn computing_is_found_and_not_made_up() {
    assert!(computes(&json("{Var: 1 + principal.a}.Var == 2")));
    assert!(!computes(&json("{\"+\": 1, neg: 2}[\"+\"] == 2")));
}

#[test]
fn an_entity_that_is_looked_into_is_found_and_not_made_up() {
    let into = |condition: &str| looks_into(&json(condition));
    assert_eq!(into("A::\"a\".b == 1").as_deref(), Some("A::\"a\""));
    assert_eq!(
        into("{Var: A::\"a\".b}.Var == 1").as_deref(),
        Some("A::\"a\"")
    );
    assert_eq!(
        into("{Var: A::\"a\"}.Var.b == 1").as_deref(),
        Some("A::\"a\"")
    );
    assert_eq!(into("resource in A::\"a\""), None);
    assert_eq!(into("resource == A::\"a\" && resource.b"), None);
}
