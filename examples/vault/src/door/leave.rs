//! Requests that nobody could be asked about here, left for a person elsewhere.

use serde::Serialize;

use super::{Door, Requester};
use crate::{Change, Pending, VaultError};

/// A request that waits for a person at another terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Left {
    /// The code by which the person names the request.
    pub code: String,
    /// The agent that asked.
    pub agent: String,
    /// Until when it waits, as RFC 3339, where that can be read.
    pub expires: Option<String>,
    /// The command that the person runs in a terminal of their own: `approve` in
    /// JSON.
    #[serde(rename = "approve")]
    pub command: String,
}

impl Door {
    /// Leaves `change` for a person to decide on, with the reason that was given.
    /// `None` for a person, who asks for themselves, and for a request that was
    /// left already.
    ///
    /// # Errors
    ///
    /// As [`Pending::leave`].
    pub fn leave(&self, change: &Change) -> Result<Option<Left>, VaultError> {
        let Requester::Agent { name, channel } = &self.requester else {
            return Ok(None);
        };
        let reason = self.reason.clone();
        let code = Pending::leave(&self.vault, (name, channel), change, reason)?;
        Ok(Some(Left {
            agent: name.clone(),
            command: Pending::command(&self.vault, &code),
            expires: Pending::read(&self.vault, &code).ok().map(|it| it.expires),
            code,
        }))
    }
}
