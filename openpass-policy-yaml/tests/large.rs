//! As many rules as are taken, of every kind of condition: all of them import,
//! are decided as the contract says, and have little text.
#![expect(clippy::unwrap_used, reason = "a test")]
#![expect(clippy::panic, reason = "a test")]
#![expect(clippy::indexing_slicing, reason = "a test")]
#![expect(clippy::string_slice, reason = "a test")]

mod common;

use common::{
    Rules,
    kinds::{ALL, Kind, imported, of_name},
    oracle::{self, Rule},
    random::{Dice, OUTCOMES, ask},
};
use openpass_policy::{
    After, AgentRef, AuthMethod, Before, Channel, Decision, Denial, Effect, GuardSettings,
    Operation, PolicyEngine, PolicyInfo, PolicySource, Principal, Request, StateDigest, Tier,
    WallTime,
};
use openpass_policy_yaml::{ImportOptions, YamlSource, data_schema};

/// Compares what is decided, and by which rule, with a direct reading.
fn compare(kind: &Kind, count: usize, asks: usize) {
    let mut dice = Dice(7);
    let listed = kind.rules(&mut dice, count);
    let rules = Rules::new(imported(&listed, ImportOptions::new()));
    for _ in 0..asks {
        let mut asked = ask(&mut dice);
        (kind.ask)(&mut asked, dice.roll(count + count / 10), &mut dice);
        let expected = oracle::decide(core::slice::from_ref(&listed), &asked);
        let decision = rules.engine.decide(&asked.operation());
        let deciding = rules.deciding(&asked.operation());
        let found = match (expected.action.as_str(), decision) {
            ("deny", Decision::Deny(_)) | ("allow", Decision::Allow { .. }) => deciding,
            ("prompt" | "require_biometry", Decision::RequireBiometry { .. }) => deciding,
            (_, decision) => panic!("{}: {asked:?}: {expected:?}, {decision:?}", kind.name),
        };
        let Some(ids) = found else {
            assert!(!expected.matched, "{}: {asked:?}: {expected:?}", kind.name);
            continue;
        };
        let decides = |id: &str| ids.iter().any(|other| other.as_str() == id);
        let mut policies = rules.imported.policies.iter();
        let first = policies.find(|policy| decides(&policy.id)).unwrap();
        assert_eq!(first.action == "deny", expected.action == "deny");
        // What the policy that tries the rules in order denies has its name.
        if first.id != "import.order" {
            assert_eq!(
                (first.rule.as_str(), first.action),
                (expected.rule_name.as_str(), expected.action.as_str()),
                "{}: {asked:?}",
                kind.name
            );
        }
    }
}

/// The same for persons, whom the rules bind that name no agent.
fn compare_persons(kind: &Kind, count: usize, asks: usize) {
    let mut dice = Dice(8);
    let listed = kind.rules(&mut dice, count);
    let rules = Rules::new(imported(&listed, ImportOptions::new().persons_too(true)));
    let theirs = |rule: &&Rule| rule.agent_id.as_deref().is_none_or(|id| id == "*");
    let theirs: Vec<Rule> = listed.iter().filter(theirs).cloned().collect();
    for _ in 0..asks {
        let mut asked = ask(&mut dice);
        (kind.ask)(&mut asked, dice.roll(count + count / 10), &mut dice);
        // The order is that of all rules: those of priority 0 stay in theirs.
        let expected = oracle::decide(core::slice::from_ref(&theirs), &asked);
        let operation = asked.operation_by(Principal::User);
        match (expected.action.as_str(), rules.engine.decide(&operation)) {
            ("deny", Decision::Deny(Denial::Forbidden { .. })) => {}
            ("allow", Decision::Allow { .. }) => {}
            ("prompt" | "require_biometry", Decision::RequireBiometry { .. }) => {}
            (_, decision) => panic!("{}: {asked:?}: {expected:?}, {decision:?}", kind.name),
        }
    }
}

#[test]
fn five_hundred_rules_of_every_kind_import_and_their_text_grows_with_their_number() {
    for kind in &ALL {
        for persons_too in [false, true] {
            let length = |count| {
                let rules = kind.rules(&mut Dice(7), count);
                let options = ImportOptions::new().persons_too(persons_too);
                imported(&rules, options).text.len()
            };
            let (half, all) = (length(250), length(YamlSource::MAX_RULES));
            assert!(all < half * 9 / 4, "{}: {half} {all}", kind.name);
            assert!(
                all < YamlSource::MAX_POLICY_BYTES * 4 / 5,
                "{}: {all}",
                kind.name
            );
        }
    }
}

#[test]
fn twenty_nine_rules_of_one_agent_keep_policies_of_their_own() {
    let mut dice = Dice(1);
    let mut rules = of_name("tags").rules(&mut dice, 29);
    for rule in &mut rules {
        rule.agent_id = Some("codex".to_owned());
    }
    let rules = Rules::new(imported(&rules, ImportOptions::new()));
    assert_eq!(
        rules
            .engine
            .policies()
            .filter(|policy| !policy.shipped)
            .count(),
        29
    );
    assert!(!rules.imported.text.contains("import.order"));
}

#[test]
fn rules_that_cannot_meet_do_not_name_each_other() {
    let mut dice = Dice(1);
    for name in ["agent_id", "path of one agent"] {
        let rules = of_name(name).rules(&mut dice, YamlSource::MAX_RULES);
        let text = imported(&rules, ImportOptions::new()).text;
        assert!(
            !text.contains("unless") && !text.contains("import.order"),
            "{name}"
        );
    }
}

#[test]
fn many_rules_of_every_kind_are_decided_as_the_contract_says() {
    for kind in &ALL {
        compare(kind, 45, 8);
    }
}

#[test]
fn many_rules_for_persons_too_are_decided_as_the_contract_says() {
    for name in ["tags", "time_of_day"] {
        compare_persons(of_name(name), 60, 25);
    }
}

#[test]
fn five_hundred_rules_with_tags_are_decided_as_the_contract_says() {
    compare(of_name("tags"), YamlSource::MAX_RULES, 10);
}

/// Some minutes.
#[test]
#[ignore = "some minutes: `.ci/run large-files` runs it"]
fn five_hundred_rules_of_every_kind_are_decided_as_the_contract_says() {
    for kind in &ALL {
        compare(kind, YamlSource::MAX_RULES, 100);
        if kind.name != "everything at random" {
            compare_persons(kind, YamlSource::MAX_RULES, 50);
        }
    }
}

/// Rules about configuration, of which many can match the same: what an agent
/// asks for is denied where the first one that matches denies.
#[test]
fn many_rules_about_configuration_are_decided_in_their_order() {
    // Rules of which few meet need no policy that tries them in their order.
    for (step, length, is_ordered) in [(5, 720, true), (15, 120, false)] {
        compare_configuration(step, length, is_ordered);
    }
}

/// The same of rules that begin `step` minutes apart, each for so long.
fn compare_configuration(step: u16, length: u16, is_ordered: bool) {
    let mut dice = Dice(3);
    let rules: Vec<Rule> = (0..80)
        .map(|number| Rule {
            name: format!("rule {number}"),
            action: dice.one(&OUTCOMES).to_owned(),
            path: Some(
                dice.one(&["config/**", "config/authMethod", "config/guard"])
                    .to_owned(),
            ),
            agent_id: dice.maybe(3, &["a", "b"]),
            time: Some((number * step, number * step + length)),
            ..Rule::default()
        })
        .collect();
    let rules_of = Rules::new(imported(&rules, ImportOptions::new()));
    let text = &rules_of.imported.text;
    assert_eq!(text.contains("import.order.config"), is_ordered);
    for minute in (0..1440).step_by(23) {
        let agent = dice.one(&["a", "b", "c"]);
        let first = rules.iter().find(|rule| {
            let (start, end) = rule.time.unwrap();
            rule.path.as_deref() != Some("config/guard")
                && rule.agent_id.as_deref().is_none_or(|id| id == agent)
                && (start..end).contains(&minute)
        });
        let denies = first.is_some_and(|rule| rule.action == "deny");
        let asks = AgentRef::new(agent, Tier::Admin, true);
        let settings = GuardSettings::default();
        let request = Request::by_agent(asks, Channel::Mcp, "~/.openpass", settings)
            .at(WallTime::new(1, minute));
        let (before, after) = (Before(AuthMethod::Passphrase), After(AuthMethod::TouchId));
        let nothing = Effect::new(vec![], StateDigest::of(&[]));
        let operation = Operation::set_auth_method(request, before, after, nothing);
        let decision = rules_of.engine.decide(&operation);
        assert_eq!(
            matches!(decision, Decision::Deny(_)),
            denies,
            "{minute} {agent} {first:?}"
        );
    }
}

#[test]
fn case_15_many_rules_that_were_taken_away_outside_the_guard_still_forbid() {
    let rules = of_name("tags").rules(&mut Dice(7), YamlSource::MAX_RULES);
    let approved = imported(&rules, ImportOptions::new()).source("rules.cedar");
    let now = PolicySource::new(
        "rules.cedar",
        "@id(\"import.order\") forbid (principal is OpenPass::Agent, action, resource);",
    );
    let narrowed = now.narrowed(Some(&approved)).unwrap();
    let engine = PolicyEngine::builder()
        .host(data_schema())
        .policies(&narrowed)
        .build()
        .unwrap();
    let own: Vec<&PolicyInfo> = engine.policies().filter(|policy| !policy.shipped).collect();
    assert!(own.len() > 2 && own.iter().all(|policy| policy.forbids));
}
