//! `openpass agent …`, but for the tier and the tokens.

mod in_effect;

use core::fmt::Write as _;

use openpass_auth::SafeText;
use openpass_vault::{EffectiveProfile, Proposal, Vault};
use serde::Serialize;

use super::{
    change::{self, Telling},
    token, upgrade,
};
use crate::{
    args::{AddAgent, Agent, EditProfile, Profile as ProfileCommand, RemoveAgent},
    failure::Failure,
    json,
    output::{Output, Paper, cell},
    table::{Cell, Table},
};

#[derive(Serialize)]
struct AgentList {
    agents: Vec<AgentRow>,
    count: usize,
    /// Those of the product that config.yaml does not list.
    built_in: Vec<&'static str>,
}

#[derive(Serialize)]
struct AgentRow {
    name: String,
    tier: &'static str,
    approval_mode: String,
    can_write: bool,
    can_manage_config: bool,
    /// The fields of config.yaml whose values do not count.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_in_effect: Vec<in_effect::Field>,
}

impl AgentRow {
    fn of(profile: &EffectiveProfile) -> Self {
        Self {
            name: profile.name().to_owned(),
            tier: profile.tier().as_str(),
            approval_mode: profile.get("approvalMode").to_string(),
            can_write: profile.is_on("canWrite"),
            can_manage_config: profile.is_on("canManageConfig"),
            not_in_effect: in_effect::fields(profile),
        }
    }
}

pub(super) fn run(vault: &Vault, command: &Agent, output: &Output) -> Result<(), Failure> {
    match command {
        Agent::List => list(vault, output),
        Agent::Show { name } => show(vault, name, output),
        Agent::Add(add) => self::add(vault, add, output),
        Agent::Upgrade(upgrade) => upgrade::run(vault, upgrade, output),
        Agent::Profile(ProfileCommand::Edit(edit)) => self::edit(vault, edit, output),
        Agent::Remove(remove) => self::remove(vault, remove, output),
        Agent::Token(command) => token::run(vault, command, output),
    }
}

/// Lists the agents, in the file's order, as they are in effect.
fn list(vault: &Vault, output: &Output) -> Result<(), Failure> {
    let now = vault.snapshot();
    let profiles = now.effective_agents()?;
    let agents: Vec<AgentRow> = profiles.iter().map(AgentRow::of).collect();
    let listing = AgentList {
        count: agents.len(),
        built_in: now.config()?.built_in_agents(),
        agents,
    };
    output.result(&listing, || {
        table(&listing, output.stdout()) + &in_effect::below_all(&profiles)
    })
}

fn table(listing: &AgentList, paper: Paper) -> String {
    let heads = ["AGENT", "TIER", "APPROVAL", "CAN WRITE", "CAN CONFIGURE"];
    let mut table = Table::under(&heads);
    for agent in &listing.agents {
        let mark = if agent.not_in_effect.is_empty() {
            ""
        } else {
            " *"
        };
        table.push(vec![
            Cell::of(format!("{}{mark}", cell(&agent.name))),
            Cell::of(agent.tier),
            Cell::of(cell(&agent.approval_mode)),
            Cell::power(agent.can_write),
            Cell::power(agent.can_manage_config),
        ]);
    }
    let mut table = table.on(paper);
    if !listing.built_in.is_empty() {
        // Writing to a String cannot fail.
        let _ = writeln!(
            table,
            "Not listed in config.yaml, so as the product's version defines them: {}",
            listing.built_in.join(", ")
        );
    }
    table
}

#[derive(Serialize)]
struct Shown {
    name: String,
    tier: &'static str,
    stored_tier: Option<String>,
    fields: serde_json::Map<String, serde_json::Value>,
    /// Every field that the product knows, as config.yaml spells it and as the
    /// product makes it out; null where it has no value.
    effective: serde_json::Map<String, serde_json::Value>,
    /// The fields of config.yaml whose values do not count.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_in_effect: Vec<in_effect::Field>,
    /// The reason why the approved profile is not known, if one was approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    lost: Option<String>,
}

/// Shows a profile as it is in effect.
fn show(vault: &Vault, name: &str, output: &Output) -> Result<(), Failure> {
    let profile = vault.snapshot().effective(name)?;
    let fields = profile.fields().iter();
    let shown = Shown {
        name: name.to_owned(),
        tier: profile.tier().as_str(),
        stored_tier: profile.stored_tier().map(ToOwned::to_owned),
        fields: fields
            .map(|(field, value)| (field.clone(), json::in_effect(value)))
            .collect(),
        effective: profile
            .known_fields()
            .iter()
            .map(|(field, value)| ((*field).to_owned(), json::in_effect(value)))
            .collect(),
        not_in_effect: in_effect::fields(&profile),
        lost: profile.lost().map(ToOwned::to_owned),
    };
    output.result(&shown, || text(&profile))
}

fn text(profile: &EffectiveProfile) -> String {
    let (name, tier) = (SafeText::quoted(profile.name()), profile.tier().as_str());
    let more = in_effect::beside(profile, "tier");
    let mut text = format!("Agent: {name}\nTier:  {tier}{more}\n");
    for (field, value) in profile.fields() {
        let more = in_effect::beside(profile, field);
        let (field, value) = (cell(field), SafeText::whole(&value.to_string()));
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {field:<24} {value}{more}");
    }
    text + &in_effect::below(profile)
}

fn add(vault: &Vault, add: &AddAgent, output: &Output) -> Result<(), Failure> {
    let done = |_: &Proposal| {
        let name = SafeText::quoted(&add.name);
        format!("✓ Agent {name} added as \"{}\"", add.tier)
    };
    let telling = Telling::plain(&done)
        .with("agent", add.name.clone())
        .with("tier", add.tier.as_str());
    change::run(vault, &add.flags, &add.change(), &telling, output)
}

fn edit(vault: &Vault, edit: &EditProfile, output: &Output) -> Result<(), Failure> {
    let done = |_: &Proposal| format!("✓ Profile of {} changed", SafeText::quoted(&edit.name));
    let telling = Telling::plain(&done).with("agent", edit.name.clone());
    change::run(vault, &edit.flags, &edit.change(), &telling, output)
}

fn remove(vault: &Vault, remove: &RemoveAgent, output: &Output) -> Result<(), Failure> {
    let done = |_: &Proposal| format!("✓ Agent {} removed", SafeText::quoted(&remove.name));
    let telling = Telling::plain(&done).with("agent", remove.name.clone());
    change::run(vault, &remove.flags, &remove.change(), &telling, output)
}
