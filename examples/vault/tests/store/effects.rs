//! What each change does to the text: its own lines and no others.

use openpass_policy::Tier;
use openpass_vault::Change;

use crate::{
    every::{edit, tier},
    sample::Sample,
};

/// The lines of config.yaml that went, and those that came.
fn diff(before: &str, after: &str) -> (Vec<String>, Vec<String>) {
    let only = |of: &str, without: &str| {
        let mut without: Vec<&str> = without.lines().collect();
        let lines = of.lines().filter(|line| {
            let found = without.iter().position(|other| other == line);
            found.map(|place| without.remove(place)).is_none()
        });
        lines.map(|line| line.trim().to_owned()).collect()
    };
    (only(before, after), only(after, before))
}

fn change(change: &Change) -> (Vec<String>, Vec<String>) {
    let sample = Sample::new();
    let before = sample.read("config.yaml");
    sample.make(change).unwrap();
    diff(&before, &sample.read("config.yaml"))
}

#[test]
fn setting_a_key_changes_its_line() {
    let set = |key: &str, value: &str| Change::SetConfigKey {
        key: key.to_owned(),
        value: value.to_owned(),
    };
    let (gone, new) = change(&set("mcp.port", "9090"));
    assert_eq!(
        (gone, new),
        (vec!["port: 8080".to_owned()], vec!["port: 9090".to_owned()])
    );
    let (gone, new) = change(&set("mcp.trusted_proxy_ips", "10.0.0.1, 10.0.0.2"));
    assert_eq!(gone, [""; 0]);
    assert_eq!(new.len(), 3, "{new:?}");
    let (gone, new) = change(&set("nobody.knows.this", "true"));
    assert_eq!(gone, [""; 0]);
    assert_eq!(new, ["nobody:", "knows:", "this: true"]);
}

#[test]
fn a_new_agent_has_its_tiers_preset_written_out() {
    let agent = "new-bot".to_owned();
    let (gone, new) = change(&Change::AddAgent {
        agent,
        tier: Tier::ReadOnly,
    });
    assert_eq!(gone, [""; 0]);
    assert_eq!(new.len(), 12, "{new:?}");
    assert_eq!(new[..2], ["new-bot:", "tier: read-only"]);
}

#[test]
fn a_removed_agent_leaves_every_other_line() {
    let agent = "ci-bot".to_owned();
    let (gone, new) = change(&Change::RemoveAgent { agent });
    assert_eq!(new, [""; 0]);
    assert_eq!(gone.len(), 29, "{gone:?}");
}

#[test]
fn an_edit_is_read_back_as_it_was_meant() {
    let sample = Sample::new();
    sample.make(&edit("allowedPaths", "dev/,ci/")).unwrap();
    sample.make(&edit("max_reads_per_hour", "5")).unwrap();
    sample.make(&tier(Tier::Admin)).unwrap();
    let profile = sample.vault.config().unwrap().agent("codex").unwrap();
    assert_eq!(profile.tier(), Tier::Admin);
    assert_eq!(profile.get("allowedPaths").to_string(), "dev/, ci/");
    assert_eq!(profile.get("max_reads_per_hour").to_string(), "5");
    assert_eq!(sample.vault.config().unwrap().problems(), []);
}

#[cfg(unix)]
#[test]
fn a_config_that_is_a_link_stays_one() {
    let sample = Sample::new();
    let elsewhere = tempfile::tempdir().unwrap();
    let real = elsewhere.path().join("dot-config.yaml");
    std::fs::rename(sample.dir().join("config.yaml"), &real).unwrap();
    std::os::unix::fs::symlink(&real, sample.dir().join("config.yaml")).unwrap();
    sample.make(&tier(Tier::Admin)).unwrap();
    assert!(
        sample
            .dir()
            .join("config.yaml")
            .symlink_metadata()
            .unwrap()
            .is_symlink()
    );
    assert!(
        std::fs::read_to_string(real)
            .unwrap()
            .contains("canManageConfig: true")
    );
}

#[test]
fn a_setting_is_written_and_read_back_and_the_log_says_since_when_and_by_whom() {
    let sample = Sample::new();
    let key = "step_up".to_owned();
    sample
        .make(&Change::SetGuard {
            key: key.clone(),
            value: Some("confirm".to_owned()),
        })
        .unwrap();
    assert_eq!(sample.read("guard/settings.yaml"), "step_up: confirm\n");
    assert_eq!(sample.vault.settings().guard.step_up.as_str(), "confirm");
    let since = sample.vault.settings_since().unwrap();
    assert_eq!(since["step_up"].who, "the user");
    assert_eq!(since["step_up"].value.as_deref(), Some("confirm"));
    sample.make(&Change::SetGuard { key, value: None }).unwrap();
    assert_eq!(sample.vault.settings().guard.step_up.as_str(), "biometry");
}

#[test]
fn case_15_settings_that_nobody_can_read_can_be_set_again() {
    let sample = Sample::new();
    std::fs::create_dir(sample.dir().join("guard")).unwrap();
    sample.write("guard/settings.yaml", "step_up: [");
    assert!(sample.vault.settings().problem.is_some());
    let key = "unattended".to_owned();
    sample
        .make(&Change::SetGuard {
            key,
            value: Some("refuse".to_owned()),
        })
        .unwrap();
    assert_eq!(sample.vault.settings().problem, None);
    assert_eq!(sample.read("guard/settings.yaml"), "unattended: refuse\n");
}

#[test]
fn the_new_identity_takes_the_old_ones_place_and_the_old_one_goes() {
    let sample = Sample::new();
    sample.make(&crate::sample::rewrapped()).unwrap();
    let now = std::fs::read(sample.dir().join("identity.age")).unwrap();
    let new = include_bytes!("../fixtures/identity.rewrapped.age");
    assert_eq!(now, new);
    assert!(!sample.dir().join("guard/identity.age.old").exists());
}
