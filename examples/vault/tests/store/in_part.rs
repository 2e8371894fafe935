//! What cannot be put back keeps nothing else from being put back.

use std::{fs, os::unix::fs::symlink, path::Path};

use openpass_policy::Tier;
use openpass_vault::{Change, VaultError};

use crate::{every::tier, sample::Sample};

const LIST: &str = "@id(\"list\") forbid (principal is OpenPass::Agent, action == OpenPass::Action::\"list\", resource);\n";

/// A vault with one of everything, that the guard knows.
fn known() -> Sample {
    let sample = Sample::new();
    fs::create_dir(sample.dir().join(".openpass")).unwrap();
    sample.write(".openpass/devices.json", "{\"devices\": []}\n");
    sample.write("recipients.txt", "age1mine\n");
    sample.write("policies/mine.cedar", LIST);
    sample.make(&tier(Tier::Standard)).unwrap();
    assert!(sample.vault.drift().unwrap().is_empty());
    sample
}

/// Edits every watched file that there is.
fn spoil(sample: &Sample) {
    let config = sample.read("config.yaml");
    let raised = config.replacen("canWrite: false", "canWrite: true", 1);
    assert_ne!(raised, config);
    sample.write("config.yaml", &raised);
    let tokens = sample.read("mcp-tokens.json");
    sample.write(
        "mcp-tokens.json",
        &tokens.replace("\"list_entries\"", "\"*\""),
    );
    sample.write("recipients.txt", "age1evil\n");
    sample.write(
        "policies/mine.cedar",
        "permit (principal, action, resource);\n",
    );
    sample.write("guard/settings.yaml", "unattended: waive\n");
}

fn replace(path: &Path, by: impl Fn(&Path)) {
    drop(fs::remove_file(path));
    drop(fs::remove_dir_all(path));
    by(path);
}

fn names(sample: &Sample) -> Vec<String> {
    let drift = sample.vault.drift().unwrap();
    drift.items.into_iter().map(|item| item.name).collect()
}

#[test]
fn case_52_a_link_in_the_place_of_a_folder_stops_nothing_else_of_a_restore() {
    let elsewhere = tempfile::tempdir().unwrap();
    let theirs = elsewhere.path().join("devices.json");
    let is_to_a_folder = |path: &Path| symlink(elsewhere.path(), path).unwrap();
    let is_to_nothing = |path: &Path| symlink("/nowhere/at/all", path).unwrap();
    let is_a_file = |path: &Path| fs::write(path, "x").unwrap();
    let things: [&dyn Fn(&Path); 3] = [&is_to_a_folder, &is_to_nothing, &is_a_file];
    for (number, thing) in things.into_iter().enumerate() {
        let sample = known();
        spoil(&sample);
        fs::write(&theirs, "{\"devices\": [\"theirs\"]}\n").unwrap();
        replace(&sample.dir().join(".openpass"), thing);
        let made = sample.make(&Change::Restore {}).unwrap();
        let left = made.is_whole().unwrap_err();
        assert!(matches!(left, VaultError::PutBackInPart { .. }), "{left}");
        let said = left.to_string();
        assert!(
            said.contains(".openpass") && said.contains("move it away"),
            "{said}"
        );
        assert!(!said.contains("nothing was changed"), "{said}");
        assert_eq!(names(&sample), [".openpass/devices.json"], "{number}");
        assert!(fs::read_to_string(&theirs).unwrap().contains("theirs"));
        // Once it is moved away, the rest comes back.
        fs::remove_file(sample.dir().join(".openpass")).unwrap();
        let made = sample.make(&Change::Restore {}).unwrap();
        made.is_whole().unwrap();
        assert_eq!(names(&sample), [""; 0]);
    }
}

#[test]
fn case_52_config_yaml_that_leads_into_another_vault_stops_nothing_else_of_a_restore() {
    let other = known();
    let sample = known();
    spoil(&sample);
    let theirs = other
        .read("config.yaml")
        .replace("bind: 127.0.0.1", "bind: 0.0.0.0");
    other.write("config.yaml", &theirs);
    let path = sample.dir().join("config.yaml");
    replace(&path, |path| {
        symlink(other.dir().join("config.yaml"), path).unwrap()
    });
    let made = sample.make(&Change::Restore {}).unwrap();
    let said = made.is_whole().unwrap_err().to_string();
    assert!(said.contains("a link into another vault"), "{said}");
    assert_eq!(names(&sample), ["config.yaml"]);
    assert_eq!(other.read("config.yaml"), theirs);
}

#[test]
fn case_52_a_link_in_the_place_of_each_file_gives_way_to_what_was_approved() {
    for name in [
        "mcp-tokens.json",
        "recipients.txt",
        "policies/mine.cedar",
        "guard/settings.yaml",
        ".openpass/devices.json",
    ] {
        let elsewhere = tempfile::tempdir().unwrap();
        let target = elsewhere.path().join("kept");
        fs::write(&target, "kept\n").unwrap();
        let sample = known();
        spoil(&sample);
        replace(&sample.dir().join(name), |path| {
            symlink(&target, path).unwrap()
        });
        let made = sample
            .make(&Change::Restore {})
            .unwrap_or_else(|why| panic!("{name}: {why}"));
        made.is_whole()
            .unwrap_or_else(|why| panic!("{name}: {why}"));
        assert_eq!(names(&sample), [""; 0], "{name}");
        assert_eq!(fs::read_to_string(&target).unwrap(), "kept\n", "{name}");
    }
}
