//! Tests that people write for their policies.
#![expect(clippy::unwrap_used, reason = "a test")]

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

fn run(tests: &str) -> SuiteReport {
    let own = r#"@id("hours") @doc("By day.")
        forbid (principal, action == OpenPass::Action::"createToken", resource)
        unless { context.time.minuteOfDay >= 540 && context.time.minuteOfDay < 1080 };"#;
    let engine = PolicyEngine::with_policies(&[PolicySource::new("own.cedar", own)]).unwrap();
    let suite: TestSuite = yaml_serde::from_str(&format!("{ENTITIES}{tests}")).unwrap();
    suite.run(&engine)
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
            "operation that is theirs",
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
