//! Changes of agents' profiles.

use openpass_auth::SafeText;

use super::{Group, Phrase, Row, Sample, SampleParts};
use crate::{
    Action, AgentRef, Direction, Effect, Operation, Request, Resource, Tier, operation::Extra,
};

pub(crate) const WIDEN: Row = Row {
    groups: &[Group::Critical],
    phrase: Phrase::Of(change),
    build: |asked| changed(&asked, asked.widens()),
    samples: &[
        Sample::that("raise an agent to standard")
            .for_each_agent("raise {} to standard")
            .to_tier(Tier::Standard),
        Sample::that("raise an agent to admin")
            .for_each_agent("raise {} to admin")
            .to_tier(Tier::Admin),
    ],
};

pub(crate) const NARROW: Row = Row {
    groups: &[Group::Config],
    phrase: Phrase::Of(change),
    build: |asked| changed(&asked, asked.narrows()),
    samples: &[Sample::that("take power from an agent")
        .for_each_agent("take power from {}")
        .to_tier(Tier::ReadOnly)],
};

// Those of the vault are there already.
pub(crate) const ADD: Row = Row {
    groups: &[Group::Critical],
    phrase: Phrase::Of(addition),
    build: |asked| added(&asked, Tier::Standard, asked.widens()),
    samples: &[
        Sample::that("add an agent as standard").to_tier(Tier::Standard),
        Sample::that("add an agent as admin").to_tier(Tier::Admin),
    ],
};

pub(crate) const ADD_RESTRICTED: Row = Row {
    groups: &[Group::Config],
    phrase: Phrase::Of(addition),
    build: |asked| added(&asked, Tier::ReadOnly, asked.narrows()),
    samples: &[Sample::that("add a read-only agent").to_tier(Tier::ReadOnly)],
};

pub(crate) const REMOVE: Row = Row {
    groups: &[Group::Critical],
    phrase: Phrase::Words("remove agent {}"),
    build: |asked| {
        let (agent, effect) = (asked.known_agent()?, asked.narrows());
        Ok(Operation::remove_agent(asked.request, agent, effect))
    },
    samples: &[Sample::that("remove an agent").for_each_agent("remove {}")],
};

fn changed(asked: &SampleParts<'_>, effect: Effect) -> Result<Operation, String> {
    let agent = asked.known_agent()?;
    let after = asked.tier.unwrap_or(agent.tier);
    let request = asked.request.clone();
    Ok(Operation::change_agent(request, agent, after, effect))
}

fn added(asked: &SampleParts<'_>, tier: Tier, effect: Effect) -> Result<Operation, String> {
    let name = asked.agent.as_ref().map_or(asked.id, |agent| &agent.name);
    let (request, tier) = (asked.request.clone(), asked.tier.unwrap_or(tier));
    Ok(Operation::add_agent(request, name, tier, effect))
}

impl Operation {
    fn on_profile(
        request: Request,
        action: Action,
        agent: AgentRef,
        after: Tier,
        effect: Effect,
    ) -> Self {
        let before = agent.tier;
        let resource = Resource::AgentProfile { agent };
        Self::new_of(request, action, resource, effect).with_extra(Extra::Tier { before, after })
    }

    /// Changes an agent's profile: its tier, or any other field. Critical if
    /// any field widens.
    #[must_use]
    pub fn change_agent(request: Request, agent: AgentRef, after: Tier, effect: Effect) -> Self {
        let by_tier = agent.tier.direction_to(after);
        let action = if effect.widens() || by_tier == Direction::Widens {
            Action::WidenAgent
        } else {
            Action::NarrowAgent
        };
        Self::on_profile(request, action, agent, after, effect)
    }

    /// Adds an agent. Critical above the lowest tier, or if any field widens.
    #[must_use]
    pub fn add_agent(request: Request, name: &str, tier: Tier, effect: Effect) -> Self {
        let action = if effect.widens() || tier != Tier::ReadOnly {
            Action::AddAgent
        } else {
            Action::AddRestrictedAgent
        };
        let nobody = AgentRef::new(name, Tier::ReadOnly, false);
        Self::on_profile(request, action, nobody, tier, effect)
    }

    /// Removes an agent's profile.
    #[must_use]
    pub fn remove_agent(request: Request, agent: AgentRef, effect: Effect) -> Self {
        let tier = agent.tier;
        Self::on_profile(request, Action::RemoveAgent, agent, tier, effect)
    }
}

fn change(operation: &Operation, id: &SafeText) -> SafeText {
    match operation.extra() {
        &Extra::Tier { before, after } if before != after => {
            // From a tier that is no preset, nobody can tell what is lower.
            let template = match before.direction_to(after) {
                _ if after == Tier::Custom => "change agent {} from {} to {}",
                Direction::Widens if before != Tier::Custom => "raise agent {} from {} to {}",
                Direction::Narrows => "lower agent {} from {} to {}",
                _ => "change agent {} from {} to {}",
            };
            SafeText::fill(template, &[id, &word(before), &word(after)])
        }
        _ => SafeText::fill("change agent {}", &[id]),
    }
}

fn addition(operation: &Operation, id: &SafeText) -> SafeText {
    let after = match operation.extra() {
        Extra::Tier { after, .. } => word(*after),
        _ => SafeText::literal("unknown tier"),
    };
    SafeText::fill("add agent {} as {}", &[id, &after])
}

fn word(tier: Tier) -> SafeText {
    SafeText::literal(tier.as_str())
}
