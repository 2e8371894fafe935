//! Cases with lists, and values that nobody should write.

use openpass_policy::{
    PolicyEngine,
    author::{CaseOutcome, TestSuite},
};

use crate::{broken, run, suite};

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
