//! Requests that wait for a person's approval in a terminal.

use openpass_auth::{AuthError, Unavailable};
use openpass_policy::Refusal;
use openpass_vault::Proposal;
use serde_json::Value;

use crate::{failure::Failure, site::Site};

/// Leaves `proposal` for a person to approve, and says so.
pub(crate) fn leave(
    _site: &Site,
    _proposal: &Proposal,
    why: &Unavailable,
) -> Result<Value, Failure> {
    Err(Refusal::NotAuthenticated(AuthError::Unavailable(why.clone())).into())
}
