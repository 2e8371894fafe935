//! What a person can always do, and what it does.

use std::{fs, sync::Arc};

use openpass_policy::{Action, Channel, Decision, Direction, Tier};
use openpass_vault::{Change, Proposal, Requester, VaultError};

use crate::{
    every::{edit, tier},
    sample::{Sample, ask, engine, grant, in_force, knows_it},
};

pub(crate) const RESTORE: Change = Change::Restore {};
pub(crate) const ALL: &str = "@id(\"all\") forbid (principal, action, resource);\n";
pub(crate) const LIST: &str = "@id(\"list\") forbid (principal is OpenPass::Agent, action == OpenPass::Action::\"list\", resource);\n";

/// A vault with a policy, that the guard has changed once, with a factor.
pub(crate) fn known() -> Sample {
    let sample = Sample::new();
    sample.write("policies/mine.cedar", LIST);
    sample.make(&edit("canUseClipboard", "true")).unwrap();
    assert!(sample.vault.drift().unwrap().is_empty());
    sample
}

pub(crate) fn restored(sample: &Sample) -> Proposal {
    let made = sample.make(&RESTORE).unwrap();
    assert!(sample.vault.drift().unwrap().is_empty());
    made
}

pub(crate) fn fields(proposal: &Proposal) -> Vec<(&str, Direction)> {
    let changes = proposal.operation().changes().iter();
    changes
        .map(|change| (change.field.as_str(), change.direction))
        .collect()
}

#[test]
fn case_52_an_empty_list_comes_back_as_what_the_product_makes_of_it() {
    // What the file says of the paths, and what somebody makes of that.
    for (approved, edited) in [("[]", "[x]"), ("null", "[x]"), ("null", "[]")] {
        let sample = known();
        let config = sample.read("config.yaml");
        let paths = "allowedPaths:\n            - ci/\n            - dev/\n";
        assert!(config.contains(paths), "{config}");
        let with = |value: &str| config.replace(paths, &format!("allowedPaths: {value}\n"));
        sample.write("config.yaml", &with(approved));
        sample.make(&Change::AcceptDrift {}).unwrap();
        sample.write("config.yaml", &with(edited));
        assert!(!sample.vault.drift().unwrap().is_empty());
        restored(&sample);
    }
}

#[test]
fn case_52_everything_that_was_changed_by_hand_is_put_back_to_the_byte_where_it_can_be() {
    let sample = known();
    let before = sample.files();
    let config = sample.read("config.yaml");
    let raised = config
        .replacen("canWrite: false", "canWrite: true", 1)
        .replacen("agents:\n", "agents:\n    evil:\n        tier: admin\n", 1)
        .replacen("    bind: 127.0.0.1\n", "    bind: 0.0.0.0\n", 1);
    assert_ne!(raised, config);
    sample.write("config.yaml", &raised);
    fs::remove_file(sample.dir().join("policies/mine.cedar")).unwrap();
    sample.write("policies/10-dev.yaml", "version: \"2\"\n");
    sample.write(
        "policies/evil.cedar",
        "permit (principal, action, resource);\n",
    );
    sample.write("recipients.txt", "# who\nage1evil\n");
    fs::create_dir(sample.dir().join(".openpass")).unwrap();
    sample.write(".openpass/devices.json", "{\"devices\": [\"evil\"]}\n");
    sample.write("guard/settings.yaml", "unattended: waive\n");
    let proposal = sample.propose(&RESTORE).unwrap();
    assert_eq!(*proposal.operation().action(), Action::Restore);
    let fields = fields(&proposal);
    for field in [
        "guard/settings.yaml unattended",
        "policies/mine.cedar",
        "policies/10-dev.yaml",
        "policies/evil.cedar",
        "recipients.txt",
        ".openpass/devices.json",
        "config.yaml agent evil",
    ] {
        assert!(
            fields.iter().any(|(name, _)| *name == field),
            "{field}: {fields:?}"
        );
    }
    restored(&sample);
    assert!(!sample.dir().join("policies/evil.cedar").exists());
    assert!(!sample.read("config.yaml").contains("evil"));
    assert!(!sample.read("config.yaml").contains("0.0.0.0"));
    let after = sample.files();
    for name in [
        "policies/10-dev.yaml",
        "policies/mine.cedar",
        "mcp-tokens.json",
    ] {
        let name = std::path::Path::new(name);
        assert_eq!(before.get(name), after.get(name), "{name:?}");
    }
    assert_eq!(sample.read("recipients.txt"), "# who\n");
}

#[test]
fn case_52_what_only_takes_power_back_needs_a_yes_and_no_factor() {
    let sample = known();
    let config = sample.read("config.yaml");
    sample.write(
        "config.yaml",
        &config.replacen("canWrite: false", "canWrite: true", 1),
    );
    let proposal = sample.propose(&RESTORE).unwrap();
    assert_eq!(*proposal.operation().action(), Action::RestoreNarrower);
    let decision = engine().decide(proposal.operation());
    assert!(matches!(decision, Decision::Allow { .. }), "{decision:?}");
    restored(&sample);
    assert_eq!(sample.read("config.yaml"), config);
}

#[test]
fn case_52_no_opt_out_comes_back_without_a_factor_and_unshown() {
    let sample = known();
    sample
        .make(&Change::SetGuard {
            key: "step_up".to_owned(),
            value: Some("confirm".to_owned()),
        })
        .unwrap();
    fs::remove_file(sample.dir().join("guard/settings.yaml")).unwrap();
    let proposal = sample.propose(&RESTORE).unwrap();
    let shown = ("guard/settings.yaml step_up", Direction::Widens);
    assert_eq!(fields(&proposal), [shown]);
    let decision = engine().decide(proposal.operation());
    assert!(
        matches!(decision, Decision::RequireBiometry { .. }),
        "{decision:?}"
    );
    restored(&sample);
    assert_eq!(sample.vault.settings().guard.step_up.as_str(), "confirm");
}

#[test]
fn case_52_no_agent_gets_a_repair() {
    let sample = known();
    sample.write("recipients.txt", "age1evil\n");
    sample.write("guard/settings.yaml", "unattended: waive\n");
    for change in [RESTORE, Change::ResetSettings {}] {
        for channel in [Channel::Mcp, Channel::Cli] {
            let name = "hermes".to_owned();
            let request = sample.vault.request_of(&Requester::Agent { name, channel });
            let proposal = sample.vault.propose(request, &change).unwrap();
            let person = Arc::new(knows_it(&sample.vault));
            ask(&sample.vault, &proposal, in_force(&sample.vault), person).unwrap_err();
        }
    }
}

#[test]
fn case_52_a_policy_that_forbids_everything_does_not_decide_on_repair() {
    for text in [
        ALL,
        "@id(\"over\") permit (principal, action, resource) when { context.time.minuteOfDay + 9223372036854775807 > 0 };\n",
    ] {
        let sample = known();
        // By hand: what forbids counts at once, whoever wrote it.
        sample.write("policies/lock.cedar", text);
        let proposal = sample.propose(&RESTORE).unwrap();
        let own = sample.vault.engine().unwrap();
        let decision = own.decide(proposal.operation());
        assert!(!matches!(decision, Decision::Deny(_)), "{decision:?}");
        // What the policy forbids otherwise, it forbids.
        if text == ALL {
            let raise = sample.propose(&tier(Tier::Admin)).unwrap();
            assert!(matches!(own.decide(raise.operation()), Decision::Deny(_)));
        }
        restored(&sample);
    }
}

#[test]
fn case_52_reset_puts_every_setting_back_and_is_told_for_seven_days() {
    let sample = known();
    let reset = Change::ResetSettings {};
    assert!(matches!(
        sample.propose(&reset),
        Err(VaultError::NothingToChange)
    ));
    for text in ["step_up: confirm\n", "not: [a\n", "\u{0}"] {
        sample.write("guard/settings.yaml", text);
        sample.make(&reset).unwrap();
        assert!(!sample.dir().join("guard/settings.yaml").exists());
        assert!(sample.vault.drift().unwrap().is_empty());
        assert!(sample.vault.settings().problem.is_none());
    }
    let told = sample.vault.repair_notices().unwrap();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0]
            .as_str()
            .contains("settings of the guard were reset"),
        "{told:?}"
    );
}

#[test]
fn case_52_without_anything_approved_restore_says_what_else_to_do() {
    let sample = Sample::new();
    let refused = sample.propose(&RESTORE).unwrap_err().to_string();
    assert!(refused.contains("openpass guard reset"), "{refused}");
}

#[test]
fn case_52_what_is_changed_while_the_person_is_asked_is_a_conflict() {
    let sample = known();
    sample.write("recipients.txt", "age1evil\n");
    let proposal = sample.propose(&RESTORE).unwrap();
    let grant = grant(&sample.vault, &proposal);
    sample.write("recipients.txt", "age1evil\nage1more\n");
    let refused = sample.vault.commit(grant, &proposal).unwrap_err();
    assert!(matches!(refused, VaultError::Conflict), "{refused}");
    assert_eq!(sample.read("recipients.txt"), "age1evil\nage1more\n");
}

#[test]
fn case_52_a_repair_approves_nothing_that_nobody_has_seen() {
    let sample = Sample::new();
    sample.write(
        "policies/b.cedar",
        "permit (principal, action, resource);\n",
    );
    let made = sample
        .make(&Change::RemovePolicy {
            name: "10-dev.yaml".to_owned(),
        })
        .unwrap();
    assert!(!made.adopts());
    let decided = sample.vault.engine().unwrap();
    let raise = sample.propose(&tier(Tier::Admin)).unwrap();
    let decision = decided.decide(raise.operation());
    assert!(
        matches!(decision, Decision::RequireBiometry { .. }),
        "{decision:?}"
    );
}

#[test]
fn case_51_an_opt_out_that_appeared_is_accepted_by_its_name_and_value() {
    let sample = known();
    sample.write("guard/settings.yaml", "unattended: waive\n");
    sample.write("policies/mine.cedar", &format!("{LIST}{ALL}"));
    let proposal = sample.propose(&Change::AcceptDrift {}).unwrap();
    let changes = proposal.operation().changes();
    let setting = &changes[0];
    assert_eq!(setting.field, "guard/settings.yaml unattended");
    assert_eq!(setting.after.as_deref(), Some("waive"));
    let policy = &changes[1];
    assert_eq!(
        policy.difference.added().collect::<Vec<_>>(),
        [ALL.trim_end()]
    );
    assert_eq!(policy.difference.removed().count(), 0);
}
