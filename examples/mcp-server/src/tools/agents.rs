//! Agents and their profiles.

use std::collections::BTreeMap;

use openpass_vault::{Change, EffectiveProfile, parse_tier};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    fields::{self, Fields},
    text::{self, Name, Text, Words},
};
use crate::tool::{About, Changes, Failure, Look, Looked, Nothing, Reads, Requested, Site};

/// `list_agents`.
pub(super) struct ListAgents;

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Agents {
    agents: Vec<Summary>,
    count: usize,
    /// The agent that this server speaks for.
    you: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Summary {
    name: String,
    tier: &'static str,
    approval_mode: String,
    can_write: bool,
    can_manage_config: bool,
    /// The fields that config.yaml has and that have no effect until a person
    /// accepts them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    not_in_effect: Vec<String>,
}

/// The fields that were changed outside the guard and do not count.
fn not_in_effect(profile: &EffectiveProfile) -> Vec<String> {
    let fields = profile.not_counted().iter();
    fields.map(|it| it.field.clone()).collect()
}

impl Summary {
    fn of(profile: &EffectiveProfile) -> Self {
        Self {
            name: profile.name().to_owned(),
            tier: profile.tier().as_str(),
            approval_mode: profile.get("approvalMode").to_string(),
            can_write: profile.is_on("canWrite"),
            can_manage_config: profile.is_on("canManageConfig"),
            not_in_effect: not_in_effect(profile),
        }
    }
}

impl Reads for ListAgents {
    const ABOUT: About = About {
        name: "list_agents",
        title: "List agents",
        description: "List the vault's agents with their tiers.",
    };
    const LOOK: Look = Look::List;
    type Arguments = Nothing;
    type Answer = Agents;

    fn read(_: Looked, site: &Site, _: &Nothing) -> Result<Agents, Failure> {
        let agents = site.vault().effective_agents()?;
        let agents: Vec<Summary> = agents.iter().map(Summary::of).collect();
        Ok(Agents {
            count: agents.len(),
            agents,
            you: site.agent_name().to_owned(),
        })
    }
}

/// `get_agent`.
pub(super) struct GetAgent;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    /// The agent's name, as `list_agents` has it.
    name: Name,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Agent {
    name: String,
    tier: &'static str,
    /// Every field in effect: the tier's preset, then what config.yaml says, as far
    /// as it counts. `(nothing)` is a field that gives nothing at all.
    profile: BTreeMap<String, serde_json::Value>,
    /// The fields that config.yaml has and that have no effect until a person
    /// accepts them.
    #[serde(rename = "notInEffect", skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    not_in_effect: Vec<String>,
}

impl Reads for GetAgent {
    const ABOUT: About = About {
        name: "get_agent",
        title: "Show an agent",
        description: "Show one agent's profile as it is in effect.",
    };
    const LOOK: Look = Look::Show;
    type Arguments = Named;
    type Answer = Agent;

    fn read(_: Looked, site: &Site, named: &Named) -> Result<Agent, Failure> {
        let profile = site.vault().effective(named.name.as_str())?;
        Ok(Agent {
            name: profile.name().to_owned(),
            tier: profile.tier().as_str(),
            profile: fields::told(&profile),
            not_in_effect: not_in_effect(&profile),
        })
    }
}

/// `upgrade_agent`.
pub(super) struct UpgradeAgent;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Upgrade {
    name: Name,
    #[schemars(schema_with = "text::tier")]
    tier: Name,
    /// Shown to the person.
    #[serde(default)]
    reason: Option<Words>,
}

impl Changes for UpgradeAgent {
    const ABOUT: About = About {
        name: "upgrade_agent",
        title: "Put an agent on a tier",
        description: "Put an agent on a tier, up or down: its whole preset. A person has to \
                      approve it. No agent can raise itself.",
    };
    const DESTRUCTIVE: bool = true;
    const IDEMPOTENT: bool = true;
    type Arguments = Upgrade;

    fn change(upgrade: Upgrade) -> Result<Requested, Failure> {
        let tier = parse_tier(upgrade.tier.as_str())
            .map_err(|unknown| Failure::Arguments(unknown.to_string()))?;
        Ok(Requested {
            change: Change::SetTier {
                agent: upgrade.name.into_string(),
                tier,
            },
            reason: upgrade.reason.map(Text::into_string),
        })
    }
}

/// `edit_agent_profile`.
pub(super) struct EditAgentProfile;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Edit {
    name: Name,
    /// The fields to set, as `get_agent` has them; null leaves one as it is.
    set: Fields,
    /// Shown to the person.
    #[serde(default)]
    reason: Option<Words>,
}

impl Changes for EditAgentProfile {
    const ABOUT: About = About {
        name: "edit_agent_profile",
        title: "Edit an agent's profile",
        description: "Set fields of an agent's profile, such as canWrite or allowed_tools. A \
                      person has to approve it. No agent can give itself power.",
    };
    const DESTRUCTIVE: bool = true;
    const IDEMPOTENT: bool = true;
    type Arguments = Edit;

    fn change(edit: Edit) -> Result<Requested, Failure> {
        Ok(Requested {
            change: Change::EditAgent {
                agent: edit.name.into_string(),
                edits: edit.set.edits()?,
            },
            reason: edit.reason.map(Text::into_string),
        })
    }
}
