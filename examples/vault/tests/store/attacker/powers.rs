//! What somebody can do, as words: the more there are, the more can be done.

use std::collections::BTreeSet;

use openpass_policy::{Channel, Decision, Tier};
use openpass_vault::{Change, EffectiveProfile, InEffect, Requester, Value, Vault};

pub(super) fn of(vault: &Vault) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    settings(vault, &mut all);
    decisions(vault, &mut all);
    for approver in vault.approvers().unwrap_or_default() {
        all.insert(format!("{} signs", approver.id()));
    }
    for agent in vault.effective_agents().unwrap_or_default() {
        of_agent(&agent, &mut all);
    }
    all
}

fn settings(vault: &Vault, all: &mut BTreeSet<String>) {
    let settings = vault.settings();
    let value = |key: &str| settings.value(key).unwrap_or_default();
    if value("step_up") == "confirm" {
        all.insert("a y/N is enough".to_owned());
    }
    if value("step_up") == "biometry" {
        all.insert("a finger is enough".to_owned());
    }
    if value("unattended") != "refuse" {
        all.insert("scripts give the passphrase".to_owned());
    }
    if value("unattended") == "waive" {
        all.insert("scripts give nothing".to_owned());
    }
    if value("seal") == "logged" {
        all.insert("what nobody signed counts".to_owned());
    }
    all.insert(format!("{} to answer", value("timeout")));
    all.insert(format!("asked by {:?}", value("pinentry")));
    let days: u64 = value("passphrase_every")
        .trim_end_matches('d')
        .parse()
        .unwrap();
    all.extend((0..=days / 10).map(|tens| format!("{} days by finger", tens * 10)));
}

/// Who may change what, and whether that takes a proof.
fn decisions(vault: &Vault, all: &mut BTreeSet<String>) {
    let agent = |channel| Requester::Agent {
        name: "hermes".to_owned(),
        channel,
    };
    let askers = [
        ("the person", Requester::Person),
        ("hermes by mcp", agent(Channel::Mcp)),
        ("hermes by cli", agent(Channel::Cli)),
    ];
    let set = |key: &str, value: &str| Change::SetConfigKey {
        key: key.to_owned(),
        value: value.to_owned(),
    };
    let raise = Change::SetTier {
        agent: "codex".to_owned(),
        tier: Tier::Admin,
    };
    let changes = [
        ("an agent is made admin", raise),
        ("the server is opened", set("mcp.bind", "::")),
        ("more is logged", set("logging.level", "debug")),
    ];
    let Ok(engine) = vault.engine() else {
        return;
    };
    for (who, asker) in &askers {
        for (what, change) in &changes {
            let Ok(proposal) = vault.propose(vault.request_of(asker), change) else {
                continue;
            };
            let what = format!("{who}: {what}");
            match engine.decide(proposal.operation()) {
                Decision::Deny(_) => {}
                Decision::RequireBiometry { .. } => drop(all.insert(format!("{what}, by a proof"))),
                Decision::Allow { .. } => {
                    all.insert(format!("{what}, by a proof"));
                    all.insert(format!("{what}, by itself"));
                }
            }
        }
    }
}

fn of_agent(agent: &EffectiveProfile, all: &mut BTreeSet<String>) {
    let name = agent.name();
    let ranks = [Tier::ReadOnly, Tier::Standard, Tier::Admin, Tier::Custom];
    let reached = ranks.iter().position(|tier| *tier == agent.tier()).unwrap();
    all.extend(
        ranks
            .iter()
            .take(reached)
            .map(|tier| format!("{name} is above {tier}")),
    );
    for (field, value) in agent.known_fields() {
        match (field, value) {
            ("tier", _) | (_, InEffect::Nothing) => {}
            ("redactFields", InEffect::Value(value)) => {
                let hides = |secret: &str| value.to_string().contains(secret);
                let seen = ["password", "totp"].into_iter().filter(|it| !hides(it));
                all.extend(seen.map(|secret| format!("{name} sees {secret}")));
            }
            ("max_reads_per_day", InEffect::Value(Value::Int(limit))) if limit > 0 => {
                all.extend((0..limit.min(99)).map(|read| format!("{name} reads more than {read}")));
            }
            ("max_reads_per_day", InEffect::Value(_)) => {
                all.extend((0..99).map(|read| format!("{name} reads more than {read}")));
                all.insert(format!("{name} reads without end"));
            }
            ("approvalMode", InEffect::Value(mode)) => {
                if mode.to_string() != "deny" {
                    all.insert(format!("{name} does what is approved"));
                }
                if !matches!(mode.to_string().as_str(), "deny" | "prompt") {
                    all.insert(format!("{name} does what nobody approved"));
                }
            }
            ("allowed_tools", InEffect::Value(Value::List(tools))) if !tools.is_empty() => {
                all.extend(tools.iter().map(|tool| format!("{name} uses {tool}")));
            }
            ("allowed_tools", InEffect::Value(_)) => {
                all.insert(format!("{name} uses every tool"));
            }
            ("requireApproval", _) => {}
            (_, InEffect::Value(Value::Bool(false) | Value::Unset)) => {}
            (field, InEffect::Value(value)) => drop(all.insert(format!("{name} {field} {value}"))),
        }
    }
}
