//! The circumstances of an operation.

use core::fmt;
use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::{AgentRef, Principal, WallTime};
use crate::GuardSettings;

/// The way by which a request came.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new channel must break the builds that decide on channels"
)]
pub enum Channel {
    /// The command line.
    Cli,
    /// The MCP server.
    Mcp,
    /// None of the others, or nobody said.
    Other,
    /// A channel of the host's own, by the name that the host declared
    /// ([`EngineBuilder::channel`](crate::EngineBuilder::channel)).
    Host(Cow<'static, str>),
}

impl Channel {
    /// The channels that every host has.
    pub const SHIPPED: [Self; 3] = [Self::Cli, Self::Mcp, Self::Other];

    /// The channel of this name.
    pub fn named(name: impl Into<Cow<'static, str>>) -> Self {
        let name = name.into();
        let shipped = Self::SHIPPED.into_iter().find(|one| one.as_str() == name);
        shipped.unwrap_or(Self::Host(name))
    }

    /// Its name in policy, logs and output.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Cli => "cli",
            Self::Mcp => "mcp",
            Self::Other => "other",
            Self::Host(name) => name,
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Channel {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

/// The requester, the channel and the guard's settings.
///
/// The host fills it in from what it knows; nothing that a client says about
/// itself belongs here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Request {
    /// The requester.
    pub principal: Principal,
    /// The host.
    pub channel: Channel,
    /// Whether a person is expected to be there. A script says no.
    pub attended: bool,
    /// The guard's settings before the operation.
    pub settings: GuardSettings,
    /// The vault, as the person knows it; empty for a host that has none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub vault: String,
    /// The reason, in the requester's words. Shown as a claim, and logged.
    pub reason: Option<String>,
    /// The time of day, where the host tells it. Policies that ask for it deny
    /// everything where it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<WallTime>,
}

impl Request {
    fn new(
        principal: Principal,
        channel: Channel,
        vault: impl Into<String>,
        settings: GuardSettings,
    ) -> Self {
        Self {
            principal,
            channel,
            attended: true,
            settings,
            vault: vault.into(),
            reason: None,
            time: None,
        }
    }

    /// A person's request at the command line, with the person there.
    pub fn by_person(vault: impl Into<String>, settings: GuardSettings) -> Self {
        Self::new(Principal::User, Channel::Cli, vault, settings)
    }

    /// A request of a person's script at the command line, with nobody there.
    pub fn by_script(vault: impl Into<String>, settings: GuardSettings) -> Self {
        Self {
            attended: false,
            ..Self::by_person(vault, settings)
        }
    }

    /// An agent's request through `channel`.
    pub fn by_agent(
        agent: AgentRef,
        channel: Channel,
        vault: impl Into<String>,
        settings: GuardSettings,
    ) -> Self {
        Self::new(Principal::Agent(agent), channel, vault, settings)
    }

    /// A request to a host of its own, that has said no more yet.
    pub(super) fn of_host(principal: Principal) -> Self {
        Self::new(principal, Channel::Other, "", GuardSettings::default())
    }

    /// Sets the time of day of the request.
    #[must_use]
    pub const fn at(mut self, time: Option<WallTime>) -> Self {
        self.time = time;
        self
    }

    /// Gives the request a reason.
    #[must_use]
    pub fn because(mut self, reason: Option<String>) -> Self {
        self.reason = reason;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_is_printed_as_policy_names_it() {
        let names = Channel::SHIPPED.map(|it| it.to_string());
        assert_eq!(names, ["cli", "mcp", "other"]);
        assert_eq!(Channel::named("desk").to_string(), "desk");
        assert_eq!(format!("{:>5}", Channel::Cli), "  cli");
    }
}
