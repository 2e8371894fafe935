//! That what docs/embedding.md declares loads, and decides as it says.
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
