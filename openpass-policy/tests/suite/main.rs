//! Tests that people write for their policies.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test fails; clippy sees helpers as no tests"
)]

mod lists;
mod told;

use openpass_policy::{
    PolicyEngine, PolicySource,
    author::{CaseOutcome, SuiteReport, TestSuite},
};

const ENTITIES: &str = r"
entities:
  agents:
    claude: { tier: standard }
    boss: { tier: admin, canManageConfig: true }
  tokens:
    ci: { agentName: claude, allTools: true }
tests:
";

const HOURS: &str = r#"@id("hours") @doc("By day.")
    forbid (principal, action == OpenPass::Action::"createToken", resource)
    unless { context.time.minuteOfDay >= 540 && context.time.minuteOfDay < 1080 };"#;

fn engine(own: &str) -> PolicyEngine {
    PolicyEngine::with_policies(&[PolicySource::new("own.cedar", own)]).unwrap()
}

fn suite(text: &str) -> TestSuite {
    yaml_serde::from_str(text).unwrap()
}

fn run(tests: &str) -> SuiteReport {
    suite(&format!("{ENTITIES}{tests}")).run(&engine(HOURS))
}

/// Why the one case of `report` is broken.
#[track_caller]
fn broken(report: &SuiteReport) -> &str {
    assert!(!report.is_success());
    match &report.cases[0].outcome {
        CaseOutcome::Broken { problem } => problem,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_expected_passes() {
    let report = run(r#"
  - name: a person raises an agent by finger or passphrase
    request: { principal: user, action: widenAgent, resource: claude, context: { time: "mon 10:00" } }
    decision: biometry or passphrase
    reason: [guard.critical-needs-a-factor]
  - name: an agent without canManageConfig changes nothing
    request: { principal: "agent:claude", action: narrowAgent, resource: boss, context: { time: "mon 10:00" } }
    decision: deny
  - name: a y is not enough
    request:
      principal: user
      action: applyPolicy
      resource: own.cedar
      context: { authentication: { factor: confirm }, guard: { stepUp: confirm }, time: "mon 10:00" }
    decision: deny
  - name: a token by day
    request: { principal: user, action: createToken, resource: ci, context: { time: "mon 10:00", authentication: { factor: biometry } } }
    decision: allow
"#);
    assert!(report.is_success(), "{report}");
    assert!(
        report
            .to_string()
            .ends_with("4 tests: 4 passed, 0 failed\n")
    );
}

#[test]
fn a_failure_says_what_was_expected_what_came_and_which_policy_decided() {
    let report = run(r#"
  - name: a token by night
    request: { principal: user, action: createToken, resource: ci, context: { time: "mon 23:00" } }
    decision: biometry or passphrase
  - name: the wrong reason
    request: { principal: user, action: list, context: { time: "mon 23:00" } }
    decision: allow
    reason: [hours]
"#);
    assert!(!report.is_success());
    let text = report.to_string();
    for part in [
        "FAIL  a token by night\n    expected  biometry or passphrase\n    got       deny by hours\n",
        "own.cedar:1",
        "By day.",
        "it is Mon 10:00",
        "expected  allow by hours\n    got       allow by default.person",
        "2 tests: 0 passed, 2 failed",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn a_case_that_asks_nothing_sensible_fails() {
    let broken = [
        (
            "principal: user, action: widenAgents, resource: claude",
            "there is no action",
        ),
        (
            "principal: user, action: widenAgent, resource: clade",
            "there is no agent",
        ),
        ("principal: root, action: list", "neither `user` nor"),
        (
            "principal: user, action: createToken, resource: cd",
            "there is no token",
        ),
        ("principal: user, action: applyPolicy", "needs a resource"),
        (
            "principal: user, action: setConfigKey, resource: logging.level",
            "setRoutineConfigKey",
        ),
        (
            "principal: user, action: setConfigKey, resource: authMethod",
            "its action is `setAuthMethod`",
        ),
        (
            "principal: user, action: list, context: { time: noon }",
            "mon 09:30",
        ),
        (
            "principal: user, action: list, context: { channel: web }",
            "choose cli, mcp or other",
        ),
        (
            "principal: user, action: narrowAgent, resource: claude, context: { tier: { after: admin } }",
            "the action is `widenAgent`",
        ),
    ];
    for (request, problem) in broken {
        let report = run(&format!(
            "  - {{ name: x, request: {{ {request} }}, decision: deny }}\n"
        ));
        assert!(!report.is_success());
        let CaseOutcome::Broken { problem: said } = &report.cases[0].outcome else {
            panic!("{request}: {report}");
        };
        assert!(said.contains(problem), "{request}: {said}");
    }
}

#[test]
fn a_file_with_a_misspelt_field_or_without_tests_tests_nothing() {
    for text in [
        "tests: [{ name: x, request: { principal: user, action: list }, decisions: deny }]",
        "tests: [{ name: x, request: { principal: user, action: list, contxt: {} }, decision: deny }]",
        "tests: [{ name: x, request: { principal: user, action: list }, decision: maybe }]",
        "tets: []",
    ] {
        assert!(yaml_serde::from_str::<TestSuite>(text).is_err(), "{text}");
    }
    let nothing: TestSuite = yaml_serde::from_str("tests: []").unwrap();
    let report = nothing.run(&PolicyEngine::shipped().unwrap());
    assert!(!report.is_success());
    assert_eq!(report.to_string(), "the file holds no test\n");
}

#[test]
fn a6_a_case_without_a_time_is_broken_where_a_policy_looks_at_the_time() {
    let case = "tests: [{ name: x, request: { principal: user, action: createToken, resource: ci },
        decision: deny }]
entities: { tokens: { ci: { agentName: claude } } }
";
    let report = suite(case).run(&engine(HOURS));
    assert_eq!(
        broken(&report),
        "a policy looks at the time (hours): say `time: mon 10:00` for the file, or in this \
         case's context"
    );
    // The file's time is that of each case that does not say its own.
    let night = format!("{case}time: mon 23:00\n");
    assert!(suite(&night).run(&engine(HOURS)).is_success());
    let day = format!("{case}time: mon 10:00\n");
    let report = suite(&day).run(&engine(HOURS));
    assert!(!report.is_success());
    assert!(
        report
            .to_string()
            .contains("got       biometry or passphrase")
    );
    // A policy that does not look at the time needs none.
    let without = suite(case).run(&PolicyEngine::shipped().unwrap());
    assert!(
        without
            .to_string()
            .contains("got       biometry or passphrase")
    );
}

#[test]
fn a6_channel_attended_and_guard_hold_for_the_file_and_a_case_says_otherwise() {
    let own = r#"
        @id("mcp") forbid (principal, action == OpenPass::Action::"list", resource)
        when { context.channel == OpenPass::Channel::"mcp" };
        @id("alone") forbid (principal, action == OpenPass::Action::"show", resource)
        unless { context.attended };
        @id("confirm") forbid (principal, action == OpenPass::Action::"status", resource)
        when { context.guard.stepUp == OpenPass::StepUp::"confirm" };"#;
    let report = suite(
        "channel: mcp
attended: false
guard: { stepUp: confirm }
tests:
  - { name: a, request: { principal: user, action: list }, decision: deny, reason: [mcp] }
  - { name: b, request: { principal: user, action: list, context: { channel: cli } }, decision: allow }
  - { name: c, request: { principal: user, action: show }, decision: deny, reason: [alone] }
  - { name: d, request: { principal: user, action: show, context: { attended: true } }, decision: allow }
  - { name: e, request: { principal: user, action: status }, decision: deny, reason: [confirm] }
  - { name: f, request: { principal: user, action: status, context: { guard: { stepUp: biometry } } }, decision: allow }
",
    )
    .run(&engine(own));
    assert!(report.is_success(), "{report}");
}
