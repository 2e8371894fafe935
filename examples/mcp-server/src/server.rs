//! The protocol's side: what the server is, its tools, and their calls.

use std::sync::Arc;

use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, Implementation, ListToolsResult,
        PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
    },
    service::RequestContext,
};

use crate::{
    answer,
    call::{Call, Client},
    dispatch::Dispatch,
    failure::Failure,
    tool::Registration,
    tools,
    wire::Flights,
};

/// What the client's model is told about this server.
const INSTRUCTIONS: &str = "Configuration of an OpenPass vault. A tool that changes something \
waits for a person: call it once and wait. When a result has the code `approval_required`, show \
the person `for_the_person` and call `get_request` with the `request_code` and a `wait`. \
`for_the_person` is for the person alone: do not run it. A result with the code `denied` or \
`declined` is final: do not try again. Where a result has `retry_after`, try again after so many \
seconds.";

/// One client's server.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    dispatch: Arc<Dispatch>,
    flights: Flights,
    client: Client,
}

impl Server {
    /// The server of `client`, whose requests are `flights`.
    pub(crate) const fn new(dispatch: Arc<Dispatch>, flights: Flights, client: Client) -> Self {
        Self {
            dispatch,
            flights,
            client,
        }
    }
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let version = env!("CARGO_PKG_VERSION");
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("openpass", version))
            .with_instructions(INSTRUCTIONS)
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        tools::find(name).map(Registration::listed)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let tools = tools::ALL.iter().map(Registration::listed).collect();
        Ok(ListToolsResult::with_all_items(tools))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(tool) = tools::find(&request.name) else {
            let name = openpass_auth::SafeText::quoted(&request.name);
            return Err(ErrorData::invalid_params(
                format!("there is no tool {name}; see tools/list"),
                None,
            ));
        };
        let call = Call::new(&context, &self.flights, self.client.clone());
        let dispatch = Arc::clone(&self.dispatch);
        let arguments = request.arguments.unwrap_or_default();
        // On a task of its own, so that a panic is an answer and no silence.
        let running = tokio::spawn(async move { dispatch.run(tool, arguments, &call).await });
        let outcome = running
            .await
            .unwrap_or_else(|error| Err(Failure::Internal(error.to_string())));
        Ok(answer::result(outcome).into())
    }
}
