//! Tests that people write for their policies.
#![expect(clippy::unwrap_used, reason = "a test")]

use openpass_policy::{
    AgentRef, PolicyEngine, PolicySource, Tier, TokenRef,
    author::{CaseOutcome, Coverage, OwnSamples, SuiteReport, TestSuite},
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

#[test]
fn a10_a_case_with_lists_is_asked_for_each_combination_and_the_one_that_fails_is_named() {
    let report = run(r#"
  - name: a token, whenever and whoever
    request:
      principal: [user, "agent:boss"]
      action: [createToken, rotateToken]
      resource: [ci]
      context: { time: ["mon 10:00", "mon 23:00"] }
    decision: biometry or passphrase
"#);
    assert_eq!(report.cases[0].combinations, 8);
    let CaseOutcome::Failed {
        combination,
        others,
        more,
        ..
    } = &report.cases[0].outcome
    else {
        panic!("{report}");
    };
    let first = "principal: user, action: createToken, time: mon 23:00";
    assert_eq!(combination.as_deref(), Some(first));
    let next = "principal: agent:boss, action: createToken, time: mon 23:00: deny by hours";
    assert_eq!((others.as_slice(), *more), (&[next.to_owned()][..], 0));
    let text = report.to_string();
    for part in [
        "FAIL  a token, whenever and whoever (8 combinations)\n    with      principal: user, ",
        "    also      principal: agent:boss, action: createToken",
        "1 test: 0 passed, 1 failed",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let broken_one = run(r#"
  - name: x
    request: { principal: [user, "agent:nobody"], action: list, context: { time: "mon 10:00" } }
    decision: allow
"#);
    assert!(broken(&broken_one).ends_with("(with principal: agent:nobody)"));
}

#[test]
fn a10_every_value_of_a_request_may_be_a_list() {
    let report = run(r#"
  - name: each
    request:
      principal: [user]
      action: [createToken]
      resource: [ci]
      context:
        authentication: { factor: [biometry, passphrase] }
        channel: [cli, mcp]
        attended: [true, false]
        guard: { stepUp: [biometry, passphrase], unattended: [passphrase, refuse] }
        time: ["mon 10:00", "fri 17:59"]
    decision: allow
  - name: tiers
    request: { principal: user, action: widenAgent, resource: claude, context: { time: "mon 10:00", tier: { after: [admin, custom] } } }
    decision: biometry or passphrase
  - name: methods
    request: { principal: user, action: setAuthMethod, context: { time: "mon 10:00", method: { after: [passphrase, touchid] } } }
    decision: biometry or passphrase
"#);
    assert!(report.is_success(), "{report}");
    let asked: Vec<usize> = report.cases.iter().map(|case| case.combinations).collect();
    assert_eq!(asked, [64, 2, 2]);
}

#[test]
fn a10_a_file_asks_for_no_more_than_so_many_combinations() {
    let times: Vec<String> = (0..60)
        .map(|minute| format!("\"mon 10:{minute:02}\""))
        .collect();
    let times = times.join(", ");
    let many = "user, ".repeat(200);
    let case = format!(
        "{{ name: x, request: {{ principal: [{many}], action: list, context: {{ time: [{times}] }} }}, decision: allow }}"
    );
    let report = suite(&format!("tests: [{case}]")).run(&PolicyEngine::shipped().unwrap());
    assert!(broken(&report).contains("12000 combinations"), "{report}");
    // What overflows is more than any bound.
    let lists = vec!["list"; 1000].join(", ");
    let huge = format!(
        "time: [{times}]
channel: [{c}]
attended: [{a}]
tests: [{{ name: x, request: {{ principal: [{many}], action: [{lists}], resource: [{many}], context: {{
    authentication: {{ factor: [{f}] }}, tier: {{ after: [{lists}] }}, method: {{ after: [{lists}] }},
    guard: {{ stepUp: [{lists}], unattended: [{lists}] }} }} }}, decision: allow }}]",
        c = vec!["cli"; 1000].join(", "),
        a = vec!["true"; 1000].join(", "),
        f = vec!["none"; 1000].join(", "),
    );
    let report = suite(&huge).run(&PolicyEngine::shipped().unwrap());
    assert!(broken(&report).contains("more than 10000"), "{report}");
}

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
        agent_name: "bot9".to_owned(),
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

const THREE: &str = r#"
    @id("permits") permit (principal is OpenPass::Agent, action == OpenPass::Action::"setConfigKey", resource);
    @id("no-mcp") forbid (principal, action == OpenPass::Action::"list", resource)
    when { context.channel == OpenPass::Channel::"mcp" };
    @id("finger") forbid (principal, action == OpenPass::Action::"createToken", resource)
    when { context.authentication.factor == OpenPass::AuthFactor::"passphrase" };"#;

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
        said.contains("3 of 3 decided in no test:\n  finger at own.cedar:5\n"),
        "{said}"
    );
    text += "  - { name: b, request: { principal: user, action: list, context: { channel: mcp } }, decision: deny }\n";
    // It decides only in that the passphrase is not asked for.
    text += "  - { name: c, request: { principal: user, action: createToken, resource: ci }, decision: biometry }\n";
    let said = told(&text).to_string();
    assert!(
        said.contains("1 of 3 decided in no test:\n  permits at own.cedar:2\n"),
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
fn a10_hostile_values_are_told_and_shown_escaped() {
    let evil = "\"\\e[2J\\u202e\\nPASS  forged\"";
    let report = run(&format!(
        "
  - name: {evil}
    request: {{ principal: {evil}, action: list, context: {{ time: [\"mon 10:00\", {evil}] }} }}
    decision: deny
"
    ));
    assert!(!report.is_success());
    let text = report.to_string();
    assert!(
        !text.contains(['\u{1b}', '\u{202e}']) && !text.contains("\nPASS"),
        "{text}"
    );
    for shape in [
        "principal: []",
        "principal: {}",
        "principal: [[user]]",
        "principal: ~",
        "principal: 1",
        "action: []",
        "context: { time: [] }",
        "context: { attended: [yes] }",
        "context: { attended: 1 }",
        "context: { authentication: { factor: [finger] } }",
        "context: { authentication: biometry }",
        "context: { guard: { stepUp: {} } }",
        "context: []",
    ] {
        let mut request = vec!["principal: user", "action: list"];
        request.retain(|field| !shape.starts_with(field.split(':').next().unwrap()));
        request.push(shape);
        let request = request.join(", ");
        let case = format!("tests: [{{ name: x, request: {{ {request} }}, decision: deny }}]");
        assert!(yaml_serde::from_str::<TestSuite>(&case).is_err(), "{shape}");
    }
}
