//! What is changed outside the guard is said, until a person accepts it.

use std::fs;

use openpass_policy::{Decision, Direction, Tier};
use openpass_vault::Change;

use crate::{
    every::{edit, tier},
    sample::{Sample, engine},
};

fn names(sample: &Sample) -> Vec<String> {
    let drift = sample.vault.drift().unwrap();
    drift.items.into_iter().map(|item| item.name).collect()
}

/// A vault that the guard has changed once, with a factor.
fn known() -> Sample {
    let sample = Sample::new();
    sample.make(&edit("canUseClipboard", "true")).unwrap();
    assert!(sample.vault.drift().unwrap().is_empty());
    sample
}

#[test]
fn before_the_first_change_there_is_nothing_to_compare_with() {
    let sample = Sample::new();
    sample.write(
        "policies/new.cedar",
        "permit (principal, action, resource);\n",
    );
    assert!(sample.vault.drift().unwrap().is_empty());
}

#[test]
fn case_36_a_log_that_was_taken_away_does_not_make_everything_good() {
    let sample = known();
    sample.write("guard/settings.yaml", "step_up: confirm\n");
    sample.write(
        "policies/by-hand.cedar",
        "permit (principal, action, resource);\n",
    );
    fs::remove_file(sample.dir().join("guard/log.jsonl")).unwrap();
    let said = |sample: &Sample| {
        assert!(sample.vault.drift().unwrap().log_is_damaged);
        assert_eq!(sample.vault.not_in_effect().unwrap().len(), 2);
        assert_eq!(sample.vault.settings().guard.step_up.as_str(), "biometry");
    };
    said(&sample);
    // What narrows makes nothing good that it does not change itself.
    sample.make(&edit("max_reads_per_day", "6")).unwrap();
    said(&sample);
    // A person who is asked is shown what counts from then on.
    let made = sample.make(&tier(Tier::Admin)).unwrap();
    let fields: Vec<&str> = made
        .operation()
        .changes()
        .iter()
        .map(|change| change.field.as_str())
        .collect();
    assert!(
        fields.contains(&"guard/settings.yaml step_up"),
        "{fields:?}"
    );
    assert!(fields.contains(&"policies/by-hand.cedar"), "{fields:?}");
    assert!(sample.vault.drift().unwrap().log_is_damaged);
}

#[test]
fn case_13_a_policy_that_is_changed_added_or_removed_by_hand_is_said() {
    let sample = known();
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
    let sample = known();
    sample.write("guard/settings.yaml", "step_up: confirm\n");
    assert_eq!(names(&sample), ["guard/settings.yaml"]);
    // Another change does not make it good.
    sample.make(&tier(Tier::Admin)).unwrap();
    assert_eq!(names(&sample), ["guard/settings.yaml"]);
    sample.make(&Change::AcceptDrift {}).unwrap();
    assert!(sample.vault.drift().unwrap().is_empty());
}

#[test]
fn case_13_an_agent_that_is_raised_by_hand_is_said() {
    let sample = known();
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
    let sample = known();
    // As the product saves: defaults left out or written, routine keys changed.
    let same = format!(
        "# by hand\n{}",
        sample
            .read("config.yaml")
            .replace("    port: 8080\n", "")
            .replace("sessionTimeout: 15m0s", "sessionTimeout: 15m")
            .replace("auto_clear_duration: 20", "auto_clear_duration: 25")
    );
    sample.write("config.yaml", &same);
    assert!(sample.vault.drift().unwrap().is_empty());
}

#[test]
fn damage_to_the_log_is_said_until_accepted() {
    let sample = known();
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
    let sample = known();
    sample.write("policies/20-prod.yaml", "version: \"1\"\n");
    let proposal = sample.propose(&Change::AcceptDrift {}).unwrap();
    let grant = crate::sample::grant(&sample.vault, &proposal);
    sample.write("policies/20-prod.yaml", "version: \"2\"\n");
    sample.vault.commit(grant, &proposal).unwrap_err();
    assert!(!sample.vault.drift().unwrap().is_empty());
}

#[test]
fn case_50_what_narrows_a_value_written_by_hand_is_decided_on_from_what_was_approved() {
    let sample = Sample::without_rules();
    sample.make(&edit("allowedPaths", "dev/")).unwrap();
    let config = sample.read("config.yaml");
    let line = config.lines().find(|line| line.trim() == "- dev/").unwrap();
    let [all, sacrifice] = ["'*'", "x/"].map(|path| line.replace("dev/", path));
    let by_hand = config.replace(line, &[all.as_str(), line, &sacrifice].join("\n"));
    sample.write("config.yaml", &by_hand);
    let proposal = sample.propose(&edit("allowedPaths", "*,dev/")).unwrap();
    let changes = proposal.operation().changes();
    let shown: Vec<_> = changes
        .iter()
        .map(|change| (change.field.as_str(), change.direction))
        .collect();
    let expected = [
        ("allowedPaths", Direction::Narrows),
        ("config.yaml agent codex allowedPaths", Direction::Widens),
    ];
    assert_eq!(shown, expected);
    let difference = &changes.last().unwrap().difference;
    assert_eq!(difference.added().collect::<Vec<_>>(), ["*"]);
    // Without it, a y would be enough.
    let decision = engine().decide(proposal.operation());
    assert!(
        matches!(decision, Decision::RequireBiometry { .. }),
        "{decision:?}"
    );
}
