//! What is not a tool reaches the server, or is refused: nothing is answered by a default.
#![expect(deprecated, reason = "what servers still have is passed on to them")]

use std::sync::{Arc, Mutex};

use openpass_auth::Script;
use openpass_mcp_guard::{Guarded, ToolMap, Unguarded};
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::*,
    service::{NotificationContext, RequestContext, SubscriptionContext},
};
use serde_json::{Value, json};

use crate::{client::Client, world::World};

/// A server that answers every request with an error of its name.
#[derive(Debug, Clone, Default)]
struct Recorder(Arc<Mutex<Vec<&'static str>>>);

const CODE: i32 = -4321;

fn says(method: &'static str) -> ErrorData {
    ErrorData::new(ErrorCode(CODE), method, None)
}

macro_rules! answers {
    ($($name:ident($request:ty) -> $result:ty;)*) => {$(
        async fn $name(
            &self,
            _: $request,
            _: RequestContext<RoleServer>,
        ) -> Result<$result, ErrorData> {
            Err(says(stringify!($name)))
        }
    )*};
}

impl Recorder {
    fn note(&self, what: &'static str) {
        self.0.lock().unwrap().push(what);
    }

    fn noted(&self, what: &str) -> bool {
        self.0.lock().unwrap().contains(&what)
    }
}

#[deny(clippy::missing_trait_methods)]
impl ServerHandler for Recorder {
    answers! {
        complete(CompleteRequestParams) -> CompleteResult;
        set_level(SetLevelRequestParams) -> ();
        get_prompt(GetPromptRequestParams) -> GetPromptResponse;
        list_prompts(Option<PaginatedRequestParams>) -> ListPromptsResult;
        list_resources(Option<PaginatedRequestParams>) -> ListResourcesResult;
        list_resource_templates(Option<PaginatedRequestParams>) -> ListResourceTemplatesResult;
        read_resource(ReadResourceRequestParams) -> ReadResourceResponse;
        subscribe(SubscribeRequestParams) -> ();
        unsubscribe(UnsubscribeRequestParams) -> ();
        call_tool(CallToolRequestParams) -> CallToolResponse;
        list_tools(Option<PaginatedRequestParams>) -> ListToolsResult;
        on_custom_request(CustomRequest) -> CustomResult;
        get_task(GetTaskParams) -> GetTaskResult;
        update_task(UpdateTaskParams) -> ();
        cancel_task(CancelTaskParams) -> ();
        list_skills(Option<PaginatedRequestParams>) -> ListSkillsResult;
        get_skill(GetSkillRequestParams) -> GetSkillResult;
        read_resource_directory(ReadResourceDirectoryRequestParams) -> ReadResourceDirectoryResult;
    }

    async fn ping(&self, _: RequestContext<RoleServer>) -> Result<(), ErrorData> {
        Err(says("ping"))
    }

    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        self.note("initialize");
        context.peer.set_peer_info(request.clone());
        self.negotiate_initialize(&request)
    }

    fn negotiate_initialize(
        &self,
        request: &InitializeRequestParams,
    ) -> Result<InitializeResult, ErrorData> {
        self.note("negotiate_initialize");
        let mut info = self.get_info();
        info.protocol_version = request.protocol_version.clone();
        Ok(info)
    }

    fn supported_protocol_versions(&self) -> std::borrow::Cow<'static, [ProtocolVersion]> {
        self.note("supported_protocol_versions");
        ProtocolVersion::KNOWN_VERSIONS.into()
    }

    async fn discover(&self, _: RequestContext<RoleServer>) -> Result<DiscoverResult, ErrorData> {
        Err(says("discover"))
    }

    fn accepted_subscription_filter(
        &self,
        asked: &SubscriptionFilter,
    ) -> Option<SubscriptionFilter> {
        self.note("accepted_subscription_filter");
        Some(asked.clone())
    }

    async fn listen(&self, _: SubscriptionContext) -> Result<(), ErrorData> {
        Err(says("listen"))
    }

    fn get_tool(&self, _: &str) -> Option<Tool> {
        self.note("get_tool");
        None
    }

    async fn on_cancelled(
        &self,
        _: CancelledNotificationParam,
        _: NotificationContext<RoleServer>,
    ) {
        self.note("on_cancelled");
    }

    async fn on_progress(&self, _: ProgressNotificationParam, _: NotificationContext<RoleServer>) {
        self.note("on_progress");
    }

    async fn on_initialized(&self, _: NotificationContext<RoleServer>) {
        self.note("on_initialized");
    }

    async fn on_roots_list_changed(&self, _: NotificationContext<RoleServer>) {
        self.note("on_roots_list_changed");
    }

    async fn on_custom_notification(
        &self,
        _: CustomNotification,
        _: NotificationContext<RoleServer>,
    ) {
        self.note("on_custom_notification");
    }

    fn get_info(&self) -> ServerConfig {
        let mut capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_prompts()
            .enable_resources()
            .enable_completions()
            .enable_tasks()
            .build();
        let skills = json!({"directoryRead": true}).as_object().unwrap().clone();
        let extensions = capabilities.extensions.as_mut().unwrap();
        extensions.insert(SKILLS_EXTENSION_ID.to_owned(), skills);
        ServerConfig::new(capabilities)
    }
}

fn guarded(recorder: &Recorder) -> Guarded<Recorder> {
    let world = World::new(Script::new());
    let tools = ToolMap::new("Recorder", []).unwrap();
    Guarded::new(recorder.clone(), world.gate, tools)
}

/// The context that the protocol of 2026 sends with each request.
fn meta() -> Value {
    json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities":
            {"extensions": {"io.modelcontextprotocol/tasks": {}}},
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    })
}

/// Requests that go to the server as they come, each with the method that answers it.
fn passed_on() -> Vec<(&'static str, Value, &'static str)> {
    let of_prompt = json!({
        "ref": {"type": "ref/prompt", "name": "p"},
        "argument": {"name": "a", "value": "v"},
    });
    let listen = json!({"notifications": {}, "_meta": meta()});
    vec![
        ("ping", json!({}), "ping"),
        ("completion/complete", of_prompt, "complete"),
        ("logging/setLevel", json!({"level": "info"}), "set_level"),
        ("prompts/get", json!({"name": "p"}), "get_prompt"),
        ("prompts/list", json!({}), "list_prompts"),
        ("resources/list", json!({}), "list_resources"),
        (
            "resources/templates/list",
            json!({}),
            "list_resource_templates",
        ),
        ("resources/read", json!({"uri": "a:b"}), "read_resource"),
        ("resources/subscribe", json!({"uri": "a:b"}), "subscribe"),
        (
            "resources/unsubscribe",
            json!({"uri": "a:b"}),
            "unsubscribe",
        ),
        ("tools/list", json!({}), "list_tools"),
        ("server/discover", json!({"_meta": meta()}), "discover"),
        ("subscriptions/listen", listen, "listen"),
    ]
}

/// Requests on which no policy decides, each with the method that answers it.
fn unguarded() -> Vec<(&'static str, Value, &'static str)> {
    let task = json!({"taskId": "t"});
    let update = json!({"taskId": "t", "inputResponses": {}});
    let skill = json!({"uri": "skill://a/SKILL.md"});
    vec![
        ("own/method", json!({}), "on_custom_request"),
        ("tasks/get", task.clone(), "get_task"),
        ("tasks/update", update, "update_task"),
        ("tasks/cancel", task, "cancel_task"),
        ("skills/list", json!({}), "list_skills"),
        ("skills/get", skill, "get_skill"),
        (
            "resources/directory/read",
            json!({"uri": "a:b"}),
            "read_resource_directory",
        ),
    ]
}

#[tokio::test]
async fn what_is_no_tool_goes_to_the_server_and_its_answer_back() {
    let recorder = Recorder::default();
    let mut client = Client::of(guarded(&recorder)).await;
    for (method, params, name) in passed_on() {
        let answer = client.ask(method, params).await;
        assert_eq!(answer["error"]["code"], CODE, "{method}: {answer}");
        assert_eq!(answer["error"]["message"], name, "{method}");
    }
    client
        .tell("notifications/roots/list_changed", json!({}))
        .await;
    let progress = json!({"progressToken": 1, "progress": 1});
    client.tell("notifications/progress", progress).await;
    client
        .tell("notifications/cancelled", json!({"requestId": 99}))
        .await;
    client.tell("notifications/own", json!({})).await;
    client.ask("ping", json!({})).await;
    for method in [
        "initialize",
        "negotiate_initialize",
        "supported_protocol_versions",
        "accepted_subscription_filter",
        "on_initialized",
        "on_roots_list_changed",
        "on_progress",
        "on_cancelled",
    ] {
        while !recorder.noted(method) {
            tokio::task::yield_now().await;
        }
    }
    // Nothing that no policy decided on.
    assert!(!recorder.noted("on_custom_notification"));
}

#[tokio::test]
async fn what_no_policy_decides_on_is_refused_and_not_advertised() {
    let recorder = Recorder::default();
    let mut client = Client::new(guarded(&recorder));
    let greeting = client.greet().await;
    let capabilities = &greeting["result"]["capabilities"];
    assert!(capabilities["tools"].is_object(), "{greeting}");
    assert_eq!(capabilities["extensions"], json!({}));
    for (method, params, _) in unguarded() {
        let answer = client.ask(method, params).await;
        assert_eq!(answer["error"]["code"], -32601, "{method}: {answer}");
    }
}

#[tokio::test]
async fn what_the_host_lets_through_goes_to_the_server() {
    let recorder = Recorder::default();
    let all = [Unguarded::Custom, Unguarded::Tasks, Unguarded::Skills];
    let mut client = Client::of(guarded(&recorder).letting_through(all)).await;
    for (method, params, name) in unguarded() {
        let answer = client.ask(method, params).await;
        assert_eq!(answer["error"]["code"], CODE, "{method}: {answer}");
        assert_eq!(answer["error"]["message"], name, "{method}");
    }
    client.tell("notifications/own", json!({})).await;
    while !recorder.noted("on_custom_notification") {
        client.ask("ping", json!({})).await;
    }
}
