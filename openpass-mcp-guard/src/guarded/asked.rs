//! A call of a tool, as a client asks for it.

use openpass_policy::{OnWhat, Operation};
use rmcp::{
    RoleServer,
    model::{CallToolRequestParams, JsonObject},
    service::RequestContext,
};

use super::Who;

/// The members of `_meta` that the protocol itself sends with a call.
const PROTOCOL: [&str; 4] = [
    "io.modelcontextprotocol/protocolVersion",
    "io.modelcontextprotocol/clientInfo",
    "io.modelcontextprotocol/clientCapabilities",
    "io.modelcontextprotocol/logLevel",
];
/// The other member that it sends: where to say that the call goes on.
const PROGRESS: &str = "progressToken";

/// A call of a tool, as a client asks for it.
#[derive(Debug, Clone)]
pub struct Asked {
    tool: String,
    who: Who,
    arguments: JsonObject,
    /// The values that come with the call beside its arguments, under the names that a
    /// person reads.
    beside: Vec<(String, String)>,
}

impl Asked {
    pub(super) fn new(
        tool: &str,
        who: Who,
        request: &CallToolRequestParams,
        context: &RequestContext<RoleServer>,
    ) -> Self {
        Self {
            tool: tool.to_owned(),
            who,
            arguments: request.arguments.clone().unwrap_or_default(),
            beside: beside(request, context),
        }
    }

    /// The tool's name.
    #[must_use]
    pub fn tool(&self) -> &str {
        &self.tool
    }

    /// The arguments, as they were sent. Whether they fit the tool's schema is not checked.
    #[must_use]
    pub const fn arguments(&self) -> &JsonObject {
        &self.arguments
    }

    /// The requester.
    #[must_use]
    pub const fn who(&self) -> &Who {
        &self.who
    }

    /// Begins an operation of the host's own, by the requester.
    pub fn operation(&self, action: &'static str) -> OnWhat {
        match self.who.clone() {
            Who::Request(request) => Operation::new(action).requested(request),
            Who::Principal(principal) => Operation::new(action).by(principal),
        }
    }

    /// The names and values that a person is told beside the operation. An approval is
    /// bound to them.
    pub(super) fn beside(&self) -> impl Iterator<Item = (String, String)> {
        self.beside.iter().cloned()
    }
}

/// INVARIANT (9): all that a client can put into a call is told and bound. What a retry
/// brings stands for arguments, and a tool may read `_meta`.
fn beside(
    request: &CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> Vec<(String, String)> {
    let mut beside = Vec::new();
    if let Some(responses) = &request.input_responses {
        let json = serde_json::to_string(responses);
        beside.push(("retry.inputResponses".to_owned(), json.unwrap_or_default()));
    }
    if let Some(state) = &request.request_state {
        beside.push(("retry.requestState".to_owned(), state.clone()));
    }
    let own = request.meta.iter().map(|meta| &meta.0.0);
    let metas = own.chain([&context.meta.0.0]).flatten();
    for (name, value) in metas {
        if name != PROGRESS && !PROTOCOL.contains(&name.as_str()) {
            beside.push((format!("_meta.{name}"), value.to_string()));
        }
    }
    beside
}
