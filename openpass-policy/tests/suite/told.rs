//! Reasons, a vault's agents, coverage, and what a failure is told.

use openpass_policy::{
    AgentRef, PolicyEngine, Tier, TokenRef,
    author::{Coverage, OwnSamples, TestSuite},
};

use crate::{HOURS, broken, engine, run, suite};

const THREE: &str = r#"
    @id("permits") permit (principal is OpenPass::Agent, action == OpenPass::Action::"setConfigKey", resource);
    @id("no-mcp") forbid (principal, action == OpenPass::Action::"list", resource)
    when { context.channel == OpenPass::Channel::"mcp" };
    @id("finger") forbid (principal, action == OpenPass::Action::"createToken", resource)
    when { context.authentication.factor == OpenPass::AuthFactor::"passphrase" };"#;

#[test]
fn a10_a_reason_may_name_some_among_others_or_some_that_are_not() {
    let with = |reason: &str| {
        run(&format!(
            r#"
  - name: x
    request: {{ principal: "agent:claude", action: createToken, resource: ci, context: {{ time: "mon 23:00" }} }}
    decision: deny
    reason: {reason}
"#
        ))
    };
    for good in [
        "{ includes: [hours] }",
        "{ excludes: [default.person] }",
        "{ includes: [hours], excludes: [default.agent-looks] }",
    ] {
        assert!(with(good).is_success(), "{good}: {}", with(good));
    }
    let said = with("{ includes: [default.person, hours] }").to_string();
    assert!(
        said.contains("expected  deny by default.person, hours among others"),
        "{said}"
    );
    let said = with("{ excludes: [hours] }").to_string();
    assert!(said.contains("expected  deny not by hours"), "{said}");
    // It would pass whatever decides.
    let report = with("{ excludes: [huors] }");
    assert!(broken(&report).contains("there is no policy `huors`"));
    for shape in ["{}", "hours", "{ include: [hours] }", "{ includes: hours }"] {
        let case = format!(
            "tests: [{{ name: x, request: {{ principal: user, action: list }}, decision: deny, reason: {shape} }}]"
        );
        assert!(yaml_serde::from_str::<TestSuite>(&case).is_err(), "{shape}");
    }
}

#[test]
fn a10_a_file_takes_the_agents_and_tokens_of_a_vault_all_of_them() {
    let text = |entities: &str| {
        format!(
            "entities: {entities}
tests:
  - {{ name: a, request: {{ principal: \"agent:bot9\", action: list }}, decision: allow }}
  - {{ name: b, request: {{ principal: user, action: revokeToken, resource: tok }}, decision: biometry or passphrase }}
  - {{ name: c, request: {{ principal: \"agent:mine\", action: widenAgent, resource: bot0 }}, decision: deny }}
"
        )
    };
    let shipped = PolicyEngine::shipped().unwrap();
    let agents = (0..10).map(|n| AgentRef::new(format!("bot{n}"), Tier::Standard, false));
    let token = TokenRef {
        id: "tok".to_owned(),
        agent: AgentRef::unknown("bot9"),
        all_tools: true,
    };
    let own = OwnSamples::new(agents.collect(), vec![token]);
    let both = text("{ from: vault, agents: { mine: { tier: admin }, bot0: { tier: admin } } }");
    let report = suite(&both).with_own(own.clone()).run(&shipped);
    assert!(report.is_success(), "{report}");
    let report = suite(&text("vault")).with_own(own.clone()).run(&shipped);
    assert_eq!(report.passed(), 2, "{report}");
    // Without a vault, and where it cannot be read, it is said.
    let report = suite(&text("vault")).run(&shipped);
    assert!(
        broken(&report).contains("there is no vault here"),
        "{report}"
    );
    let unread = own
        .clone()
        .without(vec!["the agents (config.yaml cannot be read)"]);
    let report = suite(&text("vault")).with_own(unread).run(&shipped);
    assert!(
        broken(&report).contains("config.yaml cannot be read"),
        "{report}"
    );
    // A file that does not take them has none of them.
    let report = suite(&text("{}")).with_own(own).run(&shipped);
    assert_eq!(report.passed(), 0, "{report}");
    assert!(yaml_serde::from_str::<TestSuite>(&text("vaults")).is_err());
}

#[test]
fn a10_what_no_test_reached_is_told_by_id_and_place() {
    let engine = engine(THREE);
    let mut text = "entities: { tokens: { ci: { agentName: c } }, agents: { c: { tier: admin, canManageConfig: true } } }
tests:
  - { name: a, request: { principal: user, action: list }, decision: allow }
"
    .to_owned();
    let told = |text: &str| {
        let report = suite(text).run(&engine);
        assert!(report.is_success(), "{report}");
        Coverage::of(&engine, [&report])
    };
    let none = told(&text);
    assert_eq!((none.policies, none.untested.len()), (3, 3));
    assert!(!none.is_whole());
    let said = none.to_string();
    assert!(
        said.contains("3 of your 3 policies decided in no test:\n  finger at own.cedar:5\n"),
        "{said}"
    );
    text += "  - { name: b, request: { principal: user, action: list, context: { channel: mcp } }, decision: deny }\n";
    // It decides only in that the passphrase is not asked for.
    text += "  - { name: c, request: { principal: user, action: createToken, resource: ci }, decision: biometry }\n";
    let said = told(&text).to_string();
    assert!(
        said.contains("1 of your 3 policies decided in no test:\n  permits at own.cedar:2\n"),
        "{said}"
    );
    text += "  - { name: d, request: { principal: \"agent:c\", action: setConfigKey, resource: mcp.bind }, decision: biometry or passphrase }\n";
    let all = told(&text);
    assert!(all.is_whole(), "{all}");
    assert_eq!(
        all.to_string(),
        "Coverage: each of your 3 policies decided in a test\n"
    );
}

#[test]
fn a10_a_failure_that_was_not_told_the_nearest_change_is_not_told_that_there_is_none() {
    let case = "{ name: x, request: { principal: user, action: createToken, resource: ci }, decision: allow }";
    let cases = vec![case; 30].join(", ");
    let text = format!(
        "time: mon 23:00\nentities: {{ tokens: {{ ci: {{ agentName: claude }} }} }}\ntests: [{cases}]"
    );
    let said = suite(&text).run(&engine(HOURS)).to_string();
    assert_eq!(said.matches("got       deny by hours").count(), 30);
    assert_eq!(said.matches("The answer would be different if").count(), 20);
    assert!(!said.contains("No change of circumstances"), "{said}");
}

/// Where a sum overflows, what the policy is about is denied: a test that expects a
/// denial has not seen the rule work.
#[test]
fn a10_a_policy_that_fails_is_not_the_denial_that_a_test_expects() {
    let sums = r#"@id("sums") permit (principal, action == OpenPass::Action::"removeAgent", resource)
        when { context.time.minuteOfDay + 9223372036854774800 > 0 };"#;
    let tests = suite(
        "entities: { agents: { codex: { tier: standard } } }\n\
         tests:\n\
         - name: late\n  \
           request: { principal: user, action: removeAgent, resource: codex, context: { time: \"fri 23:00\" } }\n  \
           decision: deny\n",
    );
    let report = tests.run(&engine(sums));
    assert!(!report.is_success(), "{report}");
    assert!(
        report.to_string().contains("sums could not be evaluated"),
        "{report}"
    );
}
