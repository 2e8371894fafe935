//! The protocol's side: what the server is, its tools, and their calls.

use std::sync::Arc;

use openpass_mcp_guard::{Call, Client, answer, contained, wire::Flights};
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, Implementation, ListResourceTemplatesResult,
        ListResourcesResult, ListToolsResult, PaginatedRequestParams, ReadResourceRequestParams,
        ReadResourceResponse, ReadResourceResult, ResourceContents, ResourceTemplate,
        ServerCapabilities, ServerConfig, SubscribeRequestParams, SubscriptionFilter, Tool,
        UnsubscribeRequestParams,
    },
    service::{RequestContext, SubscriptionContext},
};

use crate::{
    dispatch::Dispatch,
    resources::{self, Resources},
    tool::Registration,
    tools,
};

/// The text about this server that the client gives its model.
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
    resources: Resources,
}

impl Server {
    /// The server of `client`, whose requests are `flights`.
    pub(crate) fn new(dispatch: Arc<Dispatch>, flights: Flights, client: Client) -> Self {
        Self {
            resources: Resources::new(Arc::clone(&dispatch), client.clone()),
            dispatch,
            flights,
            client,
        }
    }

    fn call(&self, context: &RequestContext<RoleServer>) -> Call {
        let cancelled = self.flights.cancelled(&context.id);
        Call::new(context, cancelled, self.client.clone())
    }
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let version = env!("CARGO_PKG_VERSION");
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_resources()
            .enable_resources_subscribe()
            .build();
        ServerConfig::new(capabilities)
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
        let dispatch = Arc::clone(&self.dispatch);
        let open = contained(async move { dispatch.open().await }).await;
        let open = open.map_err(|failure| answer::error(&failure))?;
        let tools = open.into_iter().map(Registration::listed).collect();
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
        let call = self.call(&context);
        let dispatch = Arc::clone(&self.dispatch);
        let arguments = request.arguments.unwrap_or_default();
        let outcome = contained(async move { dispatch.run(tool, arguments, &call).await }).await;
        Ok(answer::result(outcome).into())
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let (resources, call) = (self.resources.clone(), self.call(&context));
        let listed = contained(async move { resources.list(&call).await }).await;
        let listed = listed.map_err(|failure| answer::error(&failure))?;
        Ok(ListResourcesResult::with_all_items(listed))
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        let requests = ResourceTemplate::new(resources::TEMPLATE, "request")
            .with_title("State of a request")
            .with_mime_type(resources::JSON);
        let all = vec![requests];
        Ok(ListResourceTemplatesResult::with_all_items(all))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let (resources, call) = (self.resources.clone(), self.call(&context));
        let name = request.uri.clone();
        let said = contained(async move { resources.read(&name, &call).await }).await;
        let said = said.map_err(|failure| answer::error(&failure))?;
        let contents = ResourceContents::text(answer::in_ascii(&said), request.uri)
            .with_mime_type(resources::JSON);
        Ok(ReadResourceResult::new(vec![contents]).into())
    }

    async fn subscribe(
        &self,
        request: SubscribeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        let (resources, call) = (self.resources.clone(), self.call(&context));
        let peer = context.peer;
        let begun = contained(async move { resources.subscribe(request.uri, &call, peer).await });
        begun.await.map_err(|failure| answer::error(&failure))
    }

    async fn unsubscribe(
        &self,
        request: UnsubscribeRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        self.resources.unsubscribe(&request.uri);
        Ok(())
    }

    fn accepted_subscription_filter(
        &self,
        requested: &SubscriptionFilter,
    ) -> Option<SubscriptionFilter> {
        Some(Resources::filter(requested))
    }

    async fn listen(&self, subscription: SubscriptionContext) -> Result<(), ErrorData> {
        let (resources, call) = (
            self.resources.clone(),
            self.call(subscription.request_context()),
        );
        let heard = contained(async move { resources.listen(&call, &subscription).await });
        heard.await.map_err(|failure| answer::error(&failure))
    }
}
