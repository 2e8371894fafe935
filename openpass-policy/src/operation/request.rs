//! The circumstances of an operation.

use serde::Serialize;

use super::{AgentRef, Principal, WallTime};
use crate::{GuardSettings, vocabulary::vocabulary};

vocabulary! {
    /// Which host a request came through.
    pub enum Channel: "channel" {
        /// The command line.
        Cli = "cli",
        /// The MCP server.
        Mcp = "mcp",
    }
}

/// Who asks, through what, under which settings.
///
/// The host fills it in from what it knows; nothing that a client says about
/// itself belongs here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Request {
    /// Who asks.
    pub principal: Principal,
    /// The host.
    pub channel: Channel,
    /// Whether a person is expected to be there. A script says no.
    pub attended: bool,
    /// The guard's settings before the operation.
    pub settings: GuardSettings,
    /// The vault, as the person knows it.
    pub vault: String,
    /// Why, in the requester's words. Shown as a claim, and logged.
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

    /// The same request, at a time of day.
    #[must_use]
    pub const fn at(mut self, time: Option<WallTime>) -> Self {
        self.time = time;
        self
    }

    /// The same request, with a reason given.
    #[must_use]
    pub fn because(mut self, reason: Option<String>) -> Self {
        self.reason = reason;
        self
    }
}
