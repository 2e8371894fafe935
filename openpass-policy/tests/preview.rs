//! A preview that cannot be silent: what each kind of change shows.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test")]

use openpass_policy::{
    AgentRef, Direction, GuardSettings, PolicyEngine, PolicySource, Tier, TokenRef, WallTime,
    author::{Cell, Matrix, MatrixChange, MatrixDiff, OwnSamples, Why},
};

fn engine(own: &[&str]) -> PolicyEngine {
    let sources: Vec<PolicySource> = own
        .iter()
        .enumerate()
        .map(|(number, text)| PolicySource::new(format!("own-{number}.cedar"), *text))
        .collect();
    PolicyEngine::with_policies(&sources).unwrap()
}

/// Wednesday, noon.
fn noon() -> Option<WallTime> {
    WallTime::new(3, 720)
}

fn own() -> OwnSamples {
    let agent = |name: &str| AgentRef::new(name, Tier::Standard, true);
    let token = TokenRef {
        id: "tok-1".to_owned(),
        agent: AgentRef::new("hermes", Tier::Standard, false),
        all_tools: false,
    };
    OwnSamples::new(vec![agent("hermes"), agent("codex")], vec![token])
}

fn between(before: &[&str], after: &[&str]) -> MatrixDiff {
    let (before, after) = (engine(before), engine(after));
    MatrixDiff::between(&before, &after, GuardSettings::default(), noon(), &own())
}

fn change<'d>(diff: &'d MatrixDiff, what: &str, who: &str) -> &'d MatrixChange {
    let mut changes = diff.changes.iter();
    let found = changes.find(|it| (it.what.as_str(), it.principal.as_str()) == (what, who));
    found.unwrap_or_else(|| panic!("{what} ({who}): {}", diff.to_text(false)))
}

const NIGHT: &str = r#"@id("night") forbid (principal, action in OpenPass::Action::"critical", resource)
    when { context.time.minuteOfDay >= 1320 || context.time.minuteOfDay < 360 };"#;
const DEAD_NIGHT: &str = r#"@id("night") forbid (principal, action in OpenPass::Action::"critical", resource)
    when { context.time.minuteOfDay >= 1320 && context.time.minuteOfDay < 360 };"#;
const CI_BOT: &str = r#"@id("ci-bot") forbid (principal, action == OpenPass::Action::"widenAgent",
    resource == OpenPass::AgentProfile::"ci-bot");"#;
const WEEKEND: &str = r#"@id("weekend") forbid (principal, action in OpenPass::Action::"critical", resource)
    when { context.time.weekday > 5 };"#;
const TWO: &str = r#"@id("two") forbid (principal, action in OpenPass::Action::"config", resource)
    when { principal == OpenPass::Agent::"ci-1" || principal == OpenPass::Agent::"ci-2" };"#;

#[test]
fn a2_a_night_rule_made_dead_is_shown_with_its_hours_and_gives_power() {
    let diff = between(&[NIGHT], &[DEAD_NIGHT]);
    let raise = change(&diff, "raise an agent to admin", "person");
    assert_eq!((raise.before, raise.after), (Cell::Deny, Cell::Either));
    assert_eq!(raise.when.as_deref(), Some("22:00 to 05:59"));
    let field = diff.fields();
    let field = field
        .iter()
        .find(|it| it.field.starts_with("raise an agent to admin"));
    let field = field.unwrap();
    assert_eq!(field.direction, Direction::Widens);
    assert!(field.field.ends_with(", 22:00 to 05:59"), "{}", field.field);
    // The dead rule is named.
    let named = diff.unshown.iter().find(|it| it.added).unwrap();
    assert_eq!(
        (named.policy.as_str(), named.why),
        ("night", Why::NotReached)
    );
    assert!(!named.widens);
}

#[test]
fn a2_the_removal_of_one_agents_protection_is_shown_by_its_name() {
    let diff = between(&[CI_BOT], &[]);
    let raise = change(&diff, r#"raise "ci-bot" to admin"#, "person");
    assert_eq!((raise.before, raise.after), (Cell::Deny, Cell::Either));
    assert_eq!(raise.when, None);
    assert!(diff.unshown.is_empty(), "{:?}", diff.unshown);
    assert!(diff.changes.iter().all(|it| it.what.contains("ci-bot")));
}

#[test]
fn a2_a_weekend_lock_out_is_shown_and_locks_the_person() {
    let diff = between(&[], &[WEEKEND]);
    let raise = change(&diff, "raise an agent to admin", "person");
    assert_eq!(raise.after, Cell::Deny);
    assert_eq!(raise.when.as_deref(), Some("sat, sun"));
    assert!(diff.locked().any(|it| it.what == "raise an agent to admin"));
}

#[test]
fn a2_a_rule_of_two_named_agents_is_shown_for_both() {
    let diff = between(&[], &[TWO]);
    for name in ["ci-1", "ci-2"] {
        let who = format!("agent {name:?}");
        assert_eq!(
            change(&diff, "raise an agent to admin", &who).after,
            Cell::Deny
        );
    }
    let others = diff
        .changes
        .iter()
        .any(|it| it.principal == "agent that manages");
    assert!(!others, "{}", diff.to_text(false));
}

#[test]
fn a2_patterns_channels_and_settings_have_samples() {
    let cases = [
        (
            r#"context.channel == OpenPass::Channel::"other""#,
            "channel",
        ),
        (
            r#"context.guard.stepUp == OpenPass::StepUp::"confirm""#,
            "step_up: confirm",
        ),
        (
            r#"context.guard.unattended == OpenPass::Unattended::"waive""#,
            "unattended: waive",
        ),
        (
            r#"context.guard.sealed == OpenPass::SealGrade::"logged""#,
            "sealed: logged",
        ),
        (
            "principal is OpenPass::Agent && !context.attended",
            "nobody there",
        ),
        (
            "principal is OpenPass::Agent && principal.tier == 1 && context.time.weekday == 7",
            "sun",
        ),
    ];
    for (when, said) in cases {
        let policy = format!(
            r#"@id("x") forbid (principal, action == OpenPass::Action::"removeAgent", resource) when {{ {when} }};"#
        );
        let diff = between(&[&policy], &[]);
        assert!(
            !diff.changes.is_empty() && diff.unshown.is_empty(),
            "{when}: {diff:?}"
        );
        let text = diff.to_text(false);
        assert!(text.contains(said), "{when}: {text}");
        let widens = diff
            .fields()
            .into_iter()
            .any(|it| it.direction == Direction::Widens);
        assert!(widens, "{when}");
    }
}

#[test]
fn a2_what_no_sample_reaches_is_named_with_its_place() {
    let dead =
        "@id(\"dead\")\npermit (principal, action, resource) when { context.time.weekday == 8 };";
    let diff = between(&[], &[CI_BOT, dead]);
    let named = diff.unshown.first().unwrap();
    assert_eq!(
        (named.policy.as_str(), named.why),
        ("dead", Why::NotReached)
    );
    assert!(named.widens);
    let text = diff.to_text(false);
    let line = "not reached by a sample; may give power: dead (own-1.cedar:1)";
    assert!(text.contains(line), "{text}");
    let fields = diff.fields();
    let field = fields
        .iter()
        .find(|it| it.field.starts_with("not reached"))
        .unwrap();
    assert_eq!(field.direction, Direction::Widens);
    // Its removal can only narrow.
    let back = between(&[CI_BOT, dead], &[CI_BOT]);
    assert!(back.changes.is_empty() && !back.unshown.first().unwrap().widens);
    assert!(back.to_text(false).starts_with("No sample operation"));
}

#[test]
fn a2_what_others_decide_alike_is_named_so() {
    let all = r#"@id("all") permit (principal is OpenPass::User, action in OpenPass::Action::"config", resource);"#;
    let diff = between(&[], &[all]);
    assert!(diff.changes.is_empty(), "{}", diff.to_text(false));
    assert_eq!(diff.unshown.first().unwrap().why, Why::NoEffect);
}

#[test]
fn a2_another_id_doc_or_place_is_no_change() {
    let one = r#"@doc("one") forbid (principal, action == OpenPass::Action::"list", resource);"#;
    let two = r#"// moved
        @id("named") @doc("two") forbid (principal, action == OpenPass::Action::"list", resource);"#;
    let diff = between(&[CI_BOT, one], &[two, CI_BOT]);
    assert!(
        diff.changes.is_empty() && diff.unshown.is_empty(),
        "{diff:?}"
    );
}

#[test]
fn a2_an_effect_behind_another_policy_is_found() {
    // By day another rule forbids the same; the night is left.
    let day = r#"@id("day") forbid (principal, action == OpenPass::Action::"removeAgent", resource)
        when { context.time.minuteOfDay >= 360 && context.time.minuteOfDay < 1320 };"#;
    let always =
        r#"@id("always") forbid (principal, action == OpenPass::Action::"removeAgent", resource);"#;
    let diff = between(&[day, always], &[day]);
    let remove = change(&diff, "remove an agent", "person");
    assert_eq!(remove.when.as_deref(), Some("22:00 to 05:59"));
}

/// Where a number is computed, the hours are not known: only what was tried is said.
/// What one way of a rule does says nothing of another.
#[test]
fn a2_each_way_in_which_a_rule_applies_is_shown() {
    let before = r#"@id("team") forbid (principal, action == OpenPass::Action::"widenAgent", resource)
        when { resource.agent.name == "x-bot" ||
               context.powers.gained.contains(OpenPass::Power::"exposePaymentValues") };"#;
    let after = r#"@id("team") forbid (principal, action == OpenPass::Action::"widenAgent", resource)
        when { resource.agent.name == "y-bot" };"#;
    let diff = between(&[before], &[after]);
    let text = diff.to_text(false);
    assert!(text.contains("x-bot"), "{text}");
    assert!(text.contains("gaining exposePaymentValues"), "{text}");
}

/// Rows that give power are shown whole, however many.
#[test]
fn a2_no_row_that_gives_power_is_counted_away() {
    let all = r#"@id("all") forbid (principal, action, resource)
        when { context.channel == OpenPass::Channel::"mcp" || context.time.weekday >= 6 ||
               context.time.minuteOfDay < 300 };"#;
    let diff = between(&[all], &[]);
    let fields = diff.fields();
    let whole = |what: &str, who: &str| {
        let of = |text: &str| text.contains(what) && text.contains(who);
        fields
            .iter()
            .any(|field| of(&field.field) || field.difference.added().any(&of))
    };
    assert!(diff.changes.len() > 60, "{}", diff.changes.len());
    for change in diff.changes.iter().filter(|it| it.before == Cell::Deny) {
        let own = change.principal.starts_with("agent \"");
        let together = whole(&change.what, "everybody")
            || (own && whole(&change.what, "every agent of this vault"));
        assert!(
            together || whole(&change.what, &change.principal),
            "{change:?}"
        );
    }
}

#[test]
fn a2_hours_that_nobody_worked_out_are_not_claimed() {
    let policy = r#"@id("computed") forbid (principal, action == OpenPass::Action::"removeAgent", resource)
        when { context.time.minuteOfDay * 2 >= 1800 };"#;
    let diff = between(&[], &[policy]);
    let remove = change(&diff, "remove an agent", "person");
    let when = remove.when.as_deref().unwrap();
    assert!(
        when.contains("15:00") && when.contains("not at every time"),
        "{when}"
    );
    assert!(diff.not_tried.is_some(), "{diff:?}");
}

#[test]
fn a2_a_sample_that_only_a_search_finds_is_shown() {
    let policy = r#"@id("odd") forbid (principal, action == OpenPass::Action::"widenAgent", resource)
        when { principal is OpenPass::Agent && principal.tier == 0 && resource.agent.tier == 1 &&
               !resource.agent.canManageConfig && context.tier.after == 0 &&
               context.channel == OpenPass::Channel::"cli" && context.time.minuteOfDay == 61 };"#;
    let diff = between(&[policy], &[]);
    let found = diff.changes.first().unwrap_or_else(|| panic!("{diff:?}"));
    assert_eq!((found.before, found.after), (Cell::Deny, Cell::Either));
    assert_eq!(found.when.as_deref(), Some("01:01"));
    for said in ["now standard", "that does not manage"] {
        assert!(found.what.contains(said), "{found:?}");
    }
    for said in ["of tier read-only", "at the command line"] {
        assert!(found.principal.contains(said), "{found:?}");
    }
}

#[test]
fn a2_the_matrix_says_what_is_answered_otherwise_and_when() {
    let matrix = Matrix::of(&engine(&[WEEKEND]), GuardSettings::default(), noon());
    let found = matrix.otherwise.iter().find(|it| {
        (it.what.as_str(), it.principal.as_str()) == ("raise an agent to admin", "person")
    });
    let found = found.unwrap();
    assert_eq!(
        (found.when.as_str(), found.answer),
        ("sat, sun", Cell::Deny)
    );
    let text = matrix.to_text(false);
    assert!(text.contains("Otherwise, sat, sun:"), "{text}");
    let wide = |line: &&str| line.chars().count() > 80;
    assert_eq!(text.lines().find(wide), None, "{text}");
    for other in [matrix.to_markdown(), matrix.to_html()] {
        assert!(other.contains("sat, sun"));
    }
    let always = Matrix::of(&engine(&[CI_BOT]), GuardSettings::default(), noon());
    assert!(always.otherwise.is_empty());
    assert!(
        always
            .rows
            .iter()
            .any(|row| row.what == r#"raise "ci-bot" to admin"#)
    );
}

#[test]
fn a2_operations_without_a_sample_are_said() {
    let host = "namespace Flags { entity Flag; action set appliesTo \
                { principal: [OpenPass::User], resource: [Flag], context: {} }; }";
    let build = |policies: &[PolicySource]| {
        PolicyEngine::builder()
            .host(host)
            .policies(policies)
            .build()
            .unwrap()
    };
    let rule = "@id(\"flags\") forbid (principal, action == Flags::Action::\"set\", resource);";
    let (before, after) = (build(&[PolicySource::new("f.cedar", rule)]), build(&[]));
    let diff = MatrixDiff::between(&before, &after, GuardSettings::default(), noon(), &own());
    let named = diff.unshown.first().unwrap();
    assert!(named.widens && named.why == Why::NoSample, "{named:?}");
}

#[test]
fn a2_very_many_policies_end_soon_and_say_what_was_left_out() {
    let many = |what: fn(usize) -> String| -> String { (0..1900).map(what).collect() };
    let sets = [
        many(|n| format!("forbid (principal == OpenPass::Agent::\"a{n}\", action, resource);\n")),
        many(|n| {
            format!(
                "forbid (principal, action, resource) when {{ context.time.minuteOfDay == {} && resource == OpenPass::Token::\"t{n}\" }};\n",
                n % 1440
            )
        }),
    ];
    for set in &sets {
        let begun = std::time::Instant::now();
        let diff = between(&[set], &[]);
        let fields = diff.fields();
        assert!(!diff.unshown.is_empty());
        let text = diff.to_text(false);
        assert!(text.contains(" more"), "{text}");
        let widening = fields
            .iter()
            .filter(|it| it.direction == Direction::Widens)
            .count();
        assert!((1..80).contains(&widening), "{widening}");
        eprintln!("{:?}", begun.elapsed());
    }
}

#[test]
fn a2_hostile_literals_are_shown_escaped_and_break_nothing() {
    let hostile = r#"@id("h") forbid (principal, action in OpenPass::Action::"config", resource)
        when { principal == OpenPass::Agent::"x|</td><script>" ||
               context.time.minuteOfDay == 9223372036854775807 ||
               context.time.weekday < -9223372036854775807 ||
               principal == OpenPass::Agent::"" };"#;
    let diff = between(&[hostile], &[]);
    assert!(!diff.to_html().contains("<script"));
    let columns = |line: &str| line.replace("\\|", "").matches('|').count();
    let markdown = diff.to_markdown();
    let mut rows = markdown.lines().filter(|line| line.starts_with('|'));
    assert!(rows.all(|line| columns(line) == 6), "{markdown}");
    assert!(!diff.changes.is_empty());
}

#[test]
fn a2_the_same_state_shows_the_same() {
    let (one, two) = (
        between(&[NIGHT, TWO], &[WEEKEND]),
        between(&[NIGHT, TWO], &[WEEKEND]),
    );
    assert_eq!(one, two);
    assert_eq!(one.fields(), two.fields());
}
