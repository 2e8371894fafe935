//! Everything that a guarded operation can change is watched, by its effect.

use std::fs;

use openpass_policy::{Direction, Tier};
use openpass_vault::{Change, Happened, VaultError};

use crate::{every::tier, sample::Sample};

/// A file, what is edited in it, and how the item is called.
const EDITS: [(&str, &str, &str, &str); 17] = [
    (
        "config.yaml",
        "bind: 127.0.0.1",
        "bind: 0.0.0.0",
        "config.yaml",
    ),
    (
        "config.yaml",
        "    bind:",
        "    allow_insecure_bind: true\n    bind:",
        "config.yaml",
    ),
    (
        "config.yaml",
        "metrics_auth_required: true",
        "metrics_auth_required: false",
        "config.yaml",
    ),
    (
        "config.yaml",
        "defaultAgent: cli",
        "defaultAgent: hermes",
        "config.yaml",
    ),
    (
        "config.yaml",
        "defaultAgent:",
        "defaultProfile: x\ndefaultAgent:",
        "config.yaml",
    ),
    (
        "config.yaml",
        "defaultAgent:",
        "envWhitelist: [HOME]\ndefaultAgent:",
        "config.yaml",
    ),
    (
        "config.yaml",
        "vault:\n",
        "vault:\n    path: /elsewhere\n",
        "config.yaml",
    ),
    (
        "config.yaml",
        "audit:\n",
        "security:\n    allow_env_passphrase: true\naudit:\n",
        "config.yaml",
    ),
    (
        "config.yaml",
        "maxBackups: 7",
        "maxBackups: 0",
        "config.yaml",
    ),
    ("config.yaml", "useTouchID: false", "useTouchID: true", ""),
    (
        "config.yaml",
        "authMethod: passphrase\nuse",
        "authMethod: touchid\nuse",
        "config.yaml",
    ),
    (
        "config.yaml",
        "canWrite: false",
        "canWrite: true",
        "config.yaml agent ci-bot",
    ),
    (
        "mcp-tokens.json",
        "\"list_entries\"",
        "\"*\"",
        "mcp-tokens.json tok-20261123-2f66f10b",
    ),
    (
        "mcp-tokens.json",
        "\"revoked\": true",
        "\"revoked\": false",
        "mcp-tokens.json tok-20261123-06cf7652",
    ),
    (
        "mcp-tokens.json",
        "2026-11-30T18",
        "2036-11-30T18",
        "mcp-tokens.json tok-20261123-2f66f10b",
    ),
    (
        "mcp-tokens.json",
        "\"prefix\": \"2988\"",
        "\"prefix\": \"2988\", \"refresh_token_hash\": \"00\"",
        "mcp-tokens.json tok-20261123-2f66f10b",
    ),
    (
        "policies/10-dev.yaml",
        "version",
        "# x\nversion",
        "policies/10-dev.yaml",
    ),
];

fn known() -> Sample {
    let sample = Sample::new();
    sample.make(&tier(Tier::Standard)).unwrap();
    sample
}

fn names(sample: &Sample) -> Vec<String> {
    let drift = sample.vault.drift().unwrap();
    drift.items.into_iter().map(|item| item.name).collect()
}

#[test]
fn case_50_each_thing_that_is_edited_by_hand_is_told_with_its_values() {
    for (file, from, to, item) in EDITS {
        let sample = known();
        let text = sample.read(file);
        assert!(text.contains(from), "{from}");
        sample.write(file, &text.replacen(from, to, 1));
        let expected: &[&str] = if item.is_empty() { &[] } else { &[item] };
        assert_eq!(names(&sample), expected, "{to}");
        for item in sample.vault.drift().unwrap().items {
            assert!(
                !item.changes.is_empty() && item.changes.iter().all(|it| it.before != it.after)
            );
        }
    }
    let made = [
        ("recipients.txt", "age1qqqq\n"),
        (".openpass/devices.json", "{}\n"),
        ("mcp-token", "0123\n"),
        ("guard/settings.yaml", "timeout: 90s\n"),
    ];
    for (file, text) in made {
        let sample = known();
        fs::create_dir_all(sample.dir().join(file).parent().unwrap()).unwrap();
        sample.write(file, text);
        assert_eq!(names(&sample), [file]);
    }
}

/// The product's decoder takes each of these for the key that it knows, and the
/// last of two.
#[test]
fn case_50_a_key_of_a_token_that_only_the_product_would_obey_is_told_and_taken_back() {
    let edits = [
        ("\"revoked\": true", "\"revoked\": true, \"Revoked\": false"),
        (
            "\"revoked\": true",
            "\"revoked\": true, \"revo\u{212a}ed\": false",
        ),
        ("\"revoked\": true", "\"revoked\": true, \"revoked\": false"),
        (
            "\"allowed_tools\"",
            "\"Allowed_Tool\u{17f}\": [\"*\"], \"allowed_tools\"",
        ),
        ("\"version\": 2", "\"version\": 2, \"Tokens\": {}"),
        ("\"version\": 2", "\"version\": 2, \"tokens\": {}"),
        (
            "\"tokens\": {",
            "\"tokens\": {\"tok-20261123-06cf7652\": {},",
        ),
    ];
    for (from, to) in edits {
        let sample = known();
        let before = sample.vault.tokens().unwrap();
        let text = sample.read("mcp-tokens.json");
        assert!(text.contains(from), "{from}");
        sample.write("mcp-tokens.json", &text.replacen(from, to, 1));
        assert_eq!(names(&sample), ["mcp-tokens.json"], "{to}");
        assert!(matches!(
            sample.propose(&Change::AcceptDrift {}),
            Err(VaultError::NotAcceptable { .. })
        ));
        let revoke = Change::RevokeToken {
            id: "tok-20261123-2f66f10b".to_owned(),
        };
        let Err(refused @ VaultError::Registry { .. }) = sample.propose(&revoke) else {
            panic!("{to}");
        };
        assert!(refused.to_string().contains("guard restore"), "{refused}");
        sample.make(&Change::Restore {}).unwrap();
        assert_eq!(names(&sample), [""; 0], "{to}");
        let after = sample.vault.tokens().unwrap();
        assert_eq!(after.len(), before.len());
        assert!(after.iter().zip(&before).all(|(after, before)| {
            (&after.id, after.revoked, &after.allowed_tools)
                == (&before.id, before.revoked, &before.allowed_tools)
        }));
    }
}

#[test]
fn case_50_the_token_of_before_the_registry_is_told_and_taken_away() {
    let sample = known();
    sample.write("mcp-token", "0123\n");
    let made = sample.make(&Change::Restore {}).unwrap();
    let changes = made.operation().changes();
    assert!(changes.iter().all(|it| it.direction == Direction::Narrows));
    assert!(!sample.dir().join("mcp-token").exists());
    // One that was approved is kept as its digest alone, and is not put back.
    sample.write("mcp-token", "0123\n");
    sample.make(&Change::AcceptDrift {}).unwrap();
    fs::remove_file(sample.dir().join("mcp-token")).unwrap();
    assert!(matches!(
        sample.propose(&Change::Restore {}),
        Err(VaultError::NotRestorable { .. })
    ));
}

#[test]
fn case_50_what_could_bring_a_revoked_token_back_goes_with_it() {
    let sample = known();
    let id = "tok-20261123-2f66f10b";
    let text = sample.read("mcp-tokens.json");
    let refreshed = "\"prefix\": \"2988\", \"refresh_token_hash\": \"00\"";
    sample.write(
        "mcp-tokens.json",
        &text.replacen("\"prefix\": \"2988\"", refreshed, 1),
    );
    let id = id.to_owned();
    sample.make(&Change::RevokeToken { id }).unwrap();
    assert!(!sample.read("mcp-tokens.json").contains("refresh"));
}

#[test]
fn case_50_a_save_that_changes_no_effect_is_no_drift() {
    let sample = known();
    let registry: serde_json::Value =
        serde_json::from_str(&sample.read("mcp-tokens.json")).unwrap();
    let mut used = registry;
    for (_, token) in used["tokens"].as_object_mut().unwrap() {
        token["last_used_at"] = "2026-11-24T00:00:00Z".into();
        token["allowed_tools"].as_array_mut().unwrap().reverse();
    }
    sample.write("mcp-tokens.json", &used.to_string());
    // Sections in another order, defaults left out and others written.
    let config = sample.read("config.yaml");
    let (first, rest) = config.split_once("vault:\n").unwrap();
    let saved = format!("vault:\n{rest}\n{first}")
        .replace("    legacy_mode: false\n", "")
        .replace("useTouchID: false\n", "envWhitelist: []\n");
    sample.write("config.yaml", &saved);
    assert_eq!(names(&sample), [""; 0]);
}

#[test]
fn case_50_a_secret_is_told_by_its_digest_alone() {
    let sample = known();
    let config = sample.read("config.yaml");
    let edited = config.replace(
        "mcp:\n",
        "mcp:\n    perplexity:\n        api_key: hunter2\n",
    );
    sample.write("config.yaml", &edited);
    let drift = format!("{:?}", sample.vault.drift().unwrap());
    assert!(
        drift.contains("api_key") && drift.contains("SHA-256"),
        "{drift}"
    );
    sample.make(&Change::AcceptDrift {}).unwrap();
    assert!(holds(sample.dir(), b"hunter2"));
    assert!(!holds(&sample.dir().join("guard"), b"hunter2"));
}

/// Whether a file below `folder` has these bytes.
fn holds(folder: &std::path::Path, bytes: &[u8]) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => holds(&path, bytes),
            false => {
                let content = fs::read(path).unwrap();
                content.windows(bytes.len()).any(|part| part == bytes)
            }
        }
    })
}

#[test]
fn case_51_accept_shows_every_value_and_what_gives_power_as_such() {
    let sample = known();
    sample.write(
        "guard/settings.yaml",
        "unattended: waive\nunenforced_yaml: refuse\n",
    );
    sample.write(
        "policies/mine.cedar",
        "permit (principal, action, resource);\n",
    );
    let proposal = sample.propose(&Change::AcceptDrift {}).unwrap();
    let said: Vec<(String, Option<String>, bool)> = proposal
        .operation()
        .changes()
        .iter()
        .map(|it| {
            let widens = it.direction == openpass_policy::Direction::Widens;
            (it.field.clone(), it.after.clone(), widens)
        })
        .collect();
    let has = |field: &str, after: &str, widens: bool| {
        said.contains(&(field.to_owned(), Some(after.to_owned()), widens))
    };
    assert!(
        has("guard/settings.yaml unattended", "waive", true),
        "{said:?}"
    );
    assert!(
        has("guard/settings.yaml unenforced_yaml", "refuse", false),
        "{said:?}"
    );
    let mut changes = proposal.operation().changes().iter();
    let policy = changes
        .find(|it| it.field == "policies/mine.cedar")
        .unwrap();
    assert_eq!(policy.direction, openpass_policy::Direction::Widens);
    let permit = "permit (principal, action, resource);";
    assert_eq!(policy.difference.added().collect::<Vec<_>>(), [permit]);
}

#[test]
fn case_51_what_cannot_be_read_is_not_accepted_and_keeps_nothing_else_out() {
    let sample = known();
    fs::create_dir(sample.dir().join("policies/mine.cedar")).unwrap();
    let refused = sample.propose(&Change::AcceptDrift {}).unwrap_err();
    assert!(
        refused.to_string().contains("policies/mine.cedar"),
        "{refused}"
    );
    // A new recipient gives power, and the policies that decide on it cannot be read.
    sample.write("recipients.txt", "age1qqqq\n");
    sample.propose(&Change::AcceptDrift {}).unwrap_err();
    fs::remove_file(sample.dir().join("recipients.txt")).unwrap();
    let config = sample.read("config.yaml");
    let narrower = config.replacen("canWrite: true", "canWrite: false", 1);
    assert_ne!(config, narrower);
    sample.write("config.yaml", &narrower);
    sample.make(&Change::AcceptDrift {}).unwrap();
    let drift = sample.vault.drift().unwrap();
    assert_eq!(drift.items.len(), 1);
    assert_eq!(drift.items[0].what, Happened::Unreadable);
}

#[test]
fn case_57_a_record_does_not_grow_with_the_vault() {
    let sample = Sample::new();
    let mut config = sample.read("config.yaml");
    let many: String = (0..4_000).fold(String::new(), |all, number| {
        all + &format!("    bot-{number:04}:\n        tier: standard\n")
    });
    config = config.replacen("agents:\n", &format!("agents:\n{many}"), 1);
    sample.write("config.yaml", &config);
    // Not one of config.yaml: editing that takes long, whatever is on the log.
    let (key, value) = ("timeout".to_owned(), Some("90s".to_owned()));
    sample.make(&Change::SetGuard { key, value }).unwrap();
    let log = sample.read("guard/log.jsonl");
    let longest = log.lines().map(str::len).max().unwrap();
    assert!(longest < 16 * 1024, "{longest}");
    assert!(sample.vault.drift().unwrap().is_empty());
    let raised = sample.read("config.yaml").replacen(
        "    bot-3999:\n        tier: standard\n",
        "    bot-3999:\n        tier: admin\n",
        1,
    );
    sample.write("config.yaml", &raised);
    assert_eq!(names(&sample), ["config.yaml agent bot-3999"]);
}
