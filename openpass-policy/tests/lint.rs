//! What is said of policies that load and cannot have been meant.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::fmt::Write as _;

use openpass_policy::{
    PolicyEngine, PolicySource,
    author::{Finding, FindingKind, KnownNames},
};

fn engine(text: &str) -> PolicyEngine {
    PolicyEngine::with_policies(&[PolicySource::new("own.cedar", text)]).unwrap()
}

fn lint(text: &str, known: &KnownNames) -> Vec<Finding> {
    engine(text).lint(known).unwrap()
}

/// A forbid of everything under these conditions.
fn forbid(conditions: &str) -> String {
    format!("@id(\"own\") @doc(\"A rule.\")\nforbid (principal, action, resource)\n{conditions};\n")
}

fn found(text: &str) -> Vec<Finding> {
    lint(text, &KnownNames::default())
}

/// The only finding, as its kind, its text and its fix.
fn only(text: &str) -> (FindingKind, String, String) {
    let mut all = found(text);
    assert_eq!(all.len(), 1, "{text}\n{all:#?}");
    let one = all.remove(0);
    (one.kind, one.message, one.fix)
}

const PROFILES: &str =
    "action in [OpenPass::Action::\"widenAgent\", OpenPass::Action::\"addAgent\"]";

#[test]
fn a5_a_condition_that_can_never_be_true_is_told_with_what_was_meant() {
    for (condition, says, fix) in [
        (
            "context.time.minuteOfDay >= 1320 && context.time.minuteOfDay < 360",
            "`context.time.minuteOfDay < 360` can never be true: what comes before it leaves \
             minuteOfDay at 1320 to 1439",
            "a night over midnight is written with `||`: `context.time.minuteOfDay >= 1320 || \
             context.time.minuteOfDay < 360`",
        ),
        (
            "context.time.minuteOfDay < 360 && context.time.minuteOfDay >= 1320",
            "`context.time.minuteOfDay >= 1320` can never be true: what comes before it leaves \
             minuteOfDay at 0 to 359",
            "`context.time.minuteOfDay >= 1320 || context.time.minuteOfDay < 360`",
        ),
        (
            "context.time.minuteOfDay >= 2200",
            "`context.time.minuteOfDay >= 2200` can never be true: minuteOfDay is 0 to 1439",
            "hours * 60 + minutes: 22:00 is 1320",
        ),
        (
            "context.time.weekday == 0",
            "`context.time.weekday == 0` can never be true: weekday is 1 to 7",
            "Sunday is 7",
        ),
        (
            "context.time.weekday > 5 && context.time.weekday < 2",
            "leaves weekday at 6 to 7",
            "write `||`",
        ),
        (
            "context.time.weekday != 6 && context.time.weekday == 6",
            "`context.time.weekday == 6` can never be true with what comes before it",
            "write `||`",
        ),
        (
            "context.attended && !context.attended",
            "`!context.attended` can never be true with what comes before it",
            "write `||`",
        ),
        (
            "context.channel == OpenPass::Channel::\"cli\" && context.channel == OpenPass::Channel::\"mcp\"",
            "`context.channel == OpenPass::Channel::\"mcp\"` can never be true",
            "write `||`",
        ),
        (
            "principal is OpenPass::Agent && context.requester == OpenPass::Requester::\"person\"",
            "OpenPass::Requester::\"person\"` can never be true",
            "write `||`",
        ),
    ] {
        let (kind, message, meant) = only(&forbid(&format!("when {{ {condition} }}")));
        assert_eq!(kind, FindingKind::NeverApplies, "{condition}");
        assert!(message.contains(says), "{message}");
        assert!(message.starts_with("this policy never applies: its `when` never holds; "));
        assert!(meant.contains(fix), "{meant}");
    }
}

#[test]
fn a5_tiers_are_0_to_2() {
    let text = format!(
        "@id(\"own\") @doc(\"A rule.\")\nforbid (principal, {PROFILES}, resource)\nwhen {{ context.tier.after == 3 }};"
    );
    let (kind, message, fix) = only(&text);
    assert_eq!(kind, FindingKind::NeverApplies);
    assert!(message.contains("tier.after is 0 to 2"), "{message}");
    assert_eq!(fix, "the tiers are 0 read-only, 1 standard, 2 admin");
}

#[test]
fn a5_an_exception_that_always_holds_makes_a_policy_dead() {
    let (kind, message, _) = only(&forbid("unless { context.time.weekday <= 7 }"));
    assert_eq!(kind, FindingKind::NeverApplies);
    assert!(
        message.contains("its `unless` always holds; `context.time.weekday <= 7` is always true"),
        "{message}"
    );
}

#[test]
fn a5_a_part_that_can_never_be_true_is_told_of_a_policy_that_applies() {
    let (kind, message, fix) = only(&forbid(
        "when { context.attended || context.time.minuteOfDay >= 1800 }",
    ));
    assert_eq!(kind, FindingKind::NeverTrue);
    assert!(
        message.ends_with("so that this part of the `||` adds nothing"),
        "{message}"
    );
    assert!(fix.contains("18:00 is 1080"), "{fix}");
    // An exception for nobody.
    let (kind, message, _) = only(&forbid("unless { context.time.weekday == 9 }"));
    assert_eq!(kind, FindingKind::NeverTrue);
    assert!(
        message.ends_with("so that the `unless` leaves nothing out"),
        "{message}"
    );
}

#[test]
fn a5_what_is_always_true_is_told_where_it_says_nothing() {
    for condition in [
        "context.time.minuteOfDay >= 0 && context.attended",
        "context.attended || context.time.minuteOfDay < 1800",
        "context.time.weekday != 0 && context.attended",
    ] {
        let (kind, message, _) = only(&forbid(&format!("when {{ {condition} }}")));
        assert_eq!(kind, FindingKind::AlwaysTrue, "{message}");
    }
}

#[test]
fn a5_a_finding_says_where_it_is() {
    let text = "// A comment.\n\n@id(\"own\")\n@doc(\"A rule.\")\nforbid (principal, action, resource)\n\
                when {\n    context.attended ||\n    // At night.\n    context.time.minuteOfDay >= 2200\n};\n";
    let all = found(text);
    assert_eq!((all[0].line, all[0].column), (9, Some(5)), "{all:?}");
    let shown = all[0].to_string();
    assert!(
        shown.starts_with("own.cedar:9: never-true: `context.time"),
        "{shown}"
    );
    assert!(shown.contains("\n  minuteOfDay counts"), "{shown}");
    let json = serde_json::to_value(&all[0]).unwrap();
    assert_eq!(json["kind"], "never-true");
    assert_eq!(json["policy"], "own");
}

#[test]
fn a5_a_star_in_an_id_is_no_pattern() {
    for (text, says, fix) in [
        (
            "forbid (principal == OpenPass::Agent::\"test-*\", action, resource);",
            "`Agent::\"test-*\"`",
            "write `principal.name like \"test-*\"`",
        ),
        (
            "forbid (principal, action, resource == OpenPass::AgentProfile::\"test-?\");",
            "`AgentProfile::\"test-?\"`",
            "write `resource.agent.name like \"test-?\"`",
        ),
        (
            "forbid (principal, action, resource) when { resource == OpenPass::ConfigKey::\"logging.*\" };",
            "`ConfigKey::\"logging.*\"`",
            "each in full",
        ),
    ] {
        let (kind, message, meant) = only(&format!("@id(\"own\") @doc(\"A rule.\")\n{text}"));
        assert_eq!(kind, FindingKind::PatternInId);
        assert!(message.contains(says), "{message}");
        assert!(meant.contains(fix), "{meant}");
    }
}

#[test]
fn a5_names_that_the_vault_lacks_are_told_with_the_closest() {
    let known = KnownNames::default()
        .agents(["claude", "codex"])
        .tokens(["tok-1"])
        .config_keys(["logging.level", "profiles.*"]);
    let text = "@id(\"a\") @doc(\"A.\")\nforbid (principal == OpenPass::Agent::\"cluade\", action, resource);\n\
         @id(\"b\") @doc(\"B.\")\nforbid (principal, action, resource == OpenPass::ConfigKey::\"loging.level\");\n\
         @id(\"c\") @doc(\"C.\")\nforbid (principal, action, resource == OpenPass::ConfigKey::\"profiles.x.vault\");\n\
         @id(\"d\") @doc(\"D.\")\nforbid (principal, action == OpenPass::Action::\"createToken\", resource)\n\
         when { resource.agentName == \"codx\" };\n\
         @id(\"e\") @doc(\"E.\")\nforbid (principal == OpenPass::Agent::\"claude\", action, resource);\n";
    let all = lint(text, &known);
    let told: Vec<(&str, &str)> = all
        .iter()
        .map(|it| (it.policy.as_str(), it.fix.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("a", "did you mean `claude`?"),
            ("b", "did you mean `logging.level`?"),
            ("d", "did you mean `codex`?"),
        ]
    );
    assert!(all.iter().all(|it| it.kind == FindingKind::UnknownName));
    assert_eq!(all[0].message, "the vault has no agent `cluade`");
    assert_eq!(all[0].line, 2);
    // Without the vault's names nothing is said of names.
    assert_eq!(found(text), []);
}

#[test]
fn a5_a_permit_of_what_is_permitted_already_is_told() {
    for (permit, by) in [
        (
            "permit (principal, action in OpenPass::Action::\"config\", resource);",
            "default.agent-changes and default.person",
        ),
        (
            "permit (principal == OpenPass::Agent::\"codex\", action == OpenPass::Action::\"list\", resource) when { context.attended };",
            "default.agent-looks",
        ),
    ] {
        let (kind, message, _) = only(&format!("@id(\"own\") @doc(\"A rule.\")\n{permit}"));
        assert_eq!(kind, FindingKind::PermitWithoutEffect);
        assert!(message.ends_with(by), "{message}");
    }
    // What a host's own principals may do, nobody else permits.
    let host = "namespace Flags { entity Person; entity Flag;
        action set appliesTo { principal: [Person, OpenPass::User], resource: [Flag], context: {} }; }";
    for (principal, told) in [("is Flags::Person", 0), ("is OpenPass::User", 1)] {
        let permit = format!(
            "@id(\"own\") @doc(\"A rule.\")\npermit (principal {principal}, action == Flags::Action::\"set\", resource);"
        );
        let engine = PolicyEngine::builder().host(host).policy(permit.as_str());
        let findings = engine
            .build()
            .unwrap()
            .lint(&KnownNames::default())
            .unwrap();
        assert_eq!(findings.len(), told, "{findings:?}");
    }
}

#[test]
fn a5_a_rule_that_refuses_the_stronger_proof_is_told_with_a_witness() {
    let rule = |factor: &str| {
        format!(
            "@id(\"own\") @doc(\"A rule.\")\nforbid (principal, action == OpenPass::Action::\"createToken\", resource)\n\
             unless {{ context.authentication.factor == OpenPass::AuthFactor::\"{factor}\" }};"
        )
    };
    let (kind, message, fix) = only(&rule("passphrase"));
    assert_eq!(kind, FindingKind::RefusesStrongerProof);
    assert!(
        message.contains("with `passphrase`, and not with `biometry`"),
        "{message}"
    );
    assert!(fix.contains(".contains(context.authentication.factor)"));
    assert_eq!(found(&rule("biometry")), []);
}

#[test]
fn a5_a_rule_that_refuses_what_is_signed_is_told_with_a_witness() {
    let rule = |when: &str| {
        format!(
            "@id(\"own\") @doc(\"A rule.\")\nforbid (principal, action == OpenPass::Action::\"createToken\", resource)\n\
             when {{ context.authentication.approver {when} }};"
        )
    };
    let (kind, message, fix) = only(&rule("== OpenPass::ApproverKind::\"passphrase\""));
    assert_eq!(kind, FindingKind::RefusesStrongerProof);
    assert!(
        message.contains("with `passphrase`, and not with `signed passphrase`"),
        "{message}"
    );
    assert!(
        fix.contains("OpenPass::ApproverKind::\"passphrase\""),
        "{fix}"
    );
    assert_eq!(found(&rule("== OpenPass::ApproverKind::\"none\"")), []);
}

#[test]
fn a5_a_policy_without_an_id_or_a_doc_is_told() {
    let all = found("forbid (principal, action, resource);");
    let kinds: Vec<FindingKind> = all.iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [FindingKind::NoId, FindingKind::NoDoc]);
}

#[test]
fn a5_the_recipes_are_fine() {
    let mut count = 0;
    for file in std::fs::read_dir("../docs/policy/recipes").unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|it| it == "cedar") {
            let text = std::fs::read_to_string(&path).unwrap();
            assert_eq!(found(&text), [], "{}", path.display());
            count += 1;
        }
    }
    assert!(count >= 10);
}

/// Conditions that can hold, and look as if they could not.
#[test]
fn a5_nothing_is_said_of_what_can_hold() {
    for conditions in [
        "when { context.time.minuteOfDay >= 1320 || context.time.minuteOfDay < 360 }",
        "when { context.time.minuteOfDay >= 1439 }",
        "when { context.time.weekday >= 6 } unless { context.time.weekday == 6 }",
        "when { if context.attended then context.time.weekday == 1 else context.time.weekday == 7 }",
        "when { !(context.time.weekday < 6) && context.time.minuteOfDay + 1 > 1439 }",
        "when { (principal is OpenPass::Agent && principal.tier == 2) || principal is OpenPass::User }",
        "when { principal is OpenPass::Agent && resource is OpenPass::AgentProfile && principal != resource.agent }",
        "when { [1, 7].contains(context.time.weekday) && context.time.weekday > 1 }",
    ] {
        assert_eq!(found(&forbid(conditions)), [], "{conditions}");
    }
}

/// At the edges of a Long nothing wraps.
#[test]
fn a5_literals_at_the_edges_are_judged_right() {
    let (least, most) = (i64::MIN, i64::MAX);
    for (condition, says) in [
        (
            format!("context.time.minuteOfDay > {most}"),
            Some(FindingKind::NeverApplies),
        ),
        (
            format!("context.time.minuteOfDay < {least}"),
            Some(FindingKind::NeverApplies),
        ),
        // From the second minute on it fails, and what it is about is denied.
        (format!("context.time.minuteOfDay + {most} < 0"), None),
        (
            format!("context.time.minuteOfDay <= {most} && context.attended"),
            Some(FindingKind::AlwaysTrue),
        ),
        (
            format!("context.time.minuteOfDay - {most} < 0 && context.attended"),
            None,
        ),
        (format!("context.time.minuteOfDay * {most} == 0"), None),
    ] {
        let all = found(&forbid(&format!("when {{ {condition} }}")));
        assert_eq!(all.first().map(|it| it.kind), says, "{condition}\n{all:?}");
    }
}

#[test]
fn a5_hostile_policies_are_bounded() {
    // 64 KiB in one condition: ids in another script.
    let ids: Vec<String> = (0..240)
        .map(|n| format!("OpenPass::Agent::\"{}{n}\"", "агент".repeat(26)))
        .collect();
    let long = format!(
        "@id(\"own\") @doc(\"It.\") forbid (principal is OpenPass::Agent, action, resource)\n\
         when {{ [{}].contains(principal) }};",
        ids.join(", ")
    );
    assert!(long.len() > 64 << 10);
    assert_eq!(found(&long), []);
    let many = KnownNames::default().agents((0..2_000).map(|n| format!("агент {n}")));
    assert_eq!(lint(&long, &many).len(), 16);
    // Many parts, each needed.
    let many: Vec<String> = (0..120)
        .map(|n| format!("(context.time.minuteOfDay == {n} && context.attended)"))
        .collect();
    let many = many.join(" || ");
    assert_eq!(found(&forbid(&format!("when {{ {many} }}"))), []);
    // As deep as it may be.
    let deep = vec!["context.attended"; 255].join(" && ");
    assert_eq!(found(&forbid(&format!("when {{ {deep} }}"))), []);
    // As many as there may be.
    let mut all = String::new();
    for number in 0..1_980 {
        let _ = writeln!(
            all,
            "@id(\"p{number}\") @doc(\"It.\") forbid (principal, action, resource) when {{ context.time.weekday == {number} }};"
        );
    }
    let findings = found(&all);
    assert_eq!(findings.len(), 1_000);
    assert!(
        findings
            .iter()
            .all(|it| it.kind == FindingKind::NeverApplies || it.kind == FindingKind::NotChecked)
    );
}

/// Where a sum overflows, what the policy is about is denied: it is not without effect.
#[test]
fn a5_nothing_is_said_of_a_policy_that_may_fail() {
    for text in [
        "permit (principal is OpenPass::User, action, resource)
         when { context.time.minuteOfDay + 9223372036854774800 > 0 };",
        "forbid (principal, action, resource)
         when { context.time.weekday + 9223372036854775807 > 0 };",
    ] {
        let own = format!("@id(\"sums\") @doc(\"It may fail.\") {text}");
        let engine = PolicyEngine::with_policies(&[PolicySource::new("own.cedar", own)]);
        let found = engine.unwrap().lint(&KnownNames::default()).unwrap();
        assert!(found.is_empty(), "{found:?}");
    }
}
