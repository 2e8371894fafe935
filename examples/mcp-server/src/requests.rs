//! Requests that wait for a person's approval in a terminal.

use openpass_auth::{AuthError, Unavailable};
use openpass_policy::{Channel, Refusal};
use openpass_vault::{Pending, Proposal, VaultError};
use serde_json::Value;
use tracing::{info, warn};

use crate::{failure::Failure, site::Site};

/// Leaves `proposal` for a person to approve, and says so. Where it cannot be
/// left, the refusal is why nobody could be asked.
pub(crate) fn leave(site: &Site, proposal: &Proposal, why: &Unavailable) -> Result<Value, Failure> {
    let asks = (site.agent_name(), Channel::Mcp);
    let reason = proposal.operation().request().reason.clone();
    match Pending::leave(site.vault(), asks, proposal.change(), reason) {
        Ok(code) => {
            info!(code, "a request waits for a person");
            Err(Failure::Approval {
                command: Pending::command(site.vault(), &code),
                code,
                why: why.to_string(),
            })
        }
        // The agent can do something about it, so it is told this first.
        Err(full @ (VaultError::TooManyPending { .. } | VaultError::TooManyOfAgent { .. })) => {
            Err(full.into())
        }
        Err(error) => {
            warn!("no request could be left: {error}");
            Err(Refusal::NotAuthenticated(AuthError::Unavailable(why.clone())).into())
        }
    }
}
