//! One question put to the engine and to its peers: a person raises an agent from
//! read-only to admin, with so many rules of the user's own.
//!
//! The engine and plain Cedar hold all shipped policies, the peers those of them that this
//! question can reach: one permit, and the guards on what counts as proof. The rules of
//! one's own are the same for all. Each answer is looked at before anything is timed.
#![expect(clippy::unwrap_used, reason = "a benchmark ends at what is wrong")]
#![expect(
    clippy::missing_panics_doc,
    reason = "they say so themselves: each ends the benchmark"
)]

pub mod biscuit;
pub mod casbin;
pub mod cedar;
pub mod ours;
pub mod rego;

/// The principals of the rules of one's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    /// Each about an agent of its own, which is not the one that asks.
    Pinned,
    /// All about any principal, each with a condition that does not hold.
    Conditions,
}

impl Own {
    /// Returns `count` such rules as files of Cedar policies: names and texts.
    #[must_use]
    pub fn files(self, count: usize) -> Vec<(String, String)> {
        match self {
            Self::Pinned => openpass_benches::rules::pinned(count),
            Self::Conditions => openpass_benches::rules::conditions(count),
        }
    }

    /// Returns the agent of a rule that is about one alone.
    fn agent(self, number: usize) -> Option<String> {
        (self == Self::Pinned).then(|| format!("agent-{number}"))
    }

    /// Returns the minute of the day after which the rule forbids.
    fn minute(self, number: usize) -> usize {
        match self {
            Self::Pinned => number % 1_000,
            Self::Conditions => number % 1_000 + 1,
        }
    }
}

/// The factors that count for a critical change of a person, as the shipped guards have
/// them: these without a setting, and three with one.
const REAL: [&str; 5] = [
    "biometry",
    "security-key",
    "device",
    "passphrase",
    "one-time-code",
];
