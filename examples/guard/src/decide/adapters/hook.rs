//! The request that the three agents' hooks have in common.

use openpass_auth::SafeText;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::super::{judge::Asked, strict::Unreadable, table::Adapter};

/// The longest name of a tool, in characters.
const MAX_NAME: usize = 200;

/// The members that are read. The formats grow, so others may be there.
#[derive(Debug, Deserialize)]
pub(super) struct Hook<'a> {
    hook_event_name: String,
    tool_name: String,
    #[serde(borrow)]
    tool_input: &'a RawValue,
    cwd: Option<String>,
    /// Claude Code and Codex, in a subagent.
    agent_type: Option<String>,
    /// Claude Code 2.1.274 and later.
    #[serde(borrow)]
    mcp_server: Option<&'a RawValue>,
    /// Gemini CLI.
    #[serde(borrow)]
    mcp_context: Option<&'a RawValue>,
}

/// Claude Code's `mcp_server`.
#[derive(Debug, Deserialize)]
struct McpServer {
    name: Option<String>,
}

/// Gemini CLI's `mcp_context`.
#[derive(Debug, Deserialize)]
struct McpContext {
    server_name: Option<String>,
}

/// Reads a request of the event `expected`.
pub(super) fn read(
    adapter: &Adapter,
    text: &str,
    expected: &'static str,
) -> Result<Asked, Unreadable> {
    let hook: Hook<'_> = serde_json::from_str(text)?;
    if hook.hook_event_name != expected {
        let found = hook.hook_event_name;
        return Err(Unreadable::OtherEvent { expected, found });
    }
    if !shows_as_itself(&hook.tool_name) {
        return Err(Unreadable::ToolName(hook.tool_name));
    }
    let input: Value = serde_json::from_str(hook.tool_input.get())?;
    let mut asked = Asked::of(adapter.name, hook.tool_name, hook.tool_input.get(), input);
    asked.agent_claims = hook.agent_type;
    asked.cwd = hook.cwd;
    if let Some(server) = hook.mcp_server {
        asked.mcp_server = serde_json::from_str::<McpServer>(server.get())?.name;
        asked.mcp_raw = Some(server.get().to_owned());
    } else if let Some(context) = hook.mcp_context {
        asked.mcp_server = serde_json::from_str::<McpContext>(context.get())?.server_name;
        asked.mcp_raw = Some(context.get().to_owned());
    }
    Ok(asked)
}

/// Whether a screen shows `name` as it is. Policies name tools: a name with a character
/// that nobody sees, or with letters that look like others, is no tool's.
fn shows_as_itself(name: &str) -> bool {
    !name.is_empty()
        && name.chars().count() <= MAX_NAME
        && !name.contains(char::is_whitespace)
        && SafeText::whole(name).as_str() == name
}
