//! The requester of a call.

use openpass_policy::{Entity, Principal, Request};

/// The requester, as the host knows it.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_enums, reason = "there is no third kind of host")]
pub enum Who {
    /// All of the circumstances, for a host on an OpenPass vault.
    Request(Request),
    /// The principal alone: the request came by [`Channel::Mcp`](openpass_policy::Channel::Mcp), under the default
    /// settings.
    Principal(Principal),
}

impl From<Request> for Who {
    fn from(request: Request) -> Self {
        Self::Request(request)
    }
}

impl From<Principal> for Who {
    fn from(principal: Principal) -> Self {
        Self::Principal(principal)
    }
}

impl From<Entity> for Who {
    fn from(entity: Entity) -> Self {
        Self::Principal(entity.into())
    }
}
