//! The lines that the relay writes itself.

use openpass_mcp_guard::answer::in_ascii;
use serde_json::{Map, Value, json};

use super::{gatekeeper::Refused, id::Id, message::INTERNAL_ERROR};

/// The answer to a request that is not carried out, as an error of JSON-RPC.
pub(super) fn error(id: Option<&Id>, code: i64, words: &str) -> Vec<u8> {
    let id = id.map_or(Value::Null, Id::value);
    line(&json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": words}}))
}

/// The answer to a request that is no call and is refused.
pub(super) fn refused_request(id: &Id, refused: &Refused) -> Vec<u8> {
    let error = json!({
        "code": INTERNAL_ERROR,
        "message": refused.message,
        "data": content(refused),
    });
    line(&json!({"jsonrpc": "2.0", "id": id.value(), "error": error}))
}

/// The answer to a call that is refused: a result, so that the model reads it.
///
/// Clients hold structured content to a tool's `outputSchema` even if it tells
/// of an error, so a tool that is `shaped` by one gets the text alone.
pub(super) fn refused_call(id: &Id, refused: &Refused, shaped: bool) -> Vec<u8> {
    let content = content(refused);
    let text = in_ascii(&content);
    let mut result = json!({"content": [{"type": "text", "text": text}], "isError": true});
    if let (Some(result), false) = (result.as_object_mut(), shaped) {
        result.insert("structuredContent".to_owned(), content);
    }
    line(&json!({"jsonrpc": "2.0", "id": id.value(), "result": result}))
}

fn content(refused: &Refused) -> Value {
    let mut all = Map::new();
    all.insert("code".to_owned(), refused.code.as_ref().into());
    all.insert("message".to_owned(), refused.message.as_str().into());
    if let Some(words) = &refused.for_the_person {
        all.insert("for_the_person".to_owned(), words.as_str().into());
    }
    if let Some(seconds) = refused.retry_after {
        all.insert("retry_after".to_owned(), seconds.into());
    }
    if !refused.policies.is_empty() {
        all.insert("policies".to_owned(), refused.policies.clone().into());
    }
    Value::Object(all)
}

/// The answer to `initialize`.
pub(super) fn greeting(id: &Id, result: &Value) -> Vec<u8> {
    line(&json!({"jsonrpc": "2.0", "id": id.value(), "result": result}))
}

/// The answer to `ping`.
pub(super) fn empty(id: &Id) -> Vec<u8> {
    line(&json!({"jsonrpc": "2.0", "id": id.value(), "result": {}}))
}

/// The answer to `tools/list`: the tools in the server's own JSON.
pub(super) fn tools(id: &Id, tools: &str) -> Vec<u8> {
    let id = id.value();
    format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{"tools":[{tools}]}}}}"#).into_bytes()
}

/// A request of the relay's own.
pub(super) fn list_tools(id: &Id, cursor: Option<&str>) -> Vec<u8> {
    let params = cursor.map_or_else(|| json!({}), |cursor| json!({"cursor": cursor}));
    let id = id.value();
    line(&json!({"jsonrpc": "2.0", "id": id, "method": "tools/list", "params": params}))
}

/// The notification that a request is called off.
pub(super) fn cancelled(id: &Id, reason: &str) -> Vec<u8> {
    notification(
        "notifications/cancelled",
        json!({"requestId": id.value(), "reason": reason}),
    )
}

/// The notification that the tools are others now.
pub(super) fn list_changed() -> Vec<u8> {
    line(&json!({"jsonrpc": "2.0", "method": "notifications/tools/list_changed"}))
}

/// The notification of what a request waits for.
pub(super) fn progress(token: &Value, progress: f64, words: &str) -> Vec<u8> {
    notification(
        "notifications/progress",
        json!({"progressToken": token, "progress": progress, "message": words}),
    )
}

fn notification(method: &str, params: Value) -> Vec<u8> {
    line(&json!({"jsonrpc": "2.0", "method": method, "params": params}))
}

fn line(message: &Value) -> Vec<u8> {
    message.to_string().into_bytes()
}
