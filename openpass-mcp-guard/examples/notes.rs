//! A server of notes, as anybody writes it, with the guard in front of its tools.
use std::sync::Arc;

use openpass_auth::{Factor, Script};
use openpass_mcp_guard::{Gate, Guarded, ToolMap, tool::Group};
use openpass_policy::{Guard, MemorySink, PolicyEngine};
use rmcp::{
    ServerHandler, ServiceExt, handler::server::wrapper::Parameters, model::CallToolRequestParams,
    object, tool, tool_handler, tool_router,
};

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Which {
    id: String,
}

struct Notes;

#[tool_router]
impl Notes {
    #[tool(description = "List the notes.")]
    fn list(&self) -> String {
        "7, 8".to_owned()
    }

    #[tool(description = "Delete a note.")]
    fn delete(&self, Parameters(Which { id }): Parameters<Which>) -> String {
        format!("{id} is deleted")
    }
}

#[tool_handler]
impl ServerHandler for Notes {}

const POLICY: &str = r#"
@id("notes.all")
permit (principal is Notes::Client, action, resource);
@id("notes.keep-the-diary")
forbid (principal, action == Notes::Action::"delete", resource)
when { context.input.id == "diary" };"#;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Every tool is critical, but what you know to change nothing.
    let tools = ToolMap::new("Notes", Notes::tool_router().list_all())?;
    let tools = tools.declaring("list", Group::Routine)?;
    let engine = PolicyEngine::builder()
        .host(tools.fragment())
        .policy(POLICY)
        .build()?;

    // In a program: Touch ID, a passphrase, a security key.
    let person = Script::new().yes(Factor::Biometry).cancels();
    let guard = Guard::new(engine, person.clone(), MemorySink::new());
    let server = Guarded::new(Notes, Gate::new(Arc::new(guard)), tools);

    let (ours, theirs) = tokio::io::duplex(4096);
    let serving = tokio::spawn(server.serve(theirs));
    let client = ().serve(ours).await?;
    let _served = serving.await??;

    client.call_tool(CallToolRequestParams::new("list")).await?;
    assert!(person.asked().is_empty());

    for (id, outcome) in [
        ("7", None),
        ("8", Some("declined")),
        ("diary", Some("denied")),
    ] {
        let delete = CallToolRequestParams::new("delete").with_arguments(object!({ "id": id }));
        let result = client.call_tool(delete).await?;
        let refused = result
            .structured_content
            .and_then(|it| Some(it.get("code")?.clone()));
        assert_eq!(refused.as_ref().and_then(|code| code.as_str()), outcome);
    }
    assert_eq!(
        person.asked(),
        [r#"client "client" asks to call the tool delete of "notes""#; 2]
    );
    Ok(())
}
