//! Requests that wait for a person.

use std::time::Duration;

use openpass_auth::SafeText;
use openpass_policy::Channel;
use openpass_vault::{Pending, PendingState, VaultError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::text::Name;
use crate::{
    changed::{Field, Issued},
    tool::{About, Failure, Look, Looked, Reads, Site},
};

/// For how long one call waits at most: as long as any request does.
const LONGEST: u64 = 15 * 60;

/// `get_request`.
pub(super) struct GetRequest;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ByCode {
    /// The `request_code` of the refusal.
    code: Name,
    /// For how many seconds to wait for the person to decide, 900 at most.
    #[serde(default)]
    wait: Option<u64>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct State {
    code: String,
    state: Standing,
    /// The time at which the request was left.
    created: String,
    /// The time until which the request waits, or can be asked for.
    expires: String,
    /// The same time in seconds from now.
    expires_in: u64,
    /// The reason that was given, while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(default)]
    reason: Option<String>,
    /// The fields that the request would change, while it waits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    changes: Vec<Field>,
    /// The token that was issued, without its secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(default)]
    issued: Option<Issued>,
    /// The reason that the person gave for the denial.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(default)]
    answer: Option<String>,
}

/// The state of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Standing {
    Waiting,
    Approved,
    Denied,
    Expired,
}

impl From<PendingState> for Standing {
    fn from(state: PendingState) -> Self {
        match state {
            PendingState::Waiting => Self::Waiting,
            PendingState::Approved => Self::Approved,
            PendingState::Denied => Self::Denied,
            PendingState::Expired => Self::Expired,
        }
    }
}

impl Reads for GetRequest {
    const ABOUT: About = About {
        name: "get_request",
        title: "State of a request",
        description: "Say how a request that waits for a person's approval stands, and with \
                      `wait`, once the person has decided: approved (the change was made), denied \
                      or expired.",
    };
    const LOOK: Look = Look::Status;
    type Arguments = ByCode;
    type Answer = State;

    fn read(_: Looked, site: &Site, ByCode { code, .. }: &ByCode) -> Result<State, Failure> {
        let unknown = || {
            let shown = SafeText::quoted(code.as_str());
            Failure::NotFound(format!("this agent has left no request {shown}"))
        };
        let pending = match Pending::read(site.vault(), code.as_str()) {
            Err(VaultError::UnknownPending { .. }) => return Err(unknown()),
            pending => pending?,
        };
        // Another agent's request is none of this one's business.
        if pending.agent != site.agent_name() || pending.channel != Channel::Mcp {
            return Err(unknown());
        }
        Ok(State {
            changes: changes(site, &pending),
            expires_in: pending.seconds_left(),
            code: pending.code,
            state: pending.state.into(),
            created: pending.created,
            expires: pending.expires,
            reason: pending.reason,
            issued: pending.issued.as_ref().map(Issued::from),
            answer: pending.answer,
        })
    }

    fn waits(arguments: &ByCode, answer: &State) -> Option<Duration> {
        let wait = arguments.wait.filter(|wait| *wait > 0)?;
        (answer.state == Standing::Waiting).then(|| Duration::from_secs(wait.min(LONGEST)))
    }
}

/// Returns the fields that a waiting request would change, as far as its agent
/// may know.
fn changes(site: &Site, pending: &Pending) -> Vec<Field> {
    let waits = pending.state == PendingState::Waiting;
    let Some(change) = pending.change.as_ref().filter(|_| waits) else {
        return Vec::new();
    };
    let Ok(door) = site.to_change(GetRequest::ABOUT.name, change, pending.reason.clone()) else {
        return Vec::new();
    };
    let Ok(proposal) = site.vault().propose(door.request(), change) else {
        return Vec::new();
    };
    door.seen(proposal.operation())
        .iter()
        .map(Field::from)
        .collect()
}
