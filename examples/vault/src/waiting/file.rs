//! A call that waits, as it is written. Everything in it is a claim.

use serde::{Deserialize, Serialize};

use super::WaitingCall;
use crate::{
    VaultError,
    hash::{hex, unhex},
};

/// The longest file, in bytes.
pub(super) const MAX_BYTES: u64 = 128 * 1024;
const VERSION: u64 = 1;
/// The longest time that a call may wait, in seconds.
const LONGEST: i64 = 15 * 60;
/// The number of seconds by which clocks may differ.
const SKEW: i64 = 300;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    version: u64,
    agent: String,
    call: serde_json::Value,
    nonce: String,
    created: jiff::Timestamp,
    expires: jiff::Timestamp,
}

impl Written {
    pub(super) fn new(
        agent: &str,
        call: serde_json::Value,
        nonce: &[u8; 32],
        seconds: u64,
    ) -> Self {
        let created = jiff::Timestamp::now();
        let seconds = i64::try_from(seconds).unwrap_or(LONGEST).min(LONGEST);
        let lifetime = jiff::SignedDuration::from_secs(seconds);
        Self {
            version: VERSION,
            agent: agent.to_owned(),
            call,
            nonce: hex(nonce),
            created,
            // A time that cannot be told has passed.
            expires: created.checked_add(lifetime).unwrap_or(created),
        }
    }

    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, VaultError> {
        let bytes = serde_json::to_vec(self).map_err(|_| VaultError::NotForLater)?;
        match bytes.len() as u64 > MAX_BYTES {
            true => Err(VaultError::NotForLater),
            false => Ok(bytes),
        }
    }

    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let written: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        match written.version {
            VERSION => Ok(written),
            other => Err(format!("its version is {other}, and only 1 is known")),
        }
    }

    /// The call, unless it waits no more.
    pub(super) fn waiting(self, code: String) -> Option<WaitingCall> {
        let now = jiff::Timestamp::now();
        let within = |from: jiff::Timestamp, to: jiff::Timestamp, seconds: i64| {
            to.duration_since(from) <= jiff::SignedDuration::from_secs(seconds)
        };
        let waits = now < self.expires
            && within(self.created, self.expires, LONGEST)
            && within(now, self.created, SKEW);
        let nonce = unhex(self.nonce.as_bytes()).filter(|_| waits)?;
        Some(WaitingCall {
            code,
            agent: self.agent,
            call: self.call,
            nonce,
            created: self.created.to_string(),
            expires: self.expires.to_string(),
        })
    }
}
