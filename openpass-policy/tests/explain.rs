//! Decisions that explain themselves.
#![expect(clippy::unwrap_used, reason = "a test")]

mod common;

use openpass_policy::{
    Action, AuthFactor, Decision, GuardSettings, PolicyEngine, PolicySource, Request, SealGrade,
    WallTime,
    author::{Explanation, Role},
};

fn explain(own: &str, action: Action, request: Request, factor: Option<AuthFactor>) -> Explanation {
    let sources = [PolicySource::new("own.cedar", own)];
    let engine = PolicyEngine::with_policies(if own.is_empty() { &[] } else { &sources }).unwrap();
    let target = common::agent("codex", false);
    let given = factor.map(Into::into);
    engine.explain(&common::operation(action, request, &target), given)
}

fn person() -> Request {
    common::by_person(GuardSettings::default())
}

fn agent(can_manage: bool) -> Request {
    common::by_agent(
        common::agent("claude", can_manage),
        GuardSettings::default(),
    )
}

fn nearest(explanation: &Explanation) -> Vec<String> {
    let sets = explanation.nearest.iter();
    sets.map(|set| {
        let parts: Vec<String> = set.iter().map(ToString::to_string).collect();
        parts.join(" + ")
    })
    .collect()
}

#[test]
fn what_it_takes_and_the_policy_that_asks_for_it_are_named_with_their_place() {
    let explanation = explain("", Action::WidenAgent, person(), None);
    assert_eq!(
        explanation.to_string(),
        r#"To raise agent "codex" from standard to admin (1 more power)
  asked by  the person, through cli
  decision  takes biometry or passphrase

needs a person by guard.critical-needs-a-factor
  guards.cedar:9
  A critical change needs an answer from a person, or a setting that says otherwise.
"#
    );
    let json = serde_json::to_value(&explanation).unwrap();
    assert_eq!(json["decision"], "require-biometry");
    assert_eq!(json["deciding"][0]["file"], "guards.cedar");
    assert_eq!(json["deciding"][0]["role"], "asks-for-a-person");
}

#[test]
fn a_denied_agent_is_told_the_nearest_change() {
    let explanation = explain("", Action::WidenAgent, agent(false), None);
    assert!(matches!(explanation.decision, Decision::Deny(_)));
    assert!(explanation.deciding.iter().any(|deciding| {
        deciding.policy.id.as_str() == "guard.agents-need-can-manage-config"
            && deciding.role == Role::Forbids
    }));
    assert_eq!(
        nearest(&explanation),
        [
            "the agent that asks has canManageConfig",
            "the person asks, at the command line"
        ]
    );
    // No power of its own would let it apply a policy.
    let explanation = explain("", Action::ApplyPolicy, agent(true), None);
    assert_eq!(
        nearest(&explanation),
        ["the person asks, at the command line"]
    );
}

#[test]
fn a_factor_that_is_not_enough_is_told_which_would_be_and_which_setting() {
    let explanation = explain("", Action::WidenAgent, person(), Some(AuthFactor::Confirm));
    assert!(!explanation.with_factor.unwrap().allowed);
    assert_eq!(
        nearest(&explanation),
        [
            "biometry is given",
            "the passphrase is given",
            "the guard's settings say step_up: confirm"
        ]
    );
    let explanation = explain("", Action::WidenAgent, person(), Some(AuthFactor::Biometry));
    assert!(explanation.with_factor.unwrap().allowed);
    assert_eq!(explanation.deciding[0].policy.id.as_str(), "default.person");
    assert!(explanation.nearest.is_empty());
}

#[test]
fn a_rule_of_ones_own_is_named_with_its_line_and_can_be_lifted() {
    let own = "\n\n@id(\"hours\")\n@doc(\"Only by day.\")\n\
        forbid (principal, action, resource) when { context.time.minuteOfDay > 1080 };";
    let night = person().at(WallTime::new(1, 23 * 60));
    let explanation = explain(own, Action::WidenAgent, night, None);
    let deciding = &explanation.deciding[0].policy;
    assert_eq!((deciding.file.as_str(), deciding.line), ("own.cedar", 3));
    assert_eq!(deciding.doc.as_deref(), Some("Only by day."));
    assert_eq!(
        nearest(&explanation),
        [
            "it is Mon 10:00",
            "it is Sat 10:00",
            "the policy hours is not in force"
        ]
    );
}

#[test]
fn a_rule_that_cannot_be_evaluated_is_named_and_can_be_lifted() {
    let own = "@id(\"overflow\") forbid (principal, action, resource)
        when { context.time.weekday + 9223372036854775807 > 0 };";
    let day = person().at(WallTime::new(1, 0));
    let explanation = explain(own, Action::List, day, None);
    assert_eq!(explanation.deciding[0].role, Role::Failed);
    assert_eq!(
        nearest(&explanation),
        ["the policy overflow is not in force"]
    );
}

#[test]
fn rules_that_hide_behind_one_that_cannot_be_evaluated_are_named_with_it() {
    let own = "@id(\"overflow\") forbid (principal, action, resource)
        when { context.time.weekday + 9223372036854775807 > 0 };
        @id(\"closed\") forbid (principal, action, resource);";
    let day = person().at(WallTime::new(1, 0));
    assert_eq!(
        nearest(&explain(own, Action::WidenAgent, day, None)),
        ["the policy closed is not in force + the policy overflow is not in force"]
    );
}

#[test]
fn a_hundred_rules_in_the_way_are_more_than_any_three_changes() {
    let own: String = (0..100)
        .map(|number| format!("@id(\"closed-{number}\") forbid (principal, action, resource);\n"))
        .collect();
    let explanation = explain(&own, Action::WidenAgent, person(), None);
    assert_eq!(explanation.deciding.len(), 100);
    assert!(explanation.nearest.is_empty());
    let text = explanation.to_string();
    assert!(
        text.ends_with("No change of circumstances would allow it.\n"),
        "{text}"
    );
}

#[test]
fn a_rule_about_what_stands_behind_the_state_is_told_which_seal_would_do() {
    let own = r#"@id("signed-first") forbid (principal, action, resource)
        when { context.guard.sealed != OpenPass::SealGrade::"signed" };"#;
    let asked = |grade| {
        let request = common::by_person(GuardSettings::default().sealed(grade));
        explain(own, Action::WidenAgent, request, Some(AuthFactor::Biometry))
    };
    for grade in [SealGrade::None, SealGrade::Logged] {
        let nearest = nearest(&asked(grade));
        let wanted = "what was approved has a signed seal".to_owned();
        assert!(nearest.contains(&wanted), "{grade}: {nearest:?}");
    }
    let given = asked(SealGrade::Signed).with_factor.unwrap();
    assert!(given.allowed);
}
