//! Of an agent's profile counts the narrower of what was approved and what
//! config.yaml says.

use std::fs;

use openpass_policy::{Channel, Decision, Power, Tier};
use openpass_vault::{Change, EffectiveProfile, InEffect, Requester, Value, VaultError};

use crate::{
    every::{edit, tier},
    sample::{Sample, engine},
};

/// A vault that knows its agents.
fn known() -> Sample {
    let sample = Sample::without_rules();
    sample.make(&edit("canUseClipboard", "true")).unwrap();
    sample
}

fn effective(sample: &Sample, agent: &str) -> EffectiveProfile {
    sample.vault.effective(agent).unwrap()
}

fn not_counted(profile: &EffectiveProfile) -> Vec<&str> {
    let fields = profile.not_counted().iter();
    fields.map(|it| it.field.as_str()).collect()
}

fn is(value: Value) -> InEffect {
    InEffect::Value(value)
}

/// What comes of it when `agent` asks to lower `max_reads_per_day` of another.
fn asks(sample: &Sample, agent: &str) -> Decision {
    let who = Requester::Agent {
        name: agent.to_owned(),
        channel: Channel::Mcp,
    };
    let change = edit("max_reads_per_day", "6");
    let request = sample.vault.request_of(&who);
    let proposal = sample.vault.propose(request, &change).unwrap();
    engine().decide(proposal.operation())
}

#[test]
fn a_vault_that_the_guard_does_not_know_is_as_the_file_has_it() {
    let sample = Sample::without_rules();
    let config = sample.vault.config().unwrap();
    let effective = sample.vault.effective_agents().unwrap();
    assert_eq!(effective.len(), config.agents().len());
    for (effective, profile) in effective.iter().zip(config.agents()) {
        assert!(!effective.is_sealed() && effective.not_counted().is_empty());
        assert_eq!(effective.agent_ref(), profile.agent_ref());
        assert_eq!(effective.stored_tier(), profile.stored_tier());
        let fields = profile.fields().iter();
        let fields = fields.map(|(field, value)| (field.clone(), is(value.clone())));
        assert_eq!(effective.fields(), fields.collect::<Vec<_>>());
    }
}

#[test]
fn what_was_approved_is_in_effect_as_it_is() {
    let sample = known();
    for profile in sample.vault.config().unwrap().agents() {
        let effective = effective(&sample, profile.name());
        assert!(effective.is_sealed() && effective.not_counted().is_empty());
        assert_eq!(effective.agent_ref(), profile.agent_ref());
    }
}

#[test]
fn an_agent_raised_by_hand_has_what_was_approved() {
    let sample = known();
    sample.edit_agent("codex", "tier: read-only", "tier: admin");
    sample.edit_agent("codex", "canWrite: false", "canWrite: true");
    sample.edit_agent("codex", "approvalMode: deny", "approvalMode: none");
    let codex = effective(&sample, "codex");
    assert_eq!(codex.tier(), Tier::ReadOnly);
    assert_eq!(codex.get("canWrite"), &is(Value::Bool(false)));
    assert_eq!(
        codex.get("approvalMode"),
        &is(Value::Text("deny".to_owned()))
    );
    assert_eq!(not_counted(&codex), ["tier", "canWrite", "approvalMode"]);
    let held: Vec<Power> = sample.vault.agent_ref("codex").powers.iter().collect();
    assert_eq!(held, [Power::UseClipboard]);
    assert_eq!(sample.vault.agent_ref("codex").tier, Tier::ReadOnly);
    sample.make(&Change::AcceptDrift {}).unwrap();
    let codex = effective(&sample, "codex");
    assert_eq!(codex.tier(), Tier::Admin);
    assert!(codex.not_counted().is_empty() && codex.is_on("canWrite"));
}

#[test]
fn an_agent_lowered_by_hand_has_no_more_than_the_file_says() {
    let sample = known();
    sample.edit_agent("hermes", "tier: admin", "tier: standard");
    sample.edit_agent("hermes", "canWrite: true", "canWrite: false");
    sample.edit_agent("hermes", "canManageConfig: true", "canManageConfig: false");
    let hermes = effective(&sample, "hermes");
    assert_eq!(hermes.tier(), Tier::Standard);
    assert!(!hermes.is_on("canWrite"));
    // The tier lists programs, where no list was approved.
    assert_eq!(not_counted(&hermes), ["allowedExecutables"]);
    assert!(!sample.vault.agent_ref("hermes").can_manage_config());
    assert!(matches!(asks(&sample, "hermes"), Decision::Deny { .. }));
}

#[test]
fn can_manage_config_that_was_switched_on_by_hand_lets_nobody_ask_for_a_change() {
    let sample = known();
    sample.edit_agent("ci-bot", "canManageConfig: false", "canManageConfig: true");
    assert!(
        sample
            .vault
            .config()
            .unwrap()
            .agent("ci-bot")
            .unwrap()
            .agent_ref()
            .can_manage_config()
    );
    assert!(matches!(asks(&sample, "ci-bot"), Decision::Deny { .. }));
    sample.make(&Change::AcceptDrift {}).unwrap();
    assert!(matches!(
        asks(&sample, "ci-bot"),
        Decision::RequireBiometry { .. }
    ));
}

#[test]
fn a_new_agent_in_the_file_has_no_effect_until_it_is_accepted() {
    let sample = known();
    let config = sample.read("config.yaml");
    let new = "agents:\n    evil:\n        tier: admin\n        approvalMode: none\n";
    sample.write("config.yaml", &config.replacen("agents:\n", new, 1));
    let evil = effective(&sample, "evil");
    assert!(evil.is_sealed() && evil.is_never_approved());
    assert_eq!(evil.tier(), Tier::ReadOnly);
    assert!(evil.agent_ref().powers.iter().next().is_none());
    for (field, counts) in evil.known_fields() {
        let gives_nothing = match field {
            "requireApproval" => *counts.value().unwrap() == Value::Bool(true),
            "approvalMode" => *counts.value().unwrap() == Value::Text("deny".to_owned()),
            _ => [None, Some(&Value::Bool(false))].contains(&counts.value()),
        };
        assert!(gives_nothing, "{field}: {counts}");
    }
    assert!(matches!(asks(&sample, "evil"), Decision::Deny { .. }));
    // A token for it is decided on as one for an agent that nobody knows.
    let token = Change::IssueToken {
        agent: "evil".to_owned(),
        label: None,
        tools: vec!["list_entries".to_owned()],
        lifetime: Some(60),
    };
    let proposal = sample.propose(&token).unwrap();
    let shown = format!("{:?}", proposal.operation().resource());
    assert!(shown.contains("Custom"), "{shown}");
    sample.make(&Change::AcceptDrift {}).unwrap();
    let evil = effective(&sample, "evil");
    assert!(!evil.is_never_approved() && evil.tier() == Tier::Admin);
    assert!(evil.agent_ref().can_manage_config());
}

#[test]
fn an_agent_that_is_gone_from_the_file_is_not_known() {
    let sample = known();
    let config = sample.read("config.yaml");
    sample.write(
        "config.yaml",
        &config.replacen("    ci-bot:\n", "    other:\n", 1),
    );
    let gone = sample.vault.effective("ci-bot").unwrap_err();
    assert!(matches!(gone, VaultError::UnknownAgent { .. }), "{gone}");
    assert!(!sample.vault.agent_ref("ci-bot").can_manage_config());
    assert!(effective(&sample, "other").is_never_approved());
}

#[test]
fn what_means_all_when_it_is_taken_away_has_no_effect() {
    let sample = known();
    let tools = "allowed_tools:\n            - list_entries\n            - get_entry\n";
    sample.edit_agent("ci-bot", tools, "allowed_tools: []\n");
    sample.edit_agent("ci-bot", "max_reads_per_hour: 60", "max_reads_per_hour: 0");
    sample.edit_agent(
        "ci-bot",
        "            - ci/\n            - dev/\n",
        "            - dev/\n            - x/\n",
    );
    let list = |items: &[&str]| {
        is(Value::List(
            items.iter().map(|it| (*it).to_owned()).collect(),
        ))
    };
    let bot = effective(&sample, "ci-bot");
    assert_eq!(
        bot.get("allowed_tools"),
        &list(&["list_entries", "get_entry"])
    );
    assert_eq!(bot.get("max_reads_per_hour"), &is(Value::Int(60)));
    assert_eq!(bot.get("allowedPaths"), &list(&["dev/"]));
    assert_eq!(
        not_counted(&bot),
        ["allowedPaths", "allowed_tools", "max_reads_per_hour"]
    );
    let reads = &bot.not_counted()[2];
    assert_eq!(reads.approved, Some(Value::Int(60)));
    assert_eq!(reads.found, Value::Int(0));
    assert_eq!(reads.counts, is(Value::Int(60)));
    // Of other tools there is none that both have.
    sample.edit_agent(
        "ci-bot",
        "allowed_tools: []",
        "allowed_tools: [delete_entry]",
    );
    assert_eq!(
        effective(&sample, "ci-bot").get("allowed_tools"),
        &InEffect::Nothing
    );
    sample.make(&Change::Restore {}).unwrap();
    let bot = effective(&sample, "ci-bot");
    assert!(bot.not_counted().is_empty(), "{bot:?}");
    assert_eq!(bot.get("allowedPaths"), &list(&["ci/", "dev/"]));
    sample.write(
        "config.yaml",
        &sample
            .read("config.yaml")
            .replacen("max_reads_per_hour: 60", "max_reads_per_hour: 0", 1),
    );
    sample.make(&Change::AcceptDrift {}).unwrap();
    let bot = effective(&sample, "ci-bot");
    assert!(bot.not_counted().is_empty(), "{bot:?}");
    assert_eq!(bot.get("max_reads_per_hour"), &is(Value::Int(0)));
}

#[test]
fn case_67_an_old_config_that_is_put_back_gives_nothing_back() {
    let sample = Sample::without_rules();
    sample.make(&tier(Tier::Admin)).unwrap();
    let old = sample.read("config.yaml");
    sample.make(&tier(Tier::Standard)).unwrap();
    let lowered = sample.vault.agent_ref("codex");
    sample.write("config.yaml", &old);
    let codex = effective(&sample, "codex");
    assert_eq!(codex.agent_ref(), lowered);
    assert_eq!(codex.tier(), Tier::Standard);
    assert!(
        not_counted(&codex).contains(&"canManageConfig"),
        "{codex:?}"
    );
    assert!(matches!(asks(&sample, "codex"), Decision::Deny { .. }));
    sample.make(&Change::Restore {}).unwrap();
    assert_eq!(effective(&sample, "codex").agent_ref(), lowered);
    assert_ne!(sample.read("config.yaml"), old);
}

#[test]
fn case_67_a_log_with_lines_missing_makes_nothing_easier() {
    let sample = known();
    let log = sample.read("guard/log.jsonl").replacen("user", "usor", 1);
    sample.write("guard/log.jsonl", &log);
    sample.edit_agent("codex", "canWrite: false", "canWrite: true");
    assert!(sample.vault.drift().unwrap().log_is_damaged);
    assert!(!effective(&sample, "codex").is_on("canWrite"));
}

#[test]
fn where_the_approved_values_are_lost_nothing_counts_and_that_is_said() {
    let sample = known();
    fs::remove_dir_all(sample.dir().join("guard/approved")).unwrap();
    // What is there is what was approved, to the byte.
    assert_eq!(effective(&sample, "codex").lost(), None);
    sample.edit_agent("codex", "canWrite: false", "canWrite: true");
    let codex = effective(&sample, "codex");
    assert!(codex.lost().is_some() && !codex.is_sealed());
    assert!(!codex.is_on("canWrite"));
    assert_eq!(codex.tier(), Tier::ReadOnly);
}

/// An agent that asks is the same one in what it asks about.
#[test]
fn an_agent_may_still_ask_to_narrow_its_own_profile_that_was_raised_by_hand() {
    let sample = known();
    let who = Requester::Agent {
        name: "hermes".to_owned(),
        channel: Channel::Mcp,
    };
    sample.edit_agent(
        "hermes",
        "tier: admin",
        "tier: admin\n        exposePaymentValues: true",
    );
    let ask = |field: &str, value: &str| {
        let mut change = edit(field, value);
        if let Change::EditAgent { agent, .. } = &mut change {
            "hermes".clone_into(agent);
        }
        let request = sample.vault.request_of(&who);
        let proposal = sample.vault.propose(request, &change).unwrap();
        engine().decide(proposal.operation())
    };
    let narrows = ask("canWrite", "false");
    assert!(
        matches!(narrows, Decision::RequireBiometry { .. }),
        "{narrows:?}"
    );
    let widens = ask("allowedPaths", "ci/");
    assert!(matches!(widens, Decision::Deny { .. }), "{widens:?}");
}

#[test]
fn a_field_that_nobody_can_order_gives_nothing_once_it_was_changed_by_hand() {
    let sample = known();
    let more =
        "approvalMode: deny\n        approvalTimeout: 10s\n        promptInjectionMode: deny";
    sample.edit_agent("codex", "approvalMode: deny", more);
    sample.edit_agent("codex", "~/.codex/skills/openpass/AGENTS.md", "x.md");
    let codex = effective(&sample, "codex");
    let fields = ["approvalTimeout", "promptInjectionMode", "skillPath"];
    assert_eq!(not_counted(&codex), fields);
    for field in fields {
        assert_eq!(codex.get(field), &InEffect::Nothing, "{field}");
    }
}
