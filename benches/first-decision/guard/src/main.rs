use std::error::Error;

use openpass_policy::{Decision, Entity, Operation, PolicyEngine, PolicySource};

const SCHEMA: &str = r#"namespace Flags {
    entity Person;
    entity Flag;
    action read in [OpenPass::Action::"routine"] appliesTo { principal: [Person], resource: [Flag] };
}"#;
const POLICY: &str =
    r#"permit (principal == Flags::Person::"ada", action == Flags::Action::"read", resource);"#;

fn main() -> Result<(), Box<dyn Error>> {
    let policies = [PolicySource::new("flags.cedar", POLICY)];
    let engine = PolicyEngine::builder()
        .host(SCHEMA)
        .person("Flags::Person")
        .policies(&policies)
        .build()?;
    let read = |who| {
        Operation::new("Flags::read")
            .by(Entity::new("Flags::Person", who))
            .on(Entity::new("Flags::Flag", "dark-mode"))
    };
    assert!(matches!(engine.decide(&read("ada")), Decision::Allow { .. }));
    assert!(matches!(engine.decide(&read("bob")), Decision::Deny(_)));
    Ok(())
}
