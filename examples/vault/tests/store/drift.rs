//! What is changed outside the guard is said, until a person accepts it.

use std::fs;

use openpass_policy::Tier;
use openpass_vault::Change;

use crate::{
    every::{edit, tier},
    sample::Sample,
};

fn names(sample: &Sample) -> Vec<String> {
    let drift = sample.vault.drift().unwrap();
    drift.items.into_iter().map(|item| item.name).collect()
}

/// A vault in which nothing is new to the guard.
fn accepted() -> Sample {
    let sample = Sample::new();
    assert_eq!(
        names(&sample),
        ["policies/10-dev.yaml", "policies/20-prod.yaml"]
    );
    sample.make(&Change::AcceptDrift {}).unwrap();
    assert!(sample.vault.drift().unwrap().is_empty());
    sample
}

#[test]
fn case_13_a_policy_that_is_changed_added_or_removed_by_hand_is_said() {
    let sample = accepted();
    sample.write("policies/10-dev.yaml", "version: \"2\"\n");
    sample.write(
        "policies/new.cedar",
        "permit (principal, action, resource);\n",
    );
    fs::remove_file(sample.dir().join("policies/20-prod.yaml")).unwrap();
    let expected = [
        "policies/10-dev.yaml",
        "policies/20-prod.yaml",
        "policies/new.cedar",
    ];
    assert_eq!(names(&sample), expected);
    let lines = sample.vault.drift().unwrap().lines();
    assert_eq!(
        lines[0],
        "policies/10-dev.yaml was changed outside the guard"
    );
    assert_eq!(
        lines[1],
        "policies/20-prod.yaml was removed outside the guard"
    );
    assert_eq!(lines[2], "policies/new.cedar was added outside the guard");
}

#[test]
fn case_13_settings_that_are_changed_by_hand_are_said_until_accepted() {
    let sample = accepted();
    sample.write("guard/settings.yaml", "step_up: confirm\n");
    assert_eq!(names(&sample), ["guard/settings.yaml"]);
    // Another change does not make it good.
    sample.make(&tier(Tier::Admin)).unwrap();
    assert_eq!(names(&sample), ["guard/settings.yaml"]);
    sample.make(&Change::AcceptDrift {}).unwrap();
    assert!(sample.vault.drift().unwrap().is_empty());
}

#[test]
fn case_13_an_agent_that_is_raised_by_hand_is_said_once_the_guard_knows_the_agents() {
    let sample = accepted();
    sample.make(&edit("max_reads_per_day", "5")).unwrap();
    assert!(sample.vault.drift().unwrap().is_empty());
    let raised = sample
        .read("config.yaml")
        .replacen("canWrite: false", "canWrite: true", 1);
    sample.write("config.yaml", &raised);
    assert_eq!(names(&sample), ["config.yaml agent ci-bot"]);
    sample.make(&edit("max_reads_per_day", "6")).unwrap();
    assert_eq!(names(&sample), ["config.yaml agent ci-bot"]);
}

#[test]
fn what_changes_nothing_in_effect_is_no_drift() {
    let sample = accepted();
    sample.make(&edit("max_reads_per_day", "5")).unwrap();
    let same = format!(
        "# by hand\n{}",
        sample
            .read("config.yaml")
            .replace("port: 8080", "port: 8081")
    );
    sample.write("config.yaml", &same);
    assert!(sample.vault.drift().unwrap().is_empty());
}

#[test]
fn damage_to_the_log_is_said_until_accepted() {
    let sample = accepted();
    let log = sample.read("guard/log.jsonl").replacen("user", "usor", 1);
    sample.write("guard/log.jsonl", &log);
    assert!(sample.vault.drift().unwrap().log_is_damaged);
    sample.make(&Change::AcceptDrift {}).unwrap();
    assert!(sample.vault.drift().unwrap().is_empty());
    // Verification goes on saying it: the line is still not what was written.
    assert!(
        !openpass_vault::GuardLog::of(&sample.vault)
            .verify()
            .unwrap()
            .is_whole()
    );
}

#[test]
fn a_drift_that_changes_while_the_person_is_asked_is_not_accepted() {
    let sample = Sample::new();
    let proposal = sample.propose(&Change::AcceptDrift {}).unwrap();
    let grant = crate::sample::grant(&sample.vault, &proposal);
    sample.write("policies/20-prod.yaml", "version: \"2\"\n");
    sample.vault.commit(grant, &proposal).unwrap_err();
    assert!(!sample.vault.drift().unwrap().is_empty());
}
