//! Requests that wait for a person.

use openpass_auth::SafeText;
use openpass_policy::Channel;
use openpass_vault::{Pending, VaultError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::text::Name;
use crate::tool::{About, Failure, Look, Looked, Reads, Site};

/// `get_request`.
pub(super) struct GetRequest;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ByCode {
    /// The request's code, as the refusal had it.
    code: Name,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct State {
    code: String,
    /// `waiting`, `approved` (and the change was made), `denied` or `expired`.
    state: &'static str,
    /// When it was left.
    created: String,
    /// Why the person denied it, in their own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(default)]
    answer: Option<String>,
}

impl Reads for GetRequest {
    const ABOUT: About = About {
        name: "get_request",
        title: "State of a request",
        description: "Say how a request that waits for a person's approval stands.",
    };
    const LOOK: Look = Look::Status;
    type Arguments = ByCode;
    type Answer = State;

    fn read(_: Looked, site: &Site, ByCode { code }: ByCode) -> Result<State, Failure> {
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
            code: pending.code,
            state: pending.state.as_str(),
            created: pending.created,
            answer: pending.answer,
        })
    }
}
