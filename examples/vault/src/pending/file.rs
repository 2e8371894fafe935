//! A request as it is written. Everything in it is a claim.

use openpass_policy::Channel;
use serde::{Deserialize, Serialize};

use super::{LIFETIME, Pending, PendingState};
use crate::{Change, Claimed, IssuedToken, VaultError};

/// The longest file, in bytes.
pub(super) const MAX_BYTES: u64 = 64 * 1024;
const VERSION: u64 = 1;
/// The number of seconds by which clocks may differ.
const SKEW: i64 = 300;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    version: u64,
    agent: String,
    channel: Through,
    /// The change that is asked for, while the request waits. It may hold a secret, so
    /// it is not kept once the request has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    change: Option<Change>,
    reason: Option<String>,
    created: jiff::Timestamp,
    expires: jiff::Timestamp,
    state: State,
    /// The reason that the person gave for a denial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    /// The token that came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    issued: Option<IssuedToken>,
    /// The program that asked, while the request waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claimed: Option<Claimed>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Through {
    Cli,
    Mcp,
}

impl Through {
    /// Returns the channel of a request. No host of OpenPass's has another channel than
    /// these; the one that gives less stands for it.
    const fn of(channel: &Channel) -> Self {
        match channel {
            Channel::Cli => Self::Cli,
            Channel::Mcp | Channel::Other | Channel::Host(_) => Self::Mcp,
        }
    }
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Waiting,
    Approved,
    Denied,
    Expired,
}

impl Written {
    pub(super) fn new(
        agent: &str,
        channel: &Channel,
        change: Change,
        reason: Option<String>,
        seconds: i64,
    ) -> Self {
        let created = jiff::Timestamp::now();
        let lifetime = jiff::SignedDuration::from_secs(seconds);
        Self {
            version: VERSION,
            agent: agent.to_owned(),
            channel: Through::of(channel),
            change: Some(change),
            reason,
            created,
            answer: None,
            issued: None,
            // A time that cannot be told has passed.
            expires: created.checked_add(lifetime).unwrap_or(created),
            state: State::Waiting,
            claimed: None,
        }
    }

    pub(super) fn claiming(self, claimed: Option<Claimed>) -> Self {
        Self { claimed, ..self }
    }

    /// Makes the file of a request that has ended, in which its host reads the outcome.
    /// Of what was asked for it keeps nothing but who asked.
    ///
    /// INVARIANT (8): a value that was asked for does not outlive the request.
    pub(super) fn ended(pending: &Pending, state: PendingState, answer: Option<String>) -> Self {
        let now = jiff::Timestamp::now();
        let lifetime = jiff::SignedDuration::from_secs(LIFETIME);
        Self {
            version: VERSION,
            agent: pending.agent.clone(),
            channel: Through::of(&pending.channel),
            change: None,
            reason: None,
            created: pending.created.parse().unwrap_or(now),
            expires: now.checked_add(lifetime).unwrap_or(now),
            state: match state {
                PendingState::Approved => State::Approved,
                PendingState::Expired => State::Expired,
                PendingState::Waiting | PendingState::Denied => State::Denied,
            },
            answer,
            issued: match state {
                PendingState::Approved => pending.issued.clone(),
                _ => None,
            },
            claimed: None,
        }
    }

    pub(super) const fn holds_a_change(&self) -> bool {
        self.change.is_some()
    }

    /// Whether its host has had the time to hear how it ended.
    pub(super) fn is_over(&self) -> bool {
        let now = jiff::Timestamp::now();
        let most = jiff::SignedDuration::from_secs(LIFETIME);
        self.change.is_none() && (now >= self.expires || self.expires.duration_since(now) > most)
    }

    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let written: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if written.version != VERSION {
            return Err(format!(
                "its version is {}, and only 1 is known",
                written.version
            ));
        }
        if written.agent.is_empty() {
            return Err("it names no agent".to_owned());
        }
        if written.change.is_none() && matches!(written.state, State::Waiting) {
            return Err("it asks for nothing".to_owned());
        }
        Ok(written)
    }

    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, VaultError> {
        let bytes = serde_json::to_vec_pretty(self).map_err(|_| VaultError::NotForLater)?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(VaultError::NotForLater);
        }
        Ok(bytes)
    }

    pub(super) fn into_pending(self, code: String) -> Pending {
        let state = match self.state {
            State::Approved => PendingState::Approved,
            State::Denied => PendingState::Denied,
            State::Waiting if self.waits() => PendingState::Waiting,
            State::Waiting | State::Expired => PendingState::Expired,
        };
        Pending {
            code,
            agent: self.agent,
            channel: match self.channel {
                Through::Cli => Channel::Cli,
                Through::Mcp => Channel::Mcp,
            },
            change: self.change,
            reason: self.reason,
            created: self.created.to_string(),
            expires: self.expires.to_string(),
            state,
            issued: self.issued,
            answer: self.answer,
            claimed: self.claimed,
        }
    }

    /// Whether it is of now: neither too old, nor from the future, nor meant
    /// to wait longer than any of ours.
    fn waits(&self) -> bool {
        let now = jiff::Timestamp::now();
        let within = |from: jiff::Timestamp, to: jiff::Timestamp, seconds: i64| {
            to.duration_since(from) <= jiff::SignedDuration::from_secs(seconds)
        };
        now < self.expires
            && within(self.created, self.expires, LIFETIME)
            && within(self.created, now, LIFETIME)
            && within(now, self.created, SKEW)
    }
}
