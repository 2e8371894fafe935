//! What a person is asked: who asks for what, on what, and all that it gives.
#![expect(
    clippy::unwrap_used,
    reason = "a panic is how a test fails; clippy sees helpers as no tests"
)]

mod common;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures_lite::future::block_on;
use openpass_auth::{
    AuthError, Authenticator, CancelledBy, Challenge, Detail, Evidence, Factor, FactorSet, Line,
    SafeText, ShownChange, Unavailable,
};
use openpass_policy::{
    Action, After, AuditEvent, Before, Direction, Effect, Entity, FieldChange, Guard,
    GuardSettings, MemorySink, Operation, PolicyEngine, PolicySource, StateDigest, Tier,
};

/// What a person would have seen.
#[derive(Debug, Default, Clone)]
struct Seen {
    statement: String,
    summary: String,
    tally: Option<String>,
    details: Vec<Detail>,
    notices: Vec<String>,
}

impl Seen {
    fn changes(&self) -> Vec<&ShownChange> {
        let changes = self.details.iter().filter_map(|detail| match detail {
            Detail::Change(change) => Some(change),
            _ => None,
        });
        changes.collect()
    }
}

/// Reads the question, and says yes or no.
#[derive(Debug, Default)]
struct Reads {
    seen: Mutex<Seen>,
    says_yes: bool,
}

#[async_trait]
impl Authenticator for Reads {
    fn name(&self) -> &'static str {
        "reads"
    }
    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::Passphrase)
    }
    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }
    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        *self.seen.lock().unwrap() = Seen {
            statement: challenge.statement().to_string(),
            summary: challenge.summary().to_string(),
            tally: challenge.tally().map(ToString::to_string),
            details: challenge.details().to_vec(),
            notices: challenge
                .notices()
                .iter()
                .map(ToString::to_string)
                .collect(),
        };
        if self.says_yes {
            return Ok(Evidence::assertion(challenge, Factor::Passphrase));
        }
        Err(AuthError::Cancelled(CancelledBy::Person))
    }
}

fn asked(operation: Operation) -> Seen {
    asked_by(PolicyEngine::shipped().unwrap(), operation)
}

fn asked_by(engine: PolicyEngine, operation: Operation) -> Seen {
    let reads = Arc::new(Reads::default());
    let guard = Guard::new(Arc::new(engine), reads.clone(), Arc::new(MemorySink::new()));
    drop(block_on(guard.authorize(operation)));
    let seen = reads.seen.lock().unwrap().clone();
    assert!(!seen.statement.is_empty(), "nobody was asked");
    seen
}

fn change_codex(changes: Vec<FieldChange>) -> Operation {
    let effect = Effect::new(changes, StateDigest::of(&[]));
    let request = common::by_person(GuardSettings::default());
    let agent = common::agent("codex", false);
    Operation::change_agent(request, agent, Tier::Standard, effect)
}

fn field(name: String, after: &str, direction: Direction) -> FieldChange {
    FieldChange::new(name, Before(None), After(Some(after.to_owned())), direction)
}

#[test]
fn case_22_what_gives_no_power_is_shown_or_counted_behind_what_does() {
    let mut changes: Vec<FieldChange> = (0..30)
        .map(|n| field(format!("field{n}\u{1b}[2K"), "1", Direction::Narrows))
        .collect();
    changes.push(field(
        "canRunCommands".to_owned(),
        "true",
        Direction::Widens,
    ));
    let seen = asked(change_codex(changes));
    let shown = seen.changes();
    assert!(shown.first().unwrap().widens);
    assert_eq!(shown.len(), 25);
    let counted = Detail::NotShown { changes: 6 };
    assert!(seen.details.contains(&counted), "{:?}", seen.details);
    assert!(!format!("{seen:?}").contains('\u{1b}'));
}

#[test]
fn case_22_where_every_change_is_shown_none_is_counted() {
    for count in [0, 1, 24] {
        let narrows = (0..count).map(|n| field(format!("field{n}"), "1", Direction::Narrows));
        let widens = field("canRunCommands".to_owned(), "true", Direction::Widens);
        let seen = asked(change_codex(narrows.chain([widens]).collect()));
        assert_eq!(seen.changes().len(), count + 1);
        let mut details = seen.details.iter();
        let counted = details.any(|detail| matches!(detail, Detail::NotShown { .. }));
        assert!(!counted, "{:?}", seen.details);
    }
}

#[test]
fn case_42_the_25th_change_that_widens_is_in_the_question_and_so_is_every_other() {
    let widening = (0..999).map(|n| field(format!("power{n}"), "true", Direction::Widens));
    let seen = asked(change_codex(widening.collect()));
    let shown = seen.changes();
    assert_eq!(shown.len(), 999);
    for (n, change) in shown.iter().enumerate() {
        assert_eq!(change.field.as_str(), format!("power{n}"));
    }
}

#[test]
fn case_42_the_tail_of_a_value_that_widens_is_in_the_question() {
    let long = format!("{}*", "x".repeat(5_000));
    let changes = vec![field("allowedPaths".to_owned(), &long, Direction::Widens)];
    assert_eq!(
        asked(change_codex(changes)).changes()[0].after.as_str(),
        long
    );
}

#[test]
fn case_41_an_added_entry_is_in_the_question_whatever_stands_before_it() {
    let before: Vec<String> = (0..9).map(|n| format!("{n}{}", "x".repeat(150))).collect();
    let mut after = before.clone();
    after.push("*".to_owned());
    let paths = FieldChange::list(
        "allowedPaths",
        Before(Some(before)),
        After(Some(after)),
        Direction::Widens,
    );
    let seen = asked(change_codex(vec![paths]));
    let star = Line::Added(SafeText::literal("*"));
    assert_eq!(seen.changes()[0].lines, [Line::Unchanged(9), star]);
}

#[test]
fn case_41_every_form_of_the_question_names_the_agent_that_asks() {
    let name = format!("hermes{}", "x".repeat(300));
    for action in Action::ALL {
        let settings = GuardSettings::default();
        let by_agent = common::by_agent(common::agent(&name, true), settings);
        let operation = common::operation(&action, by_agent, &common::agent("codex", false));
        let summary = operation.summary();
        let reads = Arc::new(Reads::default());
        let engine = Arc::new(PolicyEngine::shipped().unwrap());
        let guard = Guard::new(engine, reads.clone(), Arc::new(MemorySink::new()));
        drop(block_on(guard.authorize(operation)));
        let seen = reads.seen.lock().unwrap().clone();
        if seen.statement.is_empty() {
            // Denied, or allowed as it is.
            continue;
        }
        let (statement, _) = summary
            .as_str()
            .split_once(" (")
            .unwrap_or((summary.as_str(), ""));
        let asks = format!("agent \"{name}\" asks to {statement}");
        assert_eq!(seen.statement, asks, "{action}");
        assert_eq!(seen.summary, format!("let agent \"{name}\" {statement}"));
    }
}

#[test]
fn a_persons_own_question_says_what_on_what_and_how_much() {
    let request = common::by_person(GuardSettings::default());
    let target = common::agent("codex", false);
    let seen = asked(common::operation(Action::WidenAgent, request, &target));
    assert_eq!(
        seen.statement,
        r#"raise agent "codex" from standard to admin"#
    );
    assert_eq!(seen.summary, seen.statement);
    assert_eq!(seen.tally.as_deref(), Some("1 more power"));
    for (action, words) in [
        (Action::RemoveAgent, r#"remove agent "codex""#),
        (
            Action::CreateToken,
            r#"issue a token to agent "codex" for every tool"#,
        ),
        (Action::RevokeToken, r#"revoke token "ci" of agent "codex""#),
        (Action::ApplyPolicy, r#"apply the policy file "own.cedar""#),
        (
            Action::SetConfigKey,
            r#"set "mcp.bind" in the configuration"#,
        ),
    ] {
        let request = common::by_person(GuardSettings::default());
        let seen = asked(common::operation(&action, request, &target));
        assert_eq!(seen.statement, words);
    }
}

#[test]
fn case_41_from_a_tier_that_is_no_preset_nothing_is_called_lower_that_widens() {
    let effect = common::effect(Direction::Widens);
    let request = common::by_person(GuardSettings::default());
    let custom = openpass_policy::AgentRef::new("codex", Tier::Custom, false);
    let operation = Operation::change_agent(request, custom, Tier::Standard, effect);
    let words = r#"change agent "codex" from custom to standard"#;
    assert_eq!(asked(operation).statement, words);
}

#[test]
fn what_the_summary_says_of_the_tier_is_marked_and_a_word_it_does_not_say_is_not() {
    let cases = [
        (Tier::Standard, "standard", true),
        (Tier::Standard, "safe", false),
        (Tier::Custom, "safe", true),
    ];
    for (now, stored, told) in cases {
        let (before, after) = (Some(stored.to_owned()), Some("admin".to_owned()));
        let tier = FieldChange::new("tier", Before(before), After(after), Direction::Widens);
        let effect = Effect::new(vec![tier], StateDigest::of(&[]));
        let request = common::by_person(GuardSettings::default());
        let agent = openpass_policy::AgentRef::new("codex", now, false);
        let seen = asked(Operation::change_agent(request, agent, Tier::Admin, effect));
        assert_eq!(seen.changes()[0].in_summary, told, "{stored}");
    }
}

#[test]
fn case_60_a_notice_is_in_the_question_and_on_the_log_with_the_intent() {
    let reads = Arc::new(Reads {
        says_yes: true,
        ..Reads::default()
    });
    let log = Arc::new(MemorySink::new());
    let engine = Arc::new(PolicyEngine::shipped().unwrap());
    let notice = SafeText::literal("this approval accepts the newly enrolled fingers");
    let guard = Guard::new(engine, reads.clone(), log.clone()).with_notices(vec![notice.clone()]);
    let request = common::by_person(GuardSettings::default());
    let target = common::agent("codex", false);
    let operation = common::operation(Action::WidenAgent, request, &target);
    drop(block_on(guard.authorize(operation)).unwrap());
    assert_eq!(reads.seen.lock().unwrap().notices, [notice.as_str()]);
    let records = log.records();
    let Some(AuditEvent::Intent { notices, .. }) = records.first().map(|record| &record.event)
    else {
        panic!("{records:?}");
    };
    assert_eq!(*notices, [notice.to_string()]);
}

/// The facts that a host's operation shows, as `label: value`.
fn facts(operation: Operation) -> Vec<String> {
    let fragment = PolicySource::new(
        "quota.cedarschema",
        r#"namespace Quota {
            entity Account;
            action raise appliesTo {
                principal: [OpenPass::User], resource: [Account],
                context: { limit: Long, days: Long }
            };
        }"#,
    );
    let engine = PolicyEngine::builder().host(fragment).build().unwrap();
    let seen = asked_by(engine, operation);
    let facts = seen.details.iter().filter_map(|detail| match detail {
        Detail::Fact { label, value } => Some(format!("{label}: {value}")),
        _ => None,
    });
    facts.collect()
}

#[test]
fn case_41_no_change_hides_what_the_context_says_of_another_value_or_field() {
    let raise = |field: &str, after: &str| {
        let change = FieldChange::new(
            field,
            Before(None),
            After(Some(after.to_owned())),
            Direction::Widens,
        );
        let operation = Operation::new("Quota::raise")
            .requested(common::by_person(GuardSettings::default()))
            .on(Entity::new("Quota::Account", "a"))
            .onto(StateDigest::of(&[]))
            .with("limit", 5)
            .with("days", 7);
        facts(operation.change(change))
    };
    let days = |facts: &[String]| facts.iter().any(|it| it == "days: 7");
    let limit = |facts: &[String]| facts.iter().any(|it| it == "limit: 5");
    // What the change says already is not said twice.
    let same = raise("limit", "5");
    assert!(days(&same) && !limit(&same), "{same:?}");
    for (field, after) in [("limit", "6"), ("note", "5"), ("days", "5"), ("limit", "7")] {
        let other = raise(field, after);
        assert!(days(&other) && limit(&other), "{field}, {after}: {other:?}");
    }
}
