//! The circumstances of an operation.

use serde::Serialize;

use super::{Principal, WallTime};
use crate::GuardSettings;

/// Which host a request came through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new channel must break the builds that decide on channels"
)]
pub enum Channel {
    /// The command line.
    Cli,
    /// The MCP server.
    Mcp,
}

impl Channel {
    /// The channel's name in policy.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cli => "cli",
            Self::Mcp => "mcp",
        }
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
    /// A person's request at the command line, attended, under `settings`.
    pub fn by_person(vault: impl Into<String>, settings: GuardSettings) -> Self {
        Self {
            principal: Principal::User,
            channel: Channel::Cli,
            attended: true,
            settings,
            vault: vault.into(),
            reason: None,
            time: None,
        }
    }

    /// The same, by `principal` through `channel`.
    #[must_use]
    pub fn on_behalf_of(mut self, principal: Principal, channel: Channel) -> Self {
        self.principal = principal;
        self.channel = channel;
        self
    }

    /// The same, with nobody there.
    #[must_use]
    pub const fn unattended(mut self) -> Self {
        self.attended = false;
        self
    }

    /// The same, at a time of day.
    #[must_use]
    pub const fn at(mut self, time: Option<WallTime>) -> Self {
        self.time = time;
        self
    }

    /// The same, with a reason given.
    #[must_use]
    pub fn because(mut self, reason: Option<String>) -> Self {
        self.reason = reason;
        self
    }
}
