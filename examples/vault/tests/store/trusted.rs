//! Files that others may have written are not trusted.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, chown},
};

use openpass_policy::{GuardSettings, SealGrade, StepUp, Tier};
use openpass_vault::{Change, VaultError};

use crate::{every::tier, sample::Sample};

const FORBID: &str = "@id(\"never\") forbid (principal is OpenPass::Agent, action, resource);\n";
/// No group has this number.
const NOBODYS: u32 = 54_321;

fn with_mode(sample: &Sample, name: &str, mode: u32) {
    let path = sample.dir().join(name);
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// A vault with an approved opt-out and a policy.
fn known() -> Sample {
    let sample = Sample::new();
    sample.write("policies/never.cedar", FORBID);
    let (key, value) = ("step_up".to_owned(), Some("confirm".to_owned()));
    sample.make(&Change::SetGuard { key, value }).unwrap();
    assert_eq!(sample.vault.settings().guard.step_up, StepUp::Confirm);
    sample
}

#[test]
fn case_53_settings_and_policies_that_others_may_write_are_not_trusted_until_cured() {
    for (name, bad, good) in [
        ("guard/settings.yaml", 0o602, 0o600),
        ("guard/settings.yaml", 0o646, 0o600),
        ("guard", 0o707, 0o700),
        ("guard/log.jsonl", 0o602, 0o600),
        ("guard/log.key", 0o602, 0o600),
        ("guard/log.key", 0o604, 0o600),
        ("guard/approved", 0o702, 0o700),
        ("", 0o707, 0o700),
    ] {
        let sample = known();
        with_mode(&sample, name, bad);
        let settings = sample.vault.settings();
        let guard = settings.guard.sealed(SealGrade::None);
        assert_eq!(guard, GuardSettings::STRICTEST, "{name} {bad:o}");
        let problem = settings.problem.unwrap().to_string();
        assert!(problem.contains(&format!("{bad:o}")), "{problem}");
        assert!(problem.contains("chmod go-"), "{problem}");
        with_mode(&sample, name, good);
        assert_eq!(sample.vault.settings().guard.step_up, StepUp::Confirm);
    }
    for (name, bad, good) in [
        ("policies", 0o757, 0o755),
        ("policies/never.cedar", 0o602, 0o600),
        ("guard", 0o707, 0o700),
    ] {
        let sample = known();
        with_mode(&sample, name, bad);
        let error = sample.vault.engine().unwrap_err();
        assert!(matches!(error, VaultError::Untrusted { .. }), "{error}");
        with_mode(&sample, name, good);
        sample.vault.engine().unwrap();
    }
}

#[test]
fn case_53_what_the_product_writes_is_trusted() {
    let sample = known();
    with_mode(&sample, "policies", 0o750);
    with_mode(&sample, "policies/never.cedar", 0o640);
    with_mode(&sample, "config.yaml", 0o600);
    sample.vault.engine().unwrap();
    sample.make(&tier(Tier::Admin)).unwrap();
}

#[test]
fn case_53_a_group_may_write_only_where_it_is_the_owners_alone() {
    let sample = known();
    let path = sample.dir().join("guard/settings.yaml");
    if chown(&path, None, Some(NOBODYS)).is_err() {
        // Only root gives files to groups that it is not in.
        return;
    }
    with_mode(&sample, "guard/settings.yaml", 0o660);
    let guard = sample.vault.settings().guard.sealed(SealGrade::None);
    assert_eq!(guard, GuardSettings::STRICTEST);
    // What the group may not write is fine, whichever it is.
    with_mode(&sample, "guard/settings.yaml", 0o640);
    assert_eq!(sample.vault.settings().guard.step_up, StepUp::Confirm);
}

#[test]
fn case_53_a_file_of_another_user_is_not_trusted() {
    let sample = known();
    for name in ["guard/settings.yaml", "policies/never.cedar"] {
        if chown(sample.dir().join(name), Some(NOBODYS), None).is_err() {
            return;
        }
    }
    let problem = sample.vault.settings().problem.unwrap().to_string();
    assert!(problem.contains("belongs to user 54321"), "{problem}");
    let error = sample.vault.engine().unwrap_err().to_string();
    assert!(error.contains("belongs to user 54321"), "{error}");
}
