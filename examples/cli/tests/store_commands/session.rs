//! A session of twenty different changes on the sample vault.

use std::collections::BTreeMap;

use crate::sample::Sample;

const FORBID: &str = "@id(\"mine\") forbid (principal is OpenPass::Agent, action, resource);\n";

/// Every key of config.yaml, with its value.
fn keys(sample: &Sample) -> BTreeMap<String, String> {
    let ended = sample.run(&["config", "get", "--output", "json"]).with(0);
    let values = ended.json()["values"].as_object().unwrap().clone();
    let values = values.into_iter();
    values.map(|(key, value)| (key, text(&value))).collect()
}

fn text(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Null => "(not set)".to_owned(),
        serde_json::Value::Array(items) if items.is_empty() => "(none)".to_owned(),
        serde_json::Value::Array(items) => {
            let items: Vec<String> = items.iter().map(text).collect();
            items.join(", ")
        }
        other => other.to_string(),
    }
}

/// The keys that differ, as `key: before -> after`.
fn differences(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<String> {
    let none = || "(none)".to_owned();
    let value = |map: &BTreeMap<String, String>, key: &str| map.get(key).cloned();
    let mut keys: Vec<&String> = before.keys().chain(after.keys()).collect();
    keys.sort();
    keys.dedup();
    keys.into_iter()
        .filter(|key| before.get(*key) != after.get(*key))
        .map(|key| {
            let (old, new) = (value(before, key), value(after, key));
            format!(
                "{key}: {} -> {}",
                old.unwrap_or_else(none),
                new.unwrap_or_else(none)
            )
        })
        .collect()
}

/// Whether the sections of `old` are all in `new`, in their order.
fn order_is_kept(old: &str, new: &str) -> bool {
    let sections = |text: &str| -> Vec<String> {
        let begins = |line: &&str| line.starts_with(|c: char| c.is_alphabetic());
        text.lines()
            .filter(begins)
            .map(|line| line.split(':').next().unwrap().to_owned())
            .collect()
    };
    let (old, new) = (sections(old), sections(new));
    let stayed: Vec<&String> = new.iter().filter(|line| old.contains(line)).collect();
    stayed == old.iter().collect::<Vec<_>>()
}

#[test]
fn twenty_changes_leave_the_intended_lines_a_whole_log_and_files_that_load() {
    let sample = Sample::new();
    let (before, text) = (keys(&sample), sample.read("config.yaml"));
    sample.write("guard/mine.cedar", FORBID);
    let mine = sample
        .dir()
        .join("guard/mine.cedar")
        .to_string_lossy()
        .into_owned();
    let changes: [&[&str]; 20] = [
        &["agent", "upgrade", "codex", "--tier", "standard"],
        &["agent", "upgrade", "openclaw", "--tier", "admin"],
        &["agent", "upgrade", "openclaw", "--tier", "safe"],
        &["agent", "add", "night-job", "--tier", "read-only"],
        &[
            "agent",
            "profile",
            "edit",
            "ci-bot",
            "--set",
            "max_reads_per_hour=30",
        ],
        &[
            "agent",
            "profile",
            "edit",
            "ci-bot",
            "--set",
            "allowedPaths=ci/",
        ],
        &["agent", "remove", "opencode"],
        &["agent", "token", "new", "codex", "--label", "laptop"],
        &["agent", "token", "rotate", "codex"],
        &["agent", "token", "revoke", "tok-20261123-81e9c532"],
        &["config", "set", "mcp.port", "9090"],
        &["config", "set", "clipboard.auto_clear_duration", "10"],
        &["config", "set", "git.auto_push", "false"],
        &[
            "config",
            "set",
            "agents.claude-code.canUseClipboard",
            "false",
        ],
        &["config", "set", "audit.maxBackups", "9"],
        &["config", "set", "vault.confirm_remove", "true"],
        &["policy", "apply", &mine],
        &["policy", "remove", "mine.cedar"],
        &["guard", "set", "timeout", "90s"],
        &["config", "set", "sessionTimeout", "5m"],
    ];
    for change in changes {
        sample.script(change).with(0);
    }
    let found = differences(&before, &keys(&sample));
    assert_eq!(found, EXPECTED, "{found:#?}");
    assert!(order_is_kept(&text, &sample.read("config.yaml")));

    // Three lines a change, and one where a full file of the log made room for the next.
    let full = std::fs::read_dir(sample.dir().join("guard"))
        .unwrap()
        .filter(|entry| begins_with(entry.as_ref().unwrap(), "log-"))
        .count();
    sample
        .run(&["audit", "verify"])
        .with(0)
        .showing(&format!("whole: {} lines", 3 * changes.len() + full));
    sample.run(&["config", "validate"]).with(0);
    let listed = sample.run(&["agent", "list", "--output", "json"]).with(0);
    // A command that only looks says nothing of the YAML rules.
    assert_eq!(listed.stderr, "");
    assert_eq!(listed.json()["count"], 8);
    let registry: serde_json::Value =
        serde_json::from_str(&sample.read("mcp-tokens.json")).unwrap();
    assert_eq!(registry["version"], 2);
    assert_eq!(registry["tokens"].as_object().unwrap().len(), 7);
}

fn begins_with(entry: &std::fs::DirEntry, start: &str) -> bool {
    entry.file_name().to_string_lossy().starts_with(start)
}

/// What the twenty changes come to; two of them cancel each other.
const EXPECTED: [&str; 33] = [
    "agents.ci-bot.allowedPaths: ci/, dev/ -> ci/",
    "agents.ci-bot.max_reads_per_hour: 60 -> 30",
    "agents.claude-code.canUseClipboard: true -> false",
    "agents.codex.allowedExecutables: (none) -> curl, git, terraform, npm, node, python, python3, docker, kubectl",
    "agents.codex.approvalMode: deny -> prompt",
    "agents.codex.canReadValues: false -> true",
    "agents.codex.canUseAutotype: false -> true",
    "agents.codex.canUseClipboard: false -> true",
    "agents.codex.requireApproval: false -> true",
    "agents.codex.tier: read-only -> standard",
    "agents.night-job.approvalMode: (none) -> deny",
    "agents.night-job.autoUnseal: (none) -> false",
    "agents.night-job.canManageConfig: (none) -> false",
    "agents.night-job.canReadValues: (none) -> false",
    "agents.night-job.canRunCommands: (none) -> false",
    "agents.night-job.canUseAutotype: (none) -> false",
    "agents.night-job.canUseClipboard: (none) -> false",
    "agents.night-job.canWrite: (none) -> false",
    "agents.night-job.exposeValueTools: (none) -> false",
    "agents.night-job.requireApproval: (none) -> false",
    "agents.night-job.tier: (none) -> read-only",
    "agents.opencode.approvalMode: deny -> (none)",
    "agents.opencode.autoUnseal: true -> (none)",
    "agents.opencode.canRunCommands: false -> (none)",
    "agents.opencode.canWrite: false -> (none)",
    "agents.opencode.exposeValueTools: true -> (none)",
    "agents.opencode.skillPath: ~/.opencode/skills/openpass/SKILL.md -> (none)",
    "audit.maxBackups: 7 -> 9",
    "clipboard.auto_clear_duration: 20 -> 10",
    "git.auto_push: true -> false",
    "mcp.port: 8080 -> 9090",
    "sessionTimeout: 15m0s -> 5m",
    "vault.confirm_remove: (none) -> true",
];
