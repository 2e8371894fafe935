//! The asker.

use openpass_auth::Asker;
use openpass_policy::Channel;

/// The asker, as the host knows it. Nothing that a client says about itself belongs
/// here.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new kind of asker must break the builds that name askers"
)]
pub enum Requester {
    /// The person at the command line.
    Person,
    /// An agent, by its name in config.yaml, through a host.
    Agent {
        /// The agent's name.
        name: String,
        /// The host that it asks through.
        channel: Channel,
    },
    /// A request that waits, of which somebody says that an agent left it. The
    /// operation is that agent's; the prompts are those of the person who
    /// decides on it at their own terminal.
    Claimed {
        /// The agent's name.
        name: String,
        /// The host that it asked through.
        channel: Channel,
    },
}

impl Requester {
    /// Whether the asker may see what `agent` asks for: of agents, each its own alone.
    pub(crate) fn sees_requests_of(&self, agent: &str) -> bool {
        match self {
            Self::Agent { name, .. } => name == agent,
            Self::Person | Self::Claimed { .. } => true,
        }
    }

    /// Returns the asker whose prompts are counted.
    pub(super) fn asks(&self) -> Asker {
        match self {
            Self::Person | Self::Claimed { .. } => Asker::Person,
            Self::Agent { name, .. } => Asker::agent(name),
        }
    }
}
