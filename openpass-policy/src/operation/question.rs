//! The part of an operation that policy sees.

use super::{Extra, Own, Principal, Request, Resource, TokenRef};
use crate::{
    Action,
    entity::{room_of, sum},
    repair,
};

/// The requester, the action, the resource and the parts of the context: all that a
/// decision depends on beside the policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Question {
    pub(crate) request: Request,
    pub(crate) action: Action,
    pub(crate) resource: Resource,
    pub(crate) extra: Extra,
}

/// The most room that a question takes which counts as short, in bytes.
const SHORT: usize = 4_096;

impl Question {
    /// Returns the parts that only a question of a host's own has.
    pub(crate) const fn own(&self) -> Option<&Own> {
        match &self.extra {
            Extra::Host(own) => Some(own),
            _ => None,
        }
    }

    /// The question without the requester's reason, of which policy hears nothing.
    pub(crate) fn without_reason(&self) -> Self {
        let mut question = self.clone();
        question.request.reason = None;
        question
    }

    /// Whether policies of one's own decide on it, too.
    pub(crate) fn is_for_own_policies(&self) -> bool {
        !repair::is_the_persons(&self.request, &self.action)
    }

    /// Whether it takes little room: what a host tells may be of any size.
    pub(crate) fn is_short(&self) -> bool {
        self.room() <= SHORT
    }

    /// The bytes of all its texts but the reason, and some for each of their parts.
    fn room(&self) -> usize {
        let request = &self.request;
        let asked_by = match &request.principal {
            Principal::User => 0,
            Principal::Agent(agent) => room_of(&agent.name),
            Principal::Host(entity) => entity.room(),
        };
        let resource = match &self.resource {
            Resource::AgentProfile { agent } | Resource::Token(TokenRef { agent, .. }) => {
                sum([room_of(&agent.name), room_of(self.resource.id())])
            }
            Resource::Host(entity) => entity.room(),
            other => room_of(other.id()),
        };
        sum([
            asked_by,
            resource,
            room_of(&request.vault),
            room_of(request.channel.as_str()),
            room_of(self.action.as_str()),
            self.own().map_or(0, Own::room),
        ])
    }
}

#[cfg(test)]
mod tests;
