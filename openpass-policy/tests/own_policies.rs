//! A user's own policies beside the guards.
#![expect(clippy::unwrap_used, reason = "a test")]
#![expect(clippy::panic, reason = "a test")]

mod common;

use openpass_policy::{
    Action, AuthFactor, Decision, Denial, GuardSettings, PolicyEngine, PolicyLoadError,
    PolicySource,
};

fn with(text: &str) -> Result<PolicyEngine, PolicyLoadError> {
    PolicyEngine::with_policies(&[PolicySource::new("own.cedar", text)])
}

#[test]
fn case_16_a_forbid_that_errors_at_run_time_denies() {
    // Valid, and it overflows: Cedar would skip it and allow.
    let overflow = format!(
        "forbid (principal is OpenPass::Agent, action, resource)
         when {{ principal.tier + {} > 0 }};",
        i64::MAX
    );
    let engine = with(&overflow).unwrap();
    let request = common::by_agent(common::agent("claude", true), GuardSettings::default());
    let target = common::agent("codex", false);
    let operation = common::operation(Action::WidenAgent, request, &target);
    assert!(matches!(
        engine.decide(&operation),
        Decision::Deny(Denial::PolicyErrors { .. })
    ));
    let denial = engine
        .decide_with(&operation, AuthFactor::Biometry)
        .unwrap_err();
    assert!(matches!(denial, Denial::PolicyErrors { .. }));
}

#[test]
fn case_17_a_policy_that_permits_everything_overrides_no_guard() {
    let shipped = PolicyEngine::shipped().unwrap();
    let engine = with("permit (principal, action, resource);").unwrap();
    let target = common::agent("codex", false);
    for action in Action::ALL {
        for can_manage in [false, true] {
            let agent = common::agent("claude", can_manage);
            let request = common::by_agent(agent, GuardSettings::default());
            let operation = common::operation(action, request, &target);
            for factor in AuthFactor::ALL {
                let shipped = shipped.decide_with(&operation, factor);
                let permissive = engine.decide_with(&operation, factor);
                if matches!(shipped, Err(Denial::Forbidden { .. })) {
                    assert!(permissive.is_err(), "{action} {factor}");
                }
            }
        }
    }
}

#[test]
fn case_18_what_does_not_fit_the_schema_does_not_load() {
    let broken = [
        (
            "a misspelt attribute",
            "permit (principal, action, resource) when { context.authentication.facter == OpenPass::AuthFactor::\"biometry\" };",
        ),
        (
            "a misspelt action",
            "permit (principal, action == OpenPass::Action::\"widenAgents\", resource);",
        ),
        (
            "a misspelt factor",
            "permit (principal, action, resource) when { context.authentication.factor == OpenPass::AuthFactor::\"biometrics\" };",
        ),
        (
            "a string for a factor",
            "permit (principal, action, resource) when { context.authentication.factor == \"biometry\" };",
        ),
    ];
    for (what, text) in broken {
        assert!(
            matches!(with(text), Err(PolicyLoadError::Invalid(_))),
            "{what}"
        );
    }
    let taken = "@id(\"guard.agents-need-a-person\") permit (principal, action, resource);";
    assert!(matches!(
        with(taken),
        Err(PolicyLoadError::DuplicateId { .. })
    ));
    let template = "permit (principal == ?principal, action, resource);";
    assert!(matches!(
        with(template),
        Err(PolicyLoadError::Template { .. })
    ));
    assert!(matches!(
        with("permit ("),
        Err(PolicyLoadError::Syntax { .. })
    ));
}

#[test]
fn a_rule_of_ones_own_can_ask_for_biometry_alone() {
    let engine = with(
        r#"@id("biometry-for-admin")
        forbid (principal, action == OpenPass::Action::"widenAgent", resource)
        when { context.tier.after >= 2 }
        unless { context.authentication.factor == OpenPass::AuthFactor::"biometry" };"#,
    )
    .unwrap();
    let request = common::by_person(GuardSettings::default());
    let operation = common::operation(Action::WidenAgent, request, &common::agent("codex", false));
    let Decision::RequireBiometry { accepts, policies } = engine.decide(&operation) else {
        panic!("{:?}", engine.decide(&operation));
    };
    assert_eq!(accepts.to_string(), "biometry");
    assert!(
        policies
            .iter()
            .any(|id| id.as_str() == "biometry-for-admin")
    );
}
