//! The part of an operation that policy sees.

use super::{Extra, Own, Principal, Request, Resource, TokenRef};
use crate::{Action, repair};

/// The requester, the action, the resource and the parts of the context: all that a
/// decision depends on beside the policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Question {
    pub(crate) request: Request,
    pub(crate) action: Action,
    pub(crate) resource: Resource,
    pub(crate) extra: Extra,
}

/// The longest name in a question that counts as short, in bytes.
const SHORT: usize = 1_024;

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
        let (request, resource) = (&self.request, &self.resource);
        let name = match &request.principal {
            Principal::User => "",
            Principal::Agent(agent) => agent.name.as_str(),
            Principal::Host(_) => return false,
        };
        let is_hosts = matches!(resource, Resource::Host(_)) || self.own().is_some();
        let owner = match resource {
            Resource::AgentProfile { agent } | Resource::Token(TokenRef { agent, .. }) => {
                agent.name.as_str()
            }
            _ => "",
        };
        let channel = request.channel.as_str();
        let texts = [name, owner, resource.id(), &request.vault, channel];
        !is_hosts && texts.iter().all(|text| text.len() <= SHORT)
    }
}
