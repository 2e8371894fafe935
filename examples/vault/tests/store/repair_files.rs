//! Repair, whatever is in a file's place and whatever was kept of it.

use std::fs;

use openpass_policy::{Direction, Tier};
use openpass_vault::{Change, VaultError};

use crate::{
    kill::{killed_at, points},
    repair::{ALL, LIST, RESTORE, fields, known, restored},
    sample::Sample,
};

#[test]
fn case_57_a_damaged_log_is_set_aside_by_its_own_command() {
    let sample = known();
    let aside = Change::SetLogAside {};
    assert!(matches!(
        sample.propose(&aside),
        Err(VaultError::NothingToChange)
    ));
    let log = sample.read("guard/log.jsonl").replacen("user", "usor", 1);
    sample.write("guard/log.jsonl", &log);
    sample.make(&aside).unwrap();
    // Nothing differs, and what is approved of others' power is in doubt.
    let drift = sample.vault.drift().unwrap();
    assert!(drift.items.is_empty() && !drift.log_is_damaged, "{drift:?}");
    sample.make(&Change::AcceptDrift {}).unwrap();
    assert!(sample.vault.drift().unwrap().is_empty());
    let told = sample.vault.repair_notices().unwrap();
    assert!(told[0].as_str().contains("log was set aside"), "{told:?}");
}

#[test]
fn case_57_thousands_of_agents_are_put_back() {
    let sample = known();
    let mut config = sample.read("config.yaml");
    let many: String = (0..4000)
        .map(|number| format!("    bot-{number}: {{tier: read-only}}\n"))
        .collect();
    config = config.replacen("agents:\n", &format!("agents:\n{many}"), 1);
    sample.write("config.yaml", &config);
    sample.make(&Change::AcceptDrift {}).unwrap();
    let fewer = config.replace(&many, "    bot-0: {tier: admin}\n");
    sample.write("config.yaml", &fewer);
    restored(&sample);
    assert!(sample.vault.config().unwrap().agent("bot-3999").is_ok());
    assert_eq!(
        sample
            .vault
            .config()
            .unwrap()
            .agent("bot-0")
            .unwrap()
            .tier(),
        Tier::ReadOnly
    );
}

#[test]
fn case_57_no_size_or_kind_of_file_keeps_a_policy_from_coming_back() {
    let sample = known();
    let path = sample.dir().join("policies/mine.cedar");
    let large = vec![b' '; 100 << 20];
    fs::write(&path, large).unwrap();
    restored(&sample);
    fs::remove_file(&path).unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
        restored(&sample);
        assert_eq!(sample.read("policies/mine.cedar"), LIST);
        fs::remove_file(&path).unwrap();
    }
    fs::create_dir(&path).unwrap();
    fs::write(path.join("x"), "").unwrap();
    restored(&sample);
    assert_eq!(sample.read("policies/mine.cedar"), LIST);
    // A folder is not ours to remove: it is kept beside.
    assert_eq!(sample.read("policies/mine.cedar.aside-0/x"), "");
}

#[test]
fn case_56_what_is_kept_by_its_digest_alone_is_named_and_left() {
    let sample = Sample::new();
    let key = |key: &str, value: &str| Change::SetConfigKey {
        key: key.to_owned(),
        value: value.to_owned(),
    };
    sample.make(&key("nobody.knows", "hunter2")).unwrap();
    let config = sample.read("config.yaml");
    sample.write("config.yaml", &config.replace("hunter2", "hunter3"));
    let refused = sample.propose(&RESTORE).unwrap_err().to_string();
    assert!(refused.contains("nobody.knows"), "{refused}");
    assert!(!refused.contains("hunter"), "{refused}");
    let config = sample.read("config.yaml");
    sample.write(
        "config.yaml",
        &config.replacen("canWrite: false", "canWrite: true", 1),
    );
    let made = sample.make(&RESTORE).unwrap();
    let left = ("config.yaml nobody.knows", Direction::Neutral);
    assert!(fields(&made).contains(&left), "{:?}", fields(&made));
    assert_eq!(sample.read("config.yaml"), config);
}

#[test]
fn case_52_tokens_come_back_as_far_as_their_record_is_kept() {
    let sample = known();
    let before = sample.vault.tokens().unwrap();
    for text in ["{\"version\": 2, \"tokens\": {}}\n", "broken"] {
        sample.write("mcp-tokens.json", text);
        restored(&sample);
        let after = sample.vault.tokens().unwrap();
        assert_eq!(after.len(), before.len());
        for (old, new) in before.iter().zip(&after) {
            assert_eq!((&old.id, old.agent()), (&new.id, new.agent()));
            assert_eq!(old.is_live(), new.is_live());
        }
    }
}

#[test]
fn case_52_a_part_that_is_missing_or_edited_by_hand_is_never_trusted() {
    for edited in [false, true] {
        let sample = known();
        for entry in fs::read_dir(sample.dir().join("guard/approved")).unwrap() {
            let path = entry.unwrap().path();
            if edited {
                let text = fs::read_to_string(&path).unwrap();
                fs::write(&path, text.replace("passphrase", "waive")).unwrap();
                fs::write(&path, format!("{} ", fs::read_to_string(&path).unwrap())).unwrap();
            } else {
                fs::remove_file(&path).unwrap();
            }
        }
        sample.write("guard/settings.yaml", "unattended: waive\n");
        let refused = sample.propose(&RESTORE).unwrap_err();
        assert!(
            matches!(refused, VaultError::NotRestorable { .. }),
            "{refused}"
        );
        // What else there is to do.
        sample.make(&Change::ResetSettings {}).unwrap();
        assert!(!sample.dir().join("guard/settings.yaml").exists());
    }
}

#[test]
fn case_52_a_kill_at_any_step_leaves_a_state_that_restore_puts_right() {
    for point in points() {
        let sample = known();
        sample.write("recipients.txt", "age1evil\n");
        sample.write("policies/evil.cedar", ALL);
        fs::remove_file(sample.dir().join("policies/mine.cedar")).unwrap();
        killed_at(&sample, "restore", &point);
        // Recovery puts back or finishes; neither approves what was put there.
        sample.vault.settle().unwrap();
        match sample.make(&RESTORE) {
            Ok(_) | Err(VaultError::NothingToChange) => {}
            Err(error) => panic!("{point}: {error}"),
        }
        assert!(sample.vault.drift().unwrap().items.is_empty(), "{point}");
        assert!(
            !sample.dir().join("policies/evil.cedar").exists(),
            "{point}"
        );
        assert_eq!(sample.read("policies/mine.cedar"), LIST, "{point}");
    }
}

#[test]
fn case_52_no_length_of_a_policy_leaves_its_removal_without_a_prompt() {
    for (lines, shown) in [(100, 100), (20_000, 0)] {
        let sample = Sample::new();
        sample.write("policies/long.yaml", &"# line\n".repeat(lines));
        let name = "long.yaml".to_owned();
        let proposal = sample.propose(&Change::RemovePolicy { name }).unwrap();
        let [change] = proposal.operation().changes() else {
            panic!("{:?}", fields(&proposal));
        };
        assert_eq!(change.difference.removed().count(), shown);
        let described = change.before.as_deref().unwrap();
        assert!(
            described.starts_with(&format!("{lines} lines")),
            "{described}"
        );
    }
}

#[test]
fn case_52_a_url_without_a_login_and_a_switch_are_shown_and_come_back() {
    let endpoint = "https://collector.example:4318/v1";
    for (section, key, was, is) in [
        ("mcp", "otlp_endpoint", endpoint, "https://evil.example/v1"),
        ("security", "allow_env_passphrase", "true", "false"),
        ("security", "disable_env_passphrase", "true", "false"),
    ] {
        let sample = known();
        let config = sample.read("config.yaml");
        let with = |value: &str| match config.contains(&format!("\n{section}:\n")) {
            true => config.replacen(
                &format!("\n{section}:\n"),
                &format!("\n{section}:\n    {key}: {value}\n"),
                1,
            ),
            false => format!("{config}{section}:\n    {key}: {value}\n"),
        };
        sample.write("config.yaml", &with(was));
        let accepted = sample.make(&Change::AcceptDrift {}).unwrap();
        let field = format!("config.yaml {section}.{key}");
        let mut changes = accepted.operation().changes().iter();
        let shown = changes.find(|change| change.field == field).unwrap();
        assert_eq!(shown.after.as_deref(), Some(was), "{key}");
        sample.write("config.yaml", &with(is));
        restored(&sample).is_whole().unwrap();
        assert!(sample.read("config.yaml").contains(was), "{key}");
    }
    // With a login in it, it stays hidden.
    let sample = known();
    let config = sample.read("config.yaml");
    let secret = "\nmcp:\n    otlp_endpoint: https://ann:hunter2@host/v1\n";
    sample.write("config.yaml", &config.replacen("\nmcp:\n", secret, 1));
    let proposal = sample.propose(&Change::AcceptDrift {}).unwrap();
    assert!(!format!("{proposal:?}").contains("hunter2"));
}
