//! What was changed in config.yaml outside the guard and widens has no effect.

use serde_json::{Value, json};

use crate::sample::Sample;

/// A vault whose agents the guard knows.
fn known() -> Sample {
    let sample = Sample::new();
    let clipboard = ["config", "set", "agents.codex.canUseClipboard", "true"];
    sample.script(&clipboard).with(0);
    sample
}

fn listed(sample: &Sample, agent: &str) -> Value {
    let list = sample.run(&["agent", "list", "--output", "json"]).with(0);
    let list = list.json();
    let mut agents = list["agents"].as_array().unwrap().iter();
    agents.find(|it| it["name"] == agent).unwrap().clone()
}

fn shown(sample: &Sample, agent: &str) -> Value {
    let show = ["agent", "show", agent, "--output", "json"];
    sample.run(&show).with(0).json()
}

/// What it takes for `agent` to lower a limit of another.
fn explained(sample: &Sample, agent: &str) -> String {
    let who = format!("agent:{agent}");
    let command = ["config", "set", "agents.openclaw.max_reads_per_day", "6"];
    let explain = [&["policy", "explain", "--as", &who], command.as_slice()].concat();
    sample.run(&explain).with(0).stdout
}

#[test]
fn before_the_guard_knows_an_agent_it_is_as_the_file_has_it() {
    let sample = Sample::new();
    sample.edit_agent("codex", "tier: read-only", "tier: admin");
    assert_eq!(listed(&sample, "codex")["tier"], "admin");
    assert_eq!(listed(&sample, "codex")["not_in_effect"], Value::Null);
    let text = sample.run(&["agent", "list"]).with(0).stdout;
    assert!(!text.contains('*') && !text.contains("effect"), "{text}");
    let text = sample.run(&["agent", "show", "codex"]).with(0).stdout;
    assert!(!text.contains("  * ") && !text.contains("effect"), "{text}");
}

#[test]
fn case_67_an_agent_raised_by_hand_is_told_as_it_was_approved() {
    let sample = known();
    sample.edit_agent("codex", "tier: read-only", "tier: admin");
    sample.edit_agent("codex", "canWrite: false", "canWrite: true");
    let codex = listed(&sample, "codex");
    assert_eq!(codex["tier"], "read-only");
    assert_eq!(codex["can_write"], false);
    let expected = json!([
        {"field": "tier", "approved": "read-only", "found": "admin", "counts": "read-only"},
        {"field": "canWrite", "approved": false, "found": true, "counts": false},
    ]);
    assert_eq!(codex["not_in_effect"], expected);
    let codex = shown(&sample, "codex");
    assert_eq!(codex["tier"], "read-only");
    assert_eq!(codex["fields"]["canWrite"], false);
    assert_eq!(codex["effective"]["tier"], "read-only");
    assert_eq!(codex["not_in_effect"], expected);
    let list = sample.run(&["agent", "list"]).with(0).showing("codex *");
    let list = list.showing("has no effect until a person accepts it");
    assert_eq!(list.stdout.matches("openpass guard restore").count(), 1);
    let show = sample.run(&["agent", "show", "codex"]).with(0);
    let show = show.showing("Tier:  read-only  * config.yaml: admin");
    let show = show.showing("false  * config.yaml: true");
    assert_eq!(show.stdout.matches("openpass guard accept").count(), 1);

    sample.script(&["guard", "restore"]).with(0);
    assert_eq!(listed(&sample, "codex")["not_in_effect"], Value::Null);
    assert!(sample.read("config.yaml").contains("tier: read-only"));
    sample.edit_agent("codex", "tier: read-only", "tier: admin");
    sample.script(&["guard", "accept"]).with(0);
    assert_eq!(listed(&sample, "codex")["tier"], "admin");
    assert_eq!(shown(&sample, "codex")["not_in_effect"], Value::Null);
}

#[test]
fn case_67_an_old_config_put_back_gives_an_agent_nothing_back() {
    let sample = known();
    let raise = ["agent", "upgrade", "codex", "--tier", "admin"];
    sample.script(&raise).with(0);
    let old = sample.read("config.yaml");
    assert!(!explained(&sample, "codex").contains("agents-need-can-manage-config"));
    let lower = ["agent", "upgrade", "codex", "--tier", "read-only"];
    sample.script(&lower).with(0);
    sample.write("config.yaml", &old);
    assert_eq!(listed(&sample, "codex")["tier"], "read-only");
    let said = explained(&sample, "codex");
    assert!(
        said.contains("guard.agents-need-can-manage-config"),
        "{said}"
    );
    let variables = [("OPENPASS_AGENT", "codex")];
    let asked = ["agent", "upgrade", "openclaw", "--tier", "standard"];
    sample.run_with(&asked, &[], &variables).with(5);
}

#[test]
fn can_manage_config_switched_on_by_hand_lets_nobody_change_config() {
    let sample = known();
    sample.edit_agent("ci-bot", "canManageConfig: false", "canManageConfig: true");
    assert_eq!(listed(&sample, "ci-bot")["can_manage_config"], false);
    let said = explained(&sample, "ci-bot");
    assert!(
        said.contains("guard.agents-need-can-manage-config"),
        "{said}"
    );
    sample.script(&["guard", "accept"]).with(0);
    let said = explained(&sample, "ci-bot");
    assert!(
        !said.contains("guard.agents-need-can-manage-config"),
        "{said}"
    );
    // What is lowered by hand acts at once.
    sample.edit_agent("ci-bot", "canManageConfig: true", "canManageConfig: false");
    let said = explained(&sample, "ci-bot");
    assert!(
        said.contains("guard.agents-need-can-manage-config"),
        "{said}"
    );
    assert_eq!(listed(&sample, "ci-bot")["not_in_effect"], Value::Null);
}

#[test]
fn a_new_agent_in_the_file_has_no_effect() {
    let sample = known();
    let new = "agents:\n    evil:\n        tier: admin\n";
    let config = sample.read("config.yaml");
    sample.write("config.yaml", &config.replacen("agents:\n", new, 1));
    let evil = listed(&sample, "evil");
    assert_eq!(evil["tier"], "read-only");
    assert_eq!(evil["approval_mode"], "deny");
    assert_eq!(evil["can_manage_config"], false);
    let evil = shown(&sample, "evil");
    assert_eq!(evil["fields"]["allowed_tools"], "(nothing)");
    assert_eq!(evil["stored_tier"], Value::Null);
    let show = sample.run(&["agent", "show", "evil"]).with(0);
    show.showing("Nobody has approved this agent.");
    let said = explained(&sample, "evil");
    assert!(
        said.contains("guard.agents-need-can-manage-config"),
        "{said}"
    );
    sample.script(&["guard", "accept"]).with(0);
    assert_eq!(listed(&sample, "evil")["tier"], "admin");
}

#[test]
fn every_tool_and_no_limit_by_hand_have_no_effect() {
    let sample = known();
    let tools = "allowed_tools:\n            - list_entries\n            - get_entry\n";
    sample.edit_agent("ci-bot", tools, "allowed_tools: []\n");
    sample.edit_agent("ci-bot", "max_reads_per_hour: 60", "max_reads_per_hour: 0");
    let bot = shown(&sample, "ci-bot");
    assert_eq!(
        bot["fields"]["allowed_tools"],
        json!(["list_entries", "get_entry"])
    );
    assert_eq!(bot["fields"]["max_reads_per_hour"], 60);
    let fields = bot["not_in_effect"].as_array().unwrap().iter();
    let fields: Vec<&Value> = fields.map(|it| &it["field"]).collect();
    assert_eq!(fields, ["allowed_tools", "max_reads_per_hour"]);
    sample.script(&["guard", "accept"]).with(0);
    let bot = shown(&sample, "ci-bot");
    assert_eq!(bot["effective"]["allowed_tools"], Value::Null);
    assert_eq!(bot["fields"]["max_reads_per_hour"], 0);
}
