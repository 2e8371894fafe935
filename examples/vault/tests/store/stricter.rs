//! What a person made stricter holds whatever became of the log, the identity or
//! a policy's file.

use std::fs;

use openpass_policy::Direction;
use openpass_vault::{Change, SettingSource};

use crate::{damaged::LOG, every::edit, sample::Sample};

const FORBID: &str =
    "@id(\"never\") forbid (principal, action == OpenPass::Action::\"addAgent\", resource);";
const BOTH: &str = "@id(\"mine\") permit (principal, action, resource);\n@id(\"never\") forbid (principal, action == OpenPass::Action::\"addAgent\", resource);\n";

fn set(key: &str, value: &str) -> Change {
    Change::SetGuard {
        key: key.to_owned(),
        value: Some(value.to_owned()),
    }
}

fn with_policy(text: &str) -> Sample {
    let sample = Sample::new();
    sample.write("policies/never.cedar", text);
    sample.make(&edit("canUseClipboard", "true")).unwrap();
    sample
}

/// A line that is none of the log's.
fn damage(sample: &Sample) {
    let text = sample.read(LOG);
    sample.write(LOG, &format!("{text}hello\n"));
}

#[test]
fn case_50_what_is_stricter_than_the_default_holds_while_the_log_or_the_identity_does_not_count() {
    type Undo = fn(&Sample);
    let undone: [Undo; 2] = [damage, |sample| {
        sample.write("identity.age", "age-encryption.org/v1\nanother\n");
    }];
    for undo in undone {
        let sample = Sample::new();
        for (key, value) in [
            ("step_up", "passphrase"),
            ("unattended", "refuse"),
            ("timeout", "30s"),
            ("unenforced_yaml", "refuse"),
            ("unenforced_yaml", "report"),
        ] {
            sample.make(&set(key, value)).unwrap();
        }
        undo(&sample);
        let given = sample.vault.settings_in_force();
        assert!(!given.is_known);
        let counts = |key: &str| given.counts.value(key).unwrap();
        assert_eq!(counts("step_up"), "passphrase");
        assert_eq!(counts("unattended"), "refuse");
        assert_eq!(counts("timeout"), "30s");
        assert_eq!(given.source("timeout"), SettingSource::Approved);
        assert_eq!(counts("unenforced_yaml"), "report");
    }
    let sample = Sample::new();
    sample.make(&set("step_up", "confirm")).unwrap();
    sample.make(&set("timeout", "120s")).unwrap();
    damage(&sample);
    let defaults = openpass_vault::Settings::default();
    assert_eq!(sample.vault.settings(), defaults, "opt-outs are none");
}

#[test]
fn case_46_a_setting_that_is_not_in_force_yet_says_what_makes_it_so() {
    let sample = Sample::new();
    sample.make(&set("timeout", "45s")).unwrap();
    damage(&sample);
    sample.make(&set("timeout", "90s")).unwrap();
    let waits = sample.vault.setting_waits("timeout").unwrap().unwrap();
    assert!(
        waits.contains("guard accept") && waits.contains("\"60s\""),
        "{waits}"
    );
    // A shorter one holds at once.
    sample.make(&set("timeout", "20s")).unwrap();
    assert_eq!(sample.vault.setting_waits("timeout").unwrap(), None);
    sample.make(&set("timeout", "90s")).unwrap();
    sample.make(&Change::AcceptDrift {}).unwrap();
    assert!(sample.vault.setting_waits("timeout").unwrap().is_some());
    sample.make(&Change::AcceptDrift {}).unwrap();
    assert_eq!(sample.vault.setting_waits("timeout").unwrap(), None);
    assert_eq!(sample.vault.settings().value("timeout").unwrap(), "90s");
}

#[test]
fn case_51_accepting_that_a_policy_is_gone_says_what_it_forbade() {
    for (text, said) in [
        (FORBID, "it forbade things"),
        (BOTH, "it forbade things"),
        (
            "permit (principal, action, resource);",
            "it forbade nothing",
        ),
    ] {
        for is_lost in [false, true] {
            let sample = with_policy(text);
            fs::remove_file(sample.dir().join("policies/never.cedar")).unwrap();
            if is_lost {
                fs::remove_dir_all(sample.dir().join("guard/approved")).unwrap();
            }
            let proposal = sample.propose(&Change::AcceptDrift {}).unwrap();
            let changes = proposal.operation().changes();
            let mut found = changes.iter();
            let gone = found.find(|it| it.field == "policies/never.cedar is gone");
            let gone = gone.unwrap_or_else(|| panic!("{is_lost}: {changes:?}"));
            assert_eq!(gone.direction, Direction::Widens);
            assert!(gone.after.as_ref().unwrap().starts_with(said), "{gone:?}");
            if !is_lost {
                let mut texts = changes.iter();
                let lines = texts.find(|it| it.field == "policies/never.cedar").unwrap();
                let first = text.lines().next().unwrap();
                assert_eq!(lines.difference.removed().next(), Some(first));
            }
            sample.make(&Change::AcceptDrift {}).unwrap();
            assert!(sample.vault.drift().unwrap().is_empty());
        }
    }
}

#[test]
fn case_50_a_forbid_beside_a_permit_stays_approved_when_a_damaged_log_is_set_aside() {
    let sample = with_policy(BOTH);
    damage(&sample);
    sample.make(&Change::SetLogAside {}).unwrap();
    // The permit waits for a person; without its file the forbid is missed.
    assert!(!sample.vault.drift().unwrap().items.is_empty());
    fs::remove_file(sample.dir().join("policies/never.cedar")).unwrap();
    let error = sample.vault.engine().unwrap_err().to_string();
    assert!(error.contains("policies/never.cedar"), "{error}");
}
