//! What an engine shows of itself: its schema, and each policy's text.
#![expect(clippy::unwrap_used, reason = "a test")]

use cedar_policy::{PolicySet, Schema, ValidationMode, Validator};
use openpass_policy::{EngineBuilder, PolicyEngine, PolicySource};

const FLAGS: &str = r#"
namespace Flags {
    entity Flag;
    action set appliesTo { principal: [OpenPass::User], resource: [Flag], context: { share: Long } };
}"#;

/// Whether `policy` fits the schema that `builder` shows.
fn fits(builder: &EngineBuilder, policy: &str) -> bool {
    let text = builder.schema_text().unwrap();
    let (schema, _) = Schema::from_cedarschema_str(&text).unwrap();
    let policies: PolicySet = policy.parse().unwrap();
    let result = Validator::new(schema).validate(&policies, ValidationMode::Strict);
    result.validation_passed_without_warnings()
}

#[test]
fn a12_the_schema_is_cedars_own_text_with_what_a_host_adds_whole() {
    let shipped = PolicyEngine::builder();
    let text = shipped.schema_text().unwrap();
    assert_eq!(text, include_str!("../schema/openpass.cedarschema"));
    let good = r#"forbid (principal, action in OpenPass::Action::"critical", resource)
        when { context.time.weekday > 5 };"#;
    assert!(fits(&shipped, good));
    assert!(!fits(&shipped, &good.replace("weekday", "hour")));
    // Of the host's action too, whose fragment does not declare the common part.
    let on_flags = r#"forbid (principal, action == Flags::Action::"set", resource)
        when { context.share > 50 && context.time.weekday > 5 };"#;
    let host = PolicyEngine::builder().host(FLAGS).channel("web");
    assert!(fits(&host, on_flags));
    assert!(fits(&host, good));
    let web = r#"forbid (principal, action, resource)
        when { context.channel == OpenPass::Channel::"web" };"#;
    assert!(fits(&host, web) && !fits(&shipped, web));
    let broken = PolicyEngine::builder().host("namespace X { entity");
    assert!(broken.schema_text().is_err());
}

#[test]
fn a12_a_policy_is_shown_as_it_is_written() {
    let own = "// before\n@id(\"own\")\n@doc(\"It says.\")\nforbid ( // inside\n  principal,\n\taction,\n  resource\n)\nwhen   { context.attended };\npermit (principal, action, resource);\n";
    let engine = PolicyEngine::with_policies(&[PolicySource::new("own.cedar", own)]).unwrap();
    for policy in engine.policies() {
        let text = engine.text(&policy.id).unwrap();
        let there = policy.shipped || own.contains(text.trim());
        assert!(there && text.trim_end().ends_with(';'), "{text}");
    }
    let own = engine
        .policies()
        .find(|it| it.id.as_str() == "own")
        .unwrap();
    let text = engine.text(&own.id).unwrap();
    assert!(
        text.contains("forbid ( // inside\n") && text.contains("when   {"),
        "{text}"
    );
    assert!(!text.contains("permit"), "{text}");
}

#[test]
fn a12_a_misspelt_id_has_a_closest_one_and_nonsense_has_none() {
    let own =
        r#"@id("office-hours") forbid (principal, action, resource) when { !context.attended };"#;
    let engine = PolicyEngine::with_policies(&[PolicySource::new("own.cedar", own)]).unwrap();
    let closest = |id: &str| engine.closest(id).map(|policy| policy.id.as_str());
    for id in [
        "office-hour",
        "Office-Hours",
        "ofice-huors",
        "hours",
        "office",
    ] {
        assert_eq!(closest(id), Some("office-hours"), "{id}");
    }
    assert_eq!(closest("default.persons"), Some("default.person"));
    let long = "x".repeat(100_000);
    for id in ["", "x", "zebra-crossing", "\u{1b}[2J", long.as_str()] {
        assert_eq!(closest(id), None, "{id}");
    }
}
