//! The approved values' own files, gone or spoilt.

use std::{fs, path::Path};

use openpass_policy::{StepUp, Tier};
use openpass_vault::Change;

use crate::{every::tier, sample::Sample};

type Spoil = fn(&Path);

/// What may become of a file.
const SPOILT: &[(&str, Spoil)] = &[
    ("gone", |path| fs::remove_file(path).unwrap()),
    ("empty", |path| fs::write(path, "").unwrap()),
    ("half written", |path| {
        let text = fs::read(path).unwrap();
        fs::write(path, &text[..text.len() / 2]).unwrap();
    }),
    ("a folder", |path| {
        fs::remove_file(path).unwrap();
        fs::create_dir(path).unwrap();
    }),
    #[cfg(unix)]
    ("a link", |path| {
        let elsewhere = path.with_extension("elsewhere");
        fs::rename(path, &elsewhere).unwrap();
        std::os::unix::fs::symlink(elsewhere, path).unwrap();
    }),
    ("100 MB", |path| {
        let file = fs::File::options().write(true).open(path).unwrap();
        file.set_len(100 << 20).unwrap();
    }),
];

fn every_value(sample: &Sample, spoil: Spoil) {
    for entry in fs::read_dir(sample.dir().join("guard/approved")).unwrap() {
        spoil(&entry.unwrap().path());
    }
}

#[test]
fn case_50_values_that_are_lost_make_nothing_easier_and_lock_nobody_out() {
    for &(name, spoil) in SPOILT {
        let sample = Sample::new();
        let key = "step_up".to_owned();
        let value = Some("confirm".to_owned());
        sample.make(&Change::SetGuard { key, value }).unwrap();
        every_value(&sample, spoil);
        // What is there is what was approved, to the byte: nothing is lost.
        assert_eq!(sample.vault.settings().guard.step_up, StepUp::Confirm);
        sample.write(
            "guard/settings.yaml",
            "step_up: confirm\nunattended: waive\n",
        );
        sample.write(
            "policies/mine.cedar",
            "permit (principal, action, resource);\n",
        );
        let settings = sample.vault.settings();
        assert_eq!(
            settings.guard,
            openpass_policy::GuardSettings::default(),
            "{name}"
        );
        let error = sample.vault.engine().unwrap_err().to_string();
        assert!(error.contains("guard accept"), "{name}: {error}");
        let drift = sample.vault.drift().unwrap();
        assert!(
            drift.lines().iter().any(|line| line.contains("lost")),
            "{drift:?}"
        );
        // The store knows no policies under which it could take a grant for a change
        // that mends nothing, and what is lost stays said.
        let refused = sample.make(&tier(Tier::Admin)).unwrap_err();
        assert!(refused.to_string().contains("guard accept"), "{refused}");
        assert!(!sample.vault.drift().unwrap().lost.is_empty());
        sample.make(&Change::AcceptDrift {}).unwrap();
        assert!(sample.vault.drift().unwrap().is_empty(), "{name}");
        assert_eq!(sample.vault.settings().guard.step_up, StepUp::Confirm);
        sample.vault.engine().unwrap();
    }
}

#[test]
fn only_the_values_that_are_needed_are_kept() {
    let sample = Sample::new();
    for value in [Tier::Standard, Tier::Admin, Tier::Standard, Tier::Admin] {
        sample.make(&tier(value)).unwrap();
    }
    let kept = fs::read_dir(sample.dir().join("guard/approved")).unwrap();
    // One a kind, and kinds that are empty share one.
    assert!((5..=8).contains(&kept.count()));
}
