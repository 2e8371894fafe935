//! Policies, schema fragments and imported rules: what loads forbids what the guards
//! forbid, and what does not load says why without harm.

use openpass_policy::{
    AgentRef, Channel, Decision, Effect, Entity, GuardSettings, Operation, PolicyEngine,
    PolicyLoadError, PolicySource, Principal, Request, StateDigest, Tier,
};
use openpass_policy_yaml::{ImportOptions, YamlSource, data_schema, import as import_rules};

use crate::{feed, shown::assert_lines_are_harmless};

const PERMIT_ALL: &str = "@id(\"all\") permit (principal, action, resource);";

pub(crate) fn policy(bytes: &[u8]) {
    let built = PolicySource::from_bytes("own.cedar", bytes.to_vec()).and_then(|own| {
        PolicyEngine::builder()
            .policy(own)
            .policy(PolicySource::new("all.cedar", PERMIT_ALL))
            .build()
    });
    if let Some(engine) = loaded(built) {
        the_guards_hold(&engine);
    }
}

pub(crate) fn fragment(bytes: &[u8]) {
    let built = PolicySource::from_bytes("own.cedarschema", bytes.to_vec()).and_then(|own| {
        PolicyEngine::builder()
            .host(own)
            .policy(PolicySource::new("all.cedar", PERMIT_ALL))
            .build()
    });
    let Some(engine) = loaded(built) else {
        return;
    };
    the_guards_hold(&engine);
    // An action that says no group is critical; `routine` and `config` alone are less.
    let text = feed::text(bytes);
    if text.contains("routine") || text.contains("config") {
        return;
    }
    let own = Operation::new("Flags::set")
        .by(Entity::new("Flags::Person", "ada"))
        .on(Entity::new("Flags::Flag", "dark-mode"))
        .onto(StateDigest::of(&[b"now"]));
    let decision = engine.decide(&own);
    assert!(!matches!(decision, Decision::Allow { .. }), "{decision:?}");
}

pub(crate) fn import(bytes: &[u8]) {
    let options = ImportOptions::new().allow_narrower(bytes.len() % 2 == 1);
    let imported = match import_rules(&[YamlSource::new("rules.yaml", bytes)], options) {
        Ok(imported) => imported,
        Err(error) => return assert_lines_are_harmless(&error.to_string()),
    };
    imported
        .notes
        .iter()
        .for_each(|note| assert_lines_are_harmless(note));
    let engine = PolicyEngine::builder()
        .host(data_schema())
        .policies(&[imported.source("rules.cedar")])
        .build();
    let engine = engine.unwrap_or_else(|error| panic!("{error}\n{}", imported.text));
    // No name, path or comment became a policy.
    for own in engine.policies().filter(|it| !it.shipped) {
        let id = own.id.as_str();
        let from_a_rule = imported.policies.iter().any(|it| it.id == id);
        assert!(
            from_a_rule || id.starts_with("import."),
            "{id}\n{}",
            imported.text
        );
    }
    the_guards_hold(&engine);
}

fn loaded(built: Result<PolicyEngine, PolicyLoadError>) -> Option<PolicyEngine> {
    match built {
        Ok(engine) => Some(engine),
        Err(error) => {
            assert_lines_are_harmless(&error.to_string());
            None
        }
    }
}

/// Panics if the engine allows a critical change without proof, a change of policy by an
/// agent, or a change of the configuration by an agent without the power to ask for it.
fn the_guards_hold(engine: &PolicyEngine) {
    let effect = || Effect::new(Vec::new(), StateDigest::of(&[b"now"]));
    let person = || Request::by_person("v", GuardSettings::default());
    let agent = |manages| {
        let mut request = person();
        request.principal = Principal::Agent(AgentRef::new("codex", Tier::Admin, manages));
        request.channel = Channel::Mcp;
        request
    };
    let raise = |request| {
        let codex = AgentRef::new("hermes", Tier::ReadOnly, false);
        Operation::change_agent(request, codex, Tier::Admin, effect())
    };
    for asked in [
        raise(person()),
        Operation::apply_policy(person(), "a", effect()),
    ] {
        let decision = engine.decide(&asked);
        assert!(!matches!(decision, Decision::Allow { .. }), "{decision:?}");
    }
    let by_agents = [
        raise(agent(false)),
        Operation::apply_policy(agent(true), "a", effect()),
        Operation::change_guard_settings(agent(true), effect()),
    ];
    for asked in by_agents {
        let decision = engine.decide(&asked);
        assert!(matches!(decision, Decision::Deny(_)), "{decision:?}");
    }
}
