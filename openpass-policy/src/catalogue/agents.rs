//! Changes of agents' profiles.

use openpass_auth::SafeText;

use super::{Group, Phrase, Row, Sample, SampleParts};
use crate::{
    Action, AgentRef, Direction, Effect, Operation, Power, Powers, Request, Resource, Standing,
    Tier, operation::Extra,
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
        // Its tier goes with it; what it may still do is another profile's.
        let after = asked.standing(Standing::NONE);
        Ok(Operation::remove_agent(asked.request, agent, after, effect))
    },
    samples: &[Sample::that("remove an agent").for_each_agent("remove {}")],
};

fn changed(asked: &SampleParts<'_>, effect: Effect) -> Result<Operation, String> {
    let agent = asked.known_agent()?;
    let after = asked.standing(agent.standing());
    let request = asked.request.clone();
    Ok(Operation::change_agent(request, agent, after, effect))
}

fn added(asked: &SampleParts<'_>, tier: Tier, effect: Effect) -> Result<Operation, String> {
    let name = asked.agent.as_ref().map_or(asked.id, |agent| &agent.name);
    let (request, after) = (asked.request.clone(), asked.standing(tier.into()));
    Ok(Operation::add_agent(request, name, after, effect))
}

impl Operation {
    fn on_profile(
        request: Request,
        action: Action,
        agent: AgentRef,
        (after, gained): (Standing, Powers),
        effect: Effect,
    ) -> Self {
        let before = agent.standing();
        let resource = Resource::AgentProfile { agent };
        Self::new_of(request, action, resource, effect).with_extra(Extra::Standing {
            before,
            after,
            gained,
        })
    }

    /// Changes an agent's profile, so that it has the standing `after`: its tier, or
    /// any other field. Critical if anything widens.
    #[must_use]
    pub fn change_agent(
        request: Request,
        agent: AgentRef,
        after: impl Into<Standing>,
        effect: Effect,
    ) -> Self {
        let after = after.into();
        let by_tier = agent.tier.direction_to(after.tier);
        let gained = gained(agent.standing(), after, &effect);
        let action = if by_tier == Direction::Widens || !gained.is_empty() {
            Action::WidenAgent
        } else {
            Action::NarrowAgent
        };
        Self::on_profile(request, action, agent, (after, gained), effect)
    }

    /// Adds an agent. Critical above the lowest tier, or if anything widens.
    #[must_use]
    pub fn add_agent(
        request: Request,
        name: &str,
        after: impl Into<Standing>,
        effect: Effect,
    ) -> Self {
        let after = after.into();
        let gained = gained(Standing::NONE, after, &effect);
        let action = if after.tier != Tier::ReadOnly || !gained.is_empty() {
            Action::AddAgent
        } else {
            Action::AddRestrictedAgent
        };
        let nobody = AgentRef::with_standing(name, Standing::NONE);
        Self::on_profile(request, action, nobody, (after, gained), effect)
    }

    /// Removes an agent's profile. What is left may do what `after` says: nothing, but
    /// where a program has a profile of that name of its own.
    #[must_use]
    pub fn remove_agent(
        request: Request,
        agent: AgentRef,
        after: impl Into<Standing>,
        effect: Effect,
    ) -> Self {
        let after = after.into();
        let gained = gained(agent.standing(), after, &effect);
        let action = Action::RemoveAgent;
        Self::on_profile(request, action, agent, (after, gained), effect)
    }
}

/// The powers that come with a change.
///
/// INVARIANT (omission counts as widening): a field that widens and gives none of the
/// named powers is [`Power::Other`], and so is an effect that widens by what it does
/// not name. Nothing that widens gains nothing.
fn gained(before: Standing, after: Standing, effect: &Effect) -> Powers {
    let gained = after.powers.but(before.powers);
    let by_tier = before.tier.direction_to(after.tier) == Direction::Widens;
    let widening = effect
        .changes
        .iter()
        .filter(|it| it.direction == Direction::Widens);
    let mut unnamed = widening.filter(|it| it.field != "tier").filter(|change| {
        let power = Power::of_field(&change.field);
        power.is_none_or(|power| !gained.contains(power))
    });
    let unexplained = gained.is_empty() && (by_tier || effect.widens());
    match unnamed.next().is_some() || unexplained {
        true => gained.with(Power::Other),
        false => gained,
    }
}

fn change(operation: &Operation, id: &SafeText) -> SafeText {
    match operation.extra() {
        Extra::Standing { before, after, .. } if before.tier != after.tier => {
            let (before, after) = (before.tier, after.tier);
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
        Extra::Standing { after, .. } => word(after.tier),
        _ => SafeText::literal("unknown tier"),
    };
    SafeText::fill("add agent {} as {}", &[id, &after])
}

fn word(tier: Tier) -> SafeText {
    SafeText::literal(tier.as_str())
}
