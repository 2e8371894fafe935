//! Keys and fields that the product does not know, and odd spellings.

use openpass_policy::{
    After, AuthFactor, Before, Channel, Direction, Effect, FieldChange, GuardSettings, Operation,
    PolicyEngine, Principal, Request, StateDigest, StepUp, Unattended,
};
use openpass_vault::{Change, Proposal, Requester, VaultError, known_keys};

use crate::{
    every::edit,
    sample::{Sample, engine},
};

fn set(key: &str, value: &str) -> Change {
    Change::SetConfigKey {
        key: key.to_owned(),
        value: value.to_owned(),
    }
}

fn asked_by_agent(sample: &Sample, change: &Change) -> Result<Proposal, VaultError> {
    let request = sample.vault.request_of(&Requester::Agent {
        name: "hermes".to_owned(),
        channel: Channel::Mcp,
    });
    sample.vault.propose(request, change)
}

fn problem(answer: Result<Proposal, VaultError>) -> String {
    match answer.unwrap_err() {
        VaultError::RefusedValue { problem, .. } => problem,
        other => panic!("{other}"),
    }
}

#[test]
fn m6_a_field_that_no_profile_has_is_refused_and_the_one_meant_is_named() {
    let sample = Sample::new();
    for (field, meant) in [
        ("allowedTools", "did you mean allowed_tools?"),
        ("canwrite", "did you mean canWrite?"),
        ("x-mine", "no field of an agent's profile"),
    ] {
        let by_key = set(&format!("agents.codex.{field}"), "true");
        for change in [edit(field, "true"), by_key] {
            let person = problem(sample.propose(&change));
            assert!(person.contains(meant), "{field}: {person}");
            let agent = problem(asked_by_agent(&sample, &change));
            assert!(agent.contains(meant), "{field}: {agent}");
        }
    }
}

#[test]
fn case_56_a_key_that_the_product_does_not_know_is_a_persons_to_set() {
    let sample = Sample::new();
    let change = set("nobody.knows", "hunter2");
    sample.propose(&change).unwrap();
    let refused = problem(asked_by_agent(&sample, &change));
    assert!(refused.contains("OpenPass knows no key"), "{refused}");
    let near = problem(asked_by_agent(&sample, &set("mcp.prot", "1")));
    assert!(near.contains("did you mean mcp.port?"), "{near}");
}

#[test]
fn case_45_another_spelling_of_a_known_key_is_refused_for_everybody() {
    let sample = Sample::new();
    for (key, meant) in [
        ("Audit.enabled", "audit.enabled"),
        ("auth_method", "authMethod"),
        ("vault_dir", "vaultDir"),
        ("vault.defaultRecipients", "vault.default_recipients"),
        ("Agents.codex.canWrite", "agents.codex.canWrite"),
        ("use_touch_id", "useTouchID"),
    ] {
        let said = problem(sample.propose(&set(key, "true")));
        assert!(said.contains(&format!("did you mean {meant}?")), "{said}");
    }
}

/// What is enough to set `key`, under settings that allow a y/N: nothing or a
/// y/N by a person, the passphrase for an agent.
fn enough(engine: &PolicyEngine, boss: &Principal, key: &str) -> Vec<&'static str> {
    let change = FieldChange::new(key, Before(None), After(None), Direction::Neutral);
    let effect = || Effect::new(vec![change.clone()], StateDigest::of(&[]));
    let settings = GuardSettings::new(StepUp::Confirm, Unattended::Waive);
    let person = Request::by_person("/v", settings);
    let mut agent = person.clone();
    agent.principal = boss.clone();
    agent.channel = Channel::Mcp;
    let takes = |request: &Request, factor| {
        // Keys of agents and of the auth method have operations of their own,
        // for which agents may ask.
        Operation::set_config_key(request.clone(), key, (Before(None), After(None)), effect())
            .map_or(factor == AuthFactor::Passphrase, |operation| {
                engine.decide_with(&operation, factor).is_ok()
            })
    };
    [
        ("nothing", takes(&person, AuthFactor::None)),
        ("a y/N", takes(&person, AuthFactor::Confirm)),
        ("an agent", takes(&agent, AuthFactor::Passphrase)),
    ]
    .into_iter()
    .filter_map(|(what, enough)| enough.then_some(what))
    .collect()
}

/// The key as people misspell it.
fn spellings(key: &str) -> Vec<String> {
    let snake: String = key
        .chars()
        .flat_map(|c| {
            let mark = c.is_ascii_uppercase().then_some('_');
            mark.into_iter().chain([c.to_ascii_lowercase()])
        })
        .collect();
    let mut capitals = key.to_owned();
    if let Some(first) = capitals.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    vec![
        key.to_uppercase(),
        key.to_lowercase(),
        capitals,
        key.replace('_', ""),
        key.replace('_', "-"),
        snake.clone(),
        snake.to_uppercase(),
        key.replace('.', "._"),
        format!("{key}_"),
    ]
}

#[test]
fn case_44_no_spelling_of_a_known_key_is_decided_more_easily_than_the_key() {
    let sample = Sample::new();
    let (engine, boss) = (engine(), Principal::Agent(sample.vault.agent_ref("hermes")));
    let known: Vec<&str> = known_keys().collect();
    assert!(known.len() > 60);
    for key in &known {
        let own = enough(&engine, &boss, key);
        let is_section = known.iter().any(|it| it.starts_with(&format!("{key}.")));
        let below = (!is_section).then(|| format!("{key}.more"));
        for spelling in spellings(key).into_iter().chain(below) {
            let enough = enough(&engine, &boss, &spelling);
            let easier = enough.iter().find(|what| !own.contains(what));
            assert_eq!(easier, None, "{spelling} beside {key}");
            let is_known = known.contains(&spelling.as_str());
            assert!(is_known || !enough.contains(&"nothing"), "{spelling}");
        }
    }
}
