//! Requests that wait for a person's approval in a terminal.

use openpass_auth::AuthError;
use openpass_mcp_guard::Stopped;
use openpass_policy::{Channel, Refusal};
use openpass_vault::{Door, Left, Pending, Proposal, Requester, VaultError};
use tracing::{info, warn};

use crate::{failure::Failure, site::Site};

/// Returns the reason why nobody has decided on the call that ended in
/// `failure`, if nobody has: there was nobody to ask, nobody answered in time,
/// or the client would not wait.
pub(crate) fn why_later(failure: &Failure, called_off: bool) -> Option<String> {
    match failure {
        Failure::Refused(Refusal::NotAuthenticated(AuthError::Unavailable(why))) => {
            Some(format!("nobody can be asked from here: {why}"))
        }
        Failure::Refused(Refusal::NotAuthenticated(AuthError::TimedOut))
        | Failure::Stopped(Stopped::TooLong) => Some("nobody answered in time".to_owned()),
        Failure::Stopped(Stopped::Cancelled) if called_off => {
            Some("the client cancelled it".to_owned())
        }
        _ => None,
    }
}

/// Leaves `proposal` for a person to approve; what the client is told of that.
/// Where it cannot be left, that is why nobody decided.
pub(crate) fn leave(door: &Door, proposal: &Proposal, why: String, otherwise: Failure) -> Failure {
    match door.leave(proposal.change()) {
        Ok(Some(Left { code, command, .. })) => {
            info!(code, "a request waits for a person");
            Failure::Approval { command, code, why }
        }
        Ok(None) => otherwise,
        // The agent can do something about it, so it is told this first.
        Err(full @ (VaultError::TooManyPending { .. } | VaultError::TooManyOfAgent { .. })) => {
            full.into()
        }
        Err(error) => {
            warn!("no request could be left: {error}");
            otherwise
        }
    }
}

/// Ends the agent's request for what a person has approved in a dialog now.
pub(crate) fn settle(site: &Site, proposal: &Proposal) {
    // The change may have ended the agent's own token.
    let by = Requester::Agent {
        name: site.agent_name().to_owned(),
        channel: Channel::Mcp,
    };
    let waiting = Pending::list(site.vault(), &by).unwrap_or_default();
    let same = waiting.into_iter().find(|pending| {
        pending.agent == site.agent_name()
            && pending.channel == Channel::Mcp
            && pending.change.as_ref() == Some(proposal.change())
    });
    if let Some(mut pending) = same {
        pending.issued = proposal.issued().cloned();
        if let Err(error) = pending.note_approved(site.vault()) {
            warn!("the change was made, and its request still waits: {error}");
        }
    }
}
