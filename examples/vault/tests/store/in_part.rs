//! What cannot be put back keeps nothing else from being put back.

use std::fs;
#[cfg(unix)]
use std::os::unix::fs::symlink;
#[cfg(unix)]
use std::path::Path;

use openpass_policy::Tier;
use openpass_vault::Change;
#[cfg(unix)]
use openpass_vault::VaultError;

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
#[cfg(unix)]
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

#[cfg(unix)]
fn replace(path: &Path, by: impl Fn(&Path)) {
    drop(fs::remove_file(path));
    drop(fs::remove_dir_all(path));
    by(path);
}

fn names(sample: &Sample) -> Vec<String> {
    let drift = sample.vault.drift().unwrap();
    drift.items.into_iter().map(|item| item.name).collect()
}

#[cfg(unix)]
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

#[cfg(unix)]
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

#[cfg(unix)]
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

#[test]
#[cfg(target_os = "linux")]
fn case_52_a_policy_whose_name_is_no_text_is_named_and_how_to_be_rid_of_it() {
    use std::os::unix::ffi::OsStrExt as _;
    let sample = known();
    let name = std::ffi::OsStr::from_bytes(b"x\xff.cedar");
    fs::write(sample.dir().join("policies").join(name), LIST).unwrap();
    let left = sample.propose(&Change::Restore {}).unwrap_err().to_string();
    assert!(
        left.contains("its name is not UTF-8 text") && left.contains("by hand"),
        "{left}"
    );
    // What else differs comes back all the same.
    sample.write("recipients.txt", "age1evil\n");
    let made = sample.make(&Change::Restore {}).unwrap();
    let left = made.is_whole().unwrap_err().to_string();
    assert!(left.contains("its name is not UTF-8 text"), "{left}");
    assert_eq!(sample.read("recipients.txt"), "age1mine\n");
}

#[test]
fn case_52_the_way_in_comes_back_where_it_is_written() {
    let plain = "\nauthMethod: passphrase\nuseTouchID: false\n";
    for (approved, edited, back) in [
        // In place.
        (
            "vault:\n    authMethod: passphrase\n",
            "vault:\n    authMethod: touchid\n",
            None,
        ),
        (
            "vault:\n    authMethod: touchid\n",
            "vault:\n    authMethod: passphrase\n",
            None,
        ),
        (
            "useTouchID: false\nvault:\n",
            "useTouchID: true\nvault:\n",
            None,
        ),
        (
            "vault:\n    useTouchID: true\n",
            "vault:\n    useTouchID: false\n",
            Some("touchid"),
        ),
        // Above one that says it still.
        (
            "vault:\n    authMethod: passphrase\n",
            "authMethod: touchid\nvault:\n    authMethod: passphrase\n",
            None,
        ),
    ] {
        let sample = known();
        let config = sample.read("config.yaml");
        assert!(
            config.contains(plain) && config.contains("vault:\n"),
            "{config}"
        );
        let bare = config
            .replace(plain, "\n")
            .replace("    authMethod: passphrase\n", "");
        let bare = bare.replace("    useTouchID: false\n", "");
        let with = |text: &str| bare.replacen("vault:\n", text, 1);
        sample.write("config.yaml", &with(approved));
        drop(sample.make(&Change::AcceptDrift {}));
        assert!(sample.vault.drift().unwrap().is_empty());
        sample.write("config.yaml", &with(edited));
        assert_eq!(names(&sample), ["config.yaml"], "{edited}");
        sample
            .make(&Change::Restore {})
            .unwrap()
            .is_whole()
            .unwrap();
        let now = sample.read("config.yaml");
        match back {
            None => assert_eq!(now, with(approved)),
            Some(method) => {
                let config = sample.vault.config().unwrap();
                assert_eq!(config.auth_method().as_str(), method);
            }
        }
    }
}

#[test]
fn case_52_agents_that_are_written_anew_keep_what_was_written_out_and_it_is_said() {
    let sample = known();
    let tagged = "agents:\n    other: !!map\n        tier: standard\n        canManageConfig: false\n        canRunCommands: false\n";
    let config = sample.read("config.yaml").replacen("agents:\n", tagged, 1);
    sample.write("config.yaml", &config);
    sample.make(&Change::AcceptDrift {}).unwrap();
    let is_written = |sample: &Sample, value: &str| {
        let config = sample.vault.config().unwrap();
        config
            .text_of(&["agents", "other", "canManageConfig"])
            .as_deref()
            == Some(value)
    };
    assert!(is_written(&sample, "false"));
    let edited = config.replacen("canRunCommands: false", "canRunCommands: true", 1);
    assert_ne!(edited, config);
    sample.write("config.yaml", &edited);
    let made = sample.make(&Change::Restore {}).unwrap();
    made.is_whole().unwrap();
    assert_eq!(names(&sample), [""; 0]);
    // It says so whatever the tier, as before.
    assert!(
        is_written(&sample, "false"),
        "{}",
        sample.read("config.yaml")
    );
    let changes = made.operation().changes();
    let said = changes
        .iter()
        .find(|it| it.field.starts_with("how the agents"));
    assert!(
        said.unwrap()
            .after
            .as_ref()
            .unwrap()
            .contains("without comments, tags")
    );
}
