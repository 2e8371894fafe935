//! That what docs/embedding.md declares loads, and decides as it says; and that every
//! policy on the page about policies loads.
#![expect(clippy::unwrap_used, reason = "a test")]

use openpass_policy::{
    After, Before, Decision, Direction, Entity, Operation, PolicyEngine, StateDigest,
};

/// The first snippet of `language` on the page.
fn snippet(language: &str) -> String {
    let page = include_str!("../../docs/embedding.md");
    let (_, rest) = page.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("\n```").unwrap().0.to_owned()
}

fn set(oncall: bool, environment: &str) -> Operation {
    let ada = Entity::new("Flags::Person", "ada").with("oncall", oncall);
    let flag = Entity::new("Flags::Flag", "dark-mode").within("Flags::Environment", environment);
    Operation::new("Flags::set")
        .by(ada.within("Flags::Team", "payments"))
        .on(flag.untagged())
        .with("percentAfter", 30)
        .changing("percent", Before("0"), After("30"), Direction::Widens)
        .onto(StateDigest::of(&[b"0", b"30"]))
}

#[test]
fn the_pages_fragment_and_policies_decide_as_it_says() {
    let engine = PolicyEngine::builder()
        .host(snippet("cedarschema").as_str())
        .person("Flags::Person")
        .policy(snippet("cedar").as_str())
        .build()
        .unwrap();
    let decide = |oncall, environment| {
        let operation = set(oncall, environment);
        engine.check(&operation).unwrap();
        engine.decide(&operation)
    };
    for decision in [decide(true, "prod"), decide(false, "dev")] {
        assert!(
            matches!(decision, Decision::RequireBiometry { .. }),
            "{decision:?}"
        );
    }
    assert!(matches!(decide(false, "prod"), Decision::Deny(_)));
}

#[test]
fn every_policy_of_the_guide_loads_beside_the_shipped_ones() {
    let guide = include_str!("../../docs/policy/README.md");
    let policies = guide.split("```cedar\n").skip(1);
    let policies: Vec<&str> = policies
        .map(|rest| rest.split_once("\n```").unwrap().0)
        .collect();
    assert!(policies.len() > 2);
    for policy in policies {
        let engine = PolicyEngine::builder().policy(policy).build();
        engine.unwrap_or_else(|error| panic!("{error}:\n{policy}"));
    }
}
