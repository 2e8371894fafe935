//! One line of the client: a message, or the reason why it is none.

use openpass_auth::SafeText;
use rmcp::model::{
    CallToolRequestParams, CancelledNotificationParam, ClientJsonRpcMessage, ClientRequest,
    ErrorCode, ErrorData, InitializeRequestParams, JsonRpcMessage, PaginatedRequestParams,
    RequestId,
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{
    envelope::id_of,
    input::Line,
    strict::{Unreadable, value_of},
};

/// The largest number of characters of an error that the client is told.
const MOST_WORDS: usize = 200;
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The methods of the protocol that the SDK knows. A request for one of them
/// that the SDK could not decode has params that do not fit.
const METHODS: &[&str] = &[
    "initialize",
    "ping",
    "server/discover",
    "tools/call",
    "tools/list",
    "logging/setLevel",
    "completion/complete",
    "prompts/get",
    "prompts/list",
    "resources/list",
    "resources/read",
    "resources/subscribe",
    "resources/unsubscribe",
    "resources/templates/list",
    "subscriptions/listen",
];

/// The content of a line.
#[derive(Debug)]
pub(super) enum Heard {
    Message(Box<ClientJsonRpcMessage>),
    /// A request is called off.
    Cancels(RequestId),
    /// Nothing that could be handed on; the client is told why.
    Refused(Option<RequestId>, ErrorData),
    /// Nothing, and nobody waits for an answer.
    Nothing,
}

/// Reads one line.
pub(super) fn heard(line: &Line) -> Heard {
    let line = match line {
        Line::Whole(line) => line,
        Line::TooLong(start) => {
            let words = "the message is too long; it may have at most 1 MiB";
            return Heard::Refused(id_of(start), invalid(words));
        }
    };
    let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
    if line.iter().all(u8::is_ascii_whitespace) {
        return Heard::Nothing;
    }
    if core::str::from_utf8(line).is_err() {
        return Heard::Refused(id_of(line), unreadable("the message is not UTF-8"));
    }
    match value_of(line) {
        Ok(Value::Object(message)) => object(message),
        Ok(Value::Array(_)) => Heard::Refused(
            None,
            invalid("the message is a batch; send one message a line"),
        ),
        Ok(_) => Heard::Refused(None, invalid("the message is not a JSON object")),
        Err(error) => unread(line, error),
    }
}

/// Returns the refusal of a line that could not be read whole.
fn unread(line: &[u8], error: Unreadable) -> Heard {
    match error {
        Unreadable::Json(error) if error.to_string().contains("recursion limit") => {
            let words = "the message is nested too deeply; at most 127 levels are allowed";
            Heard::Refused(id_of(line), invalid(words))
        }
        Unreadable::Json(error) => Heard::Refused(
            id_of(line),
            unreadable(&format!("the message is not JSON: {error}")),
        ),
        // Which of two ids is its own nobody can say.
        Unreadable::Message(words) => Heard::Refused(None, invalid(&words)),
        Unreadable::Params(words) => Heard::Refused(
            id_of(line),
            ErrorData::new(ErrorCode::INVALID_PARAMS, words, None),
        ),
    }
}

fn object(message: Map<String, Value>) -> Heard {
    let answers = message.contains_key("result") || message.contains_key("error");
    let method = match message.get("method") {
        // An answer to what was never asked is nobody's.
        None if answers => return decoded(message).map_or(Heard::Nothing, Heard::Message),
        Some(Value::String(method)) => method.clone(),
        _ => return Heard::Refused(id_in(&message), invalid("the message has no `method`")),
    };
    let Some(id) = message.get("id") else {
        return notification(&method, message);
    };
    let Ok(id) = serde_json::from_value::<RequestId>(id.clone()) else {
        let words = "`id` must be a text or a whole number";
        return Heard::Refused(None, invalid(words));
    };
    if message.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return Heard::Refused(Some(id), invalid("`jsonrpc` must be \"2.0\""));
    }
    request(id, &method, message)
}

fn request(id: RequestId, method: &str, message: Map<String, Value>) -> Heard {
    let params = message.get("params").cloned().unwrap_or_default();
    let known = METHODS.contains(&method);
    match decoded(message) {
        Some(request) if !(known && is_custom(&request)) => Heard::Message(request),
        _ if known => Heard::Refused(Some(id), unfit(method, params)),
        _ => Heard::Refused(
            Some(id),
            invalid("the message is not a request of the protocol"),
        ),
    }
}

fn notification(method: &str, message: Map<String, Value>) -> Heard {
    if method != "notifications/cancelled" {
        return decoded(message).map_or(Heard::Nothing, Heard::Message);
    }
    let params = message.get("params").cloned().unwrap_or_default();
    let param: Option<CancelledNotificationParam> = serde_json::from_value(params).ok();
    param
        .and_then(|param| param.request_id)
        .map_or(Heard::Nothing, Heard::Cancels)
}

fn decoded(message: Map<String, Value>) -> Option<Box<ClientJsonRpcMessage>> {
    serde_json::from_value(Value::Object(message))
        .ok()
        .map(Box::new)
}

fn is_custom(message: &ClientJsonRpcMessage) -> bool {
    let JsonRpcMessage::Request(request) = message else {
        return false;
    };
    matches!(request.request, ClientRequest::CustomRequest(_))
}

fn id_in(message: &Map<String, Value>) -> Option<RequestId> {
    serde_json::from_value(message.get("id")?.clone()).ok()
}

/// Params that the method does not take, with what is wrong about them.
fn unfit(method: &str, params: Value) -> ErrorData {
    let problem = match method {
        "initialize" => problem::<InitializeRequestParams>(params),
        "tools/call" => problem::<CallToolRequestParams>(params),
        "tools/list" => problem::<PaginatedRequestParams>(params),
        _ => None,
    };
    let words = match problem {
        Some(problem) => format!("the params do not fit `{method}`: {problem}"),
        None => format!("the params do not fit `{method}`"),
    };
    ErrorData::new(ErrorCode::INVALID_PARAMS, words, None)
}

fn problem<T: DeserializeOwned>(params: Value) -> Option<String> {
    let params = match params {
        Value::Null => Value::Object(Map::new()),
        params => params,
    };
    let error = serde_json::from_value::<T>(params).err()?.to_string();
    // The words may hold what was sent.
    let shown = SafeText::escape(&error).to_string();
    Some(shown.chars().take(MOST_WORDS).collect())
}

fn invalid(words: &str) -> ErrorData {
    ErrorData::new(ErrorCode::INVALID_REQUEST, words.to_owned(), None)
}

fn unreadable(words: &str) -> ErrorData {
    ErrorData::new(ErrorCode::PARSE_ERROR, words.to_owned(), None)
}

#[cfg(test)]
mod tests;
