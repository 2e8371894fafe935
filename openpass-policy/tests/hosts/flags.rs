//! A tool for feature flags: its schema, its policies, and what it does.

use openpass_policy::{
    After, Before, Direction, EngineBuilder, Entity, Operation, PolicyEngine, PolicySource,
    StateDigest,
};

pub(crate) const FLAGS: &str = r#"
namespace Flags {
    entity Team;
    entity Person in [Team] = { oncall: Bool };
    entity Robot;
    entity Region;
    entity Environment in [Region];
    entity Flag in [Environment] tags String;

    action set appliesTo {
        principal: [Person, Robot], resource: [Flag], context: { percentAfter: Long }
    };
    action retire in [OpenPass::Action::"config"] appliesTo {
        principal: [Person, Robot], resource: [Flag]
    };
    action list in [OpenPass::Action::"routine"] appliesTo {
        principal: [Person, Robot], resource: [Region]
    };
    action setRules in [OpenPass::Action::"guardrails"] appliesTo {
        principal: [Person, Robot], resource: [Region]
    };
    action replaceKey in [OpenPass::Action::"credentials"] appliesTo {
        principal: [Person, Robot], resource: [Region]
    };
}"#;

/// Lets everybody do what the guards leave open.
pub(crate) const OPEN: &str = r#"@id("open") permit (principal in Flags::Team::"payments", action, resource);
       @id("robots") permit (principal is Flags::Robot, action, resource);"#;

/// An engine's parts, with `policies` beside [`OPEN`].
pub(crate) fn parts(policies: &str) -> EngineBuilder {
    let builder = PolicyEngine::builder().host(FLAGS).person("Flags::Person");
    let builder = builder.policies(&[PolicySource::new("open.cedar", OPEN)]);
    match policies {
        "" => builder,
        text => builder.policies(&[PolicySource::new("flags.cedar", text)]),
    }
}

pub(crate) fn engine(policies: &str) -> PolicyEngine {
    parts(policies).build().unwrap()
}

pub(crate) fn ada() -> Entity {
    Entity::new("Flags::Person", "ada")
        .with("oncall", true)
        .within("Flags::Team", "payments")
}

pub(crate) fn robot() -> Entity {
    Entity::new("Flags::Robot", "r2")
}

/// An environment in the region `eu`.
pub(crate) fn environment(name: &str) -> Entity {
    Entity::new("Flags::Environment", name).within("Flags::Region", "eu")
}

pub(crate) fn flag(environment_name: &str) -> Entity {
    let flag = Entity::new("Flags::Flag", "dark-mode").untagged();
    flag.inside(environment(environment_name))
}

pub(crate) fn state() -> StateDigest {
    StateDigest::of(&[b"0", b"30"])
}

/// Sets `flag` to 30 per cent, as `principal` asks.
pub(crate) fn set(principal: Entity, flag: Entity) -> Operation {
    Operation::new("Flags::set")
        .by(principal)
        .on(flag)
        .with("percentAfter", 30)
        .changing("percent", Before("0"), After("30"), Direction::Widens)
        .onto(state())
}

/// `action` on the region `eu`, as `principal` asks.
pub(crate) fn on_region(action: &'static str, principal: Entity) -> Operation {
    let region = Entity::new("Flags::Region", "eu");
    Operation::new(action)
        .by(principal)
        .on(region)
        .onto(state())
}
