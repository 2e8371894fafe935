//! What was changed in config.yaml outside the guard and widens gives no agent
//! anything here.

use openpass_policy::Tier;
use openpass_vault::{Change, Vault};
use serde_json::{Value, json};

use crate::{
    owner,
    server::{CONFIG, Start},
    write,
};

/// A server for `agent` on a vault whose agents the guard knows, and whose
/// config.yaml somebody wrote anew since.
fn on(agent: &str, config: &str) -> Start {
    let start = Start::as_agent(agent);
    let vault = Vault::open(&start.vault()).unwrap();
    let change = Change::SetTier {
        agent: "codex".to_owned(),
        tier: Tier::Standard,
    };
    owner::makes(&vault, &change);
    write(&start.vault().join("config.yaml"), config);
    start
}

fn asks() -> Value {
    json!({"name": "codex", "tier": "read-only"})
}

#[test]
fn case_67_an_agent_raised_by_hand_is_and_may_what_was_approved() {
    let raised = CONFIG.replace("canManageConfig: false", "canManageConfig: true");
    let raised = raised.replace("    tier: read-only", "    tier: admin");
    let mut server = on("weak", &raised).serves();
    let listed = server.call("list_agents", &json!({}));
    let agents = listed["agents"].as_array().unwrap();
    let of = |name: &str| agents.iter().find(|it| it["name"] == name).unwrap();
    assert_eq!(of("weak")["canManageConfig"], false);
    assert_eq!(of("weak")["notInEffect"], json!(["canManageConfig"]));
    assert_eq!(of("codex")["tier"], "standard");
    assert_eq!(of("boss")["notInEffect"], Value::Null);
    let weak = server.call("get_agent", &json!({"name": "weak"}));
    assert_eq!(weak["profile"]["canManageConfig"], false);
    assert_eq!(weak["notInEffect"], json!(["canManageConfig"]));
    let refused = server.call("upgrade_agent", &asks());
    assert_eq!(refused["code"], "denied", "{refused}");
    let said = server.left();
    let told = said
        .iter()
        .any(|line| line.to_string().contains("the agent's profile was changed"));
    assert!(told, "{said:?}");
}

#[test]
fn an_agent_lowered_by_hand_may_no_more_than_the_file_says() {
    let lowered = CONFIG.replace("canManageConfig: true", "canManageConfig: false");
    let mut server = on("boss", &lowered).serves();
    let refused = server.call("upgrade_agent", &asks());
    assert_eq!(refused["code"], "denied", "{refused}");
    let boss = server.call("get_agent", &json!({"name": "boss"}));
    assert_eq!(boss["profile"]["canManageConfig"], false);
    assert_eq!(boss["notInEffect"], Value::Null);
}

#[test]
fn an_agent_added_by_hand_may_ask_for_nothing() {
    let added = format!("{CONFIG}\n").replace("agents:\n", "agents:\n  evil: {tier: admin}\n");
    let mut server = on("evil", &added).serves();
    let evil = server.call("get_agent", &json!({"name": "evil"}));
    assert_eq!(evil["tier"], "read-only");
    assert_eq!(evil["profile"]["allowed_tools"], "(nothing)");
    let refused = server.call("upgrade_agent", &asks());
    assert_eq!(refused["code"], "denied", "{refused}");
}
