//! The server's side of the protocol: what is guarded, refused and passed on.

#![expect(deprecated, reason = "what servers still have is passed on to them")]

use std::{borrow::Cow, sync::Arc};

use openpass_auth::SafeText;
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CancelTaskMethod, CancelTaskParams,
        CancelledNotificationParam, CompleteRequestParams, CompleteResult, CustomNotification,
        CustomRequest, CustomResult, DiscoverResult, ErrorCode, GetPromptRequestParams,
        GetPromptResponse, GetSkillRequestMethod, GetSkillRequestParams, GetSkillResult,
        GetTaskMethod, GetTaskParams, GetTaskResult, InitializeRequestParams, InitializeResult,
        ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult,
        ListSkillsRequestMethod, ListSkillsResult, ListToolsResult, PaginatedRequestParams,
        ProgressNotificationParam, ProtocolVersion, ReadResourceDirectoryRequestMethod,
        ReadResourceDirectoryRequestParams, ReadResourceDirectoryResult, ReadResourceRequestParams,
        ReadResourceResponse, ServerConfig, SetLevelRequestParams, SubscribeRequestParams,
        SubscriptionFilter, Tool, UnsubscribeRequestParams, UpdateTaskMethod, UpdateTaskParams,
    },
    service::{NotificationContext, RequestContext, SubscriptionContext},
};
use tracing::{info, warn};

use super::{Guarded, Unguarded};
use crate::{Call, Refused as _, answer, contained};

/// A client's request, and the circumstances of it.
type Asking = RequestContext<RoleServer>;
/// The circumstances of a client's notification.
type Told = NotificationContext<RoleServer>;

// INVARIANT (nothing of the server's is lost or answered by a default): the lint finds a
// method of the trait's that is not here, also one that a later SDK adds.
#[deny(clippy::missing_trait_methods)]
impl<S: ServerHandler> ServerHandler for Guarded<S> {
    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        mut context: Asking,
    ) -> Result<CallToolResponse, ErrorData> {
        let cancelled = self.cancelled(&context);
        let call = Call::new(&context, cancelled.clone(), self.client.clone());
        context.ct = cancelled;
        let inner = Arc::clone(&self.inner);
        let name = request.name.to_string();
        let called = contained(async move { inner.called(request, context, call).await }).await;
        let tool = SafeText::quoted(&name);
        match called {
            Ok(answer) => {
                info!(%tool, "passed");
                answer
            }
            Err(blocked) => {
                warn!(%tool, code = %blocked.code(), "refused: {blocked}");
                Ok(answer::refusal(&blocked).into())
            }
        }
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        context: Asking,
    ) -> Result<ListToolsResult, ErrorData> {
        let mut listed = self.inner.server.list_tools(request, context).await?;
        listed.tools.retain(|tool| self.inner.shows(tool));
        Ok(listed)
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        let tool = self.inner.server.get_tool(name);
        tool.filter(|tool| self.inner.shows(tool))
    }

    fn get_info(&self) -> ServerConfig {
        self.through.greeting(self.inner.server.get_info())
    }

    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: Asking,
    ) -> Result<InitializeResult, ErrorData> {
        let greeting = self.inner.server.initialize(request, context).await?;
        Ok(self.through.greeting(greeting))
    }

    fn negotiate_initialize(
        &self,
        request: &InitializeRequestParams,
    ) -> Result<InitializeResult, ErrorData> {
        let greeting = self.inner.server.negotiate_initialize(request)?;
        Ok(self.through.greeting(greeting))
    }

    async fn discover(&self, context: Asking) -> Result<DiscoverResult, ErrorData> {
        let discovery = self.inner.server.discover(context).await?;
        Ok(self.through.discovery(discovery))
    }

    fn supported_protocol_versions(&self) -> Cow<'static, [ProtocolVersion]> {
        self.inner.server.supported_protocol_versions()
    }

    fn accepted_subscription_filter(
        &self,
        requested: &SubscriptionFilter,
    ) -> Option<SubscriptionFilter> {
        self.inner.server.accepted_subscription_filter(requested)
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        self.inner.server.listen(context).await
    }

    async fn ping(&self, context: Asking) -> Result<(), ErrorData> {
        self.inner.server.ping(context).await
    }

    async fn complete(
        &self,
        request: CompleteRequestParams,
        context: Asking,
    ) -> Result<CompleteResult, ErrorData> {
        self.inner.server.complete(request, context).await
    }

    async fn set_level(
        &self,
        request: SetLevelRequestParams,
        context: Asking,
    ) -> Result<(), ErrorData> {
        self.inner.server.set_level(request, context).await
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        context: Asking,
    ) -> Result<GetPromptResponse, ErrorData> {
        self.inner.server.get_prompt(request, context).await
    }

    async fn list_prompts(
        &self,
        request: Option<PaginatedRequestParams>,
        context: Asking,
    ) -> Result<ListPromptsResult, ErrorData> {
        self.inner.server.list_prompts(request, context).await
    }

    async fn list_resources(
        &self,
        request: Option<PaginatedRequestParams>,
        context: Asking,
    ) -> Result<ListResourcesResult, ErrorData> {
        self.inner.server.list_resources(request, context).await
    }

    async fn list_resource_templates(
        &self,
        request: Option<PaginatedRequestParams>,
        context: Asking,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        self.inner
            .server
            .list_resource_templates(request, context)
            .await
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: Asking,
    ) -> Result<ReadResourceResponse, ErrorData> {
        self.inner.server.read_resource(request, context).await
    }

    async fn subscribe(
        &self,
        request: SubscribeRequestParams,
        context: Asking,
    ) -> Result<(), ErrorData> {
        self.inner.server.subscribe(request, context).await
    }

    async fn unsubscribe(
        &self,
        request: UnsubscribeRequestParams,
        context: Asking,
    ) -> Result<(), ErrorData> {
        self.inner.server.unsubscribe(request, context).await
    }

    async fn get_task(
        &self,
        request: GetTaskParams,
        context: Asking,
    ) -> Result<GetTaskResult, ErrorData> {
        if !self.through.has(Unguarded::Tasks) {
            return Err(ErrorData::method_not_found::<GetTaskMethod>());
        }
        self.inner.server.get_task(request, context).await
    }

    async fn update_task(
        &self,
        request: UpdateTaskParams,
        context: Asking,
    ) -> Result<(), ErrorData> {
        if !self.through.has(Unguarded::Tasks) {
            return Err(ErrorData::method_not_found::<UpdateTaskMethod>());
        }
        self.inner.server.update_task(request, context).await
    }

    async fn cancel_task(
        &self,
        request: CancelTaskParams,
        context: Asking,
    ) -> Result<(), ErrorData> {
        if !self.through.has(Unguarded::Tasks) {
            return Err(ErrorData::method_not_found::<CancelTaskMethod>());
        }
        self.inner.server.cancel_task(request, context).await
    }

    async fn list_skills(
        &self,
        request: Option<PaginatedRequestParams>,
        context: Asking,
    ) -> Result<ListSkillsResult, ErrorData> {
        if !self.through.has(Unguarded::Skills) {
            return Err(ErrorData::method_not_found::<ListSkillsRequestMethod>());
        }
        self.inner.server.list_skills(request, context).await
    }

    async fn get_skill(
        &self,
        request: GetSkillRequestParams,
        context: Asking,
    ) -> Result<GetSkillResult, ErrorData> {
        if !self.through.has(Unguarded::Skills) {
            return Err(ErrorData::method_not_found::<GetSkillRequestMethod>());
        }
        self.inner.server.get_skill(request, context).await
    }

    async fn read_resource_directory(
        &self,
        request: ReadResourceDirectoryRequestParams,
        context: Asking,
    ) -> Result<ReadResourceDirectoryResult, ErrorData> {
        if !self.through.has(Unguarded::Skills) {
            return Err(ErrorData::method_not_found::<
                ReadResourceDirectoryRequestMethod,
            >());
        }
        self.inner
            .server
            .read_resource_directory(request, context)
            .await
    }

    async fn on_custom_request(
        &self,
        request: CustomRequest,
        context: Asking,
    ) -> Result<CustomResult, ErrorData> {
        if !self.through.has(Unguarded::Custom) {
            let code = ErrorCode::METHOD_NOT_FOUND;
            return Err(ErrorData::new(code, request.method, None));
        }
        self.inner.server.on_custom_request(request, context).await
    }

    async fn on_custom_notification(&self, notification: CustomNotification, context: Told) {
        if self.through.has(Unguarded::Custom) {
            let server = &self.inner.server;
            server.on_custom_notification(notification, context).await;
        }
    }

    async fn on_cancelled(&self, notification: CancelledNotificationParam, context: Told) {
        self.inner.server.on_cancelled(notification, context).await;
    }

    async fn on_progress(&self, notification: ProgressNotificationParam, context: Told) {
        self.inner.server.on_progress(notification, context).await;
    }

    async fn on_initialized(&self, context: Told) {
        self.inner.server.on_initialized(context).await;
    }

    async fn on_roots_list_changed(&self, context: Told) {
        self.inner.server.on_roots_list_changed(context).await;
    }
}
