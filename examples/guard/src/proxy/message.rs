//! One line: a message of JSON-RPC, or the reason why it is none.

use serde_json::{Map, Value};

use super::{id::Id, raw::RawObject, strict::read_strictly};

/// The members that a message has. A reader that takes `Method` for `method`
/// must not find a member that was not looked at.
const MEMBERS: &[&str] = &["jsonrpc", "id", "method", "params", "result", "error"];

pub(super) const PARSE_ERROR: i64 = -32700;
pub(super) const INVALID_REQUEST: i64 = -32600;
pub(super) const METHOD_NOT_FOUND: i64 = -32601;
pub(super) const INVALID_PARAMS: i64 = -32602;
pub(super) const INTERNAL_ERROR: i64 = -32603;

/// The content of a line.
#[derive(Debug, PartialEq)]
pub(super) enum Heard {
    Request {
        id: Id,
        method: String,
        params: Map<String, Value>,
    },
    Notification {
        method: String,
        params: Map<String, Value>,
    },
    /// An answer to a request. What is in it was not read.
    Answer { id: Id },
    /// An empty line.
    Nothing,
}

/// A line that is no message.
#[derive(Debug, PartialEq)]
pub(super) struct Unreadable {
    /// The id of the request, if it can be known.
    pub(super) id: Option<Id>,
    pub(super) code: i64,
    pub(super) words: String,
}

impl Unreadable {
    fn new(code: i64, words: impl Into<String>) -> Self {
        let (id, words) = (None, words.into());
        Self { id, code, words }
    }

    fn of(self, id: &Id) -> Self {
        let id = Some(id.clone());
        Self { id, ..self }
    }
}

/// Reads one line.
pub(super) fn heard(line: &[u8]) -> Result<Heard, Unreadable> {
    if line.iter().all(u8::is_ascii_whitespace) {
        return Ok(Heard::Nothing);
    }
    one_line(line)?;
    let message = RawObject::read(line).map_err(|error| unread(line, &error))?;
    if message.names().any(|name| !MEMBERS.contains(&name)) {
        let words = "the message has a member that is none of JSON-RPC";
        return Err(Unreadable::new(INVALID_REQUEST, words));
    }
    let id = match message.get("id").map(Id::read) {
        Some(None) => {
            let words = "`id` must be a text of up to 256 bytes, or a whole number up to 2^53 - 1";
            return Err(Unreadable::new(INVALID_REQUEST, words));
        }
        id => id.flatten(),
    };
    let read = kind(line, &message, id.as_ref());
    read.map_err(|error| match &id {
        Some(id) => error.of(id),
        None => error,
    })
}

/// Refuses a carriage return inside a line. JSON takes it for a space, and
/// readers that take it for the end of a line would find other messages.
fn one_line(line: &[u8]) -> Result<(), Unreadable> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.contains(&b'\r') {
        let words = "the message has a carriage return in it; send one message a line";
        return Err(Unreadable::new(INVALID_REQUEST, words));
    }
    Ok(())
}

fn kind(line: &[u8], message: &RawObject<'_>, id: Option<&Id>) -> Result<Heard, Unreadable> {
    let invalid = |words: &str| Err(Unreadable::new(INVALID_REQUEST, words));
    if message.get("jsonrpc").map(|raw| raw.get()) != Some("\"2.0\"") {
        return invalid("`jsonrpc` must be \"2.0\"");
    }
    let answers = ["result", "error"]
        .iter()
        .filter(|name| message.get(name).is_some());
    let (answers, asks) = (answers.count(), message.get("method"));
    let Some(method) = asks else {
        return match id {
            Some(id) if answers == 1 && message.get("params").is_none() => {
                Ok(Heard::Answer { id: id.clone() })
            }
            _ => invalid("the message is neither a request nor an answer"),
        };
    };
    let Ok(method) = serde_json::from_str::<String>(method.get()) else {
        return invalid("`method` must be a text");
    };
    if answers > 0 {
        return invalid("the message is a request and an answer");
    }
    let params = params_of(line)?;
    Ok(match id.cloned() {
        Some(id) => Heard::Request { id, method, params },
        None => Heard::Notification { method, params },
    })
}

fn params_of(line: &[u8]) -> Result<Map<String, Value>, Unreadable> {
    let message = read_strictly(line).map_err(|words| Unreadable::new(INVALID_PARAMS, words))?;
    let Value::Object(mut message) = message else {
        return Ok(Map::new());
    };
    match message.remove("params") {
        None => Ok(Map::new()),
        Some(Value::Object(params)) => Ok(params),
        Some(_) => Err(Unreadable::new(
            INVALID_PARAMS,
            "`params` must be an object",
        )),
    }
}

fn unread(line: &[u8], error: &serde_json::Error) -> Unreadable {
    if line.trim_ascii_start().starts_with(b"[") {
        let words = "the message is a batch; send one message a line";
        return Unreadable::new(INVALID_REQUEST, words);
    }
    if error.is_data() {
        let words = "the message is no object, or has a member twice";
        return Unreadable::new(INVALID_REQUEST, words);
    }
    Unreadable::new(PARSE_ERROR, "the message is not JSON in UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_two_readers_could_read_differently_is_none() {
        let all: &[&[u8]] = &[
            b"[]",
            b"[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]",
            b"{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"ping\"}",
            b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"Method\":\"tools/call\"}",
            b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"a\":1,\"a\":2}}",
            b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"result\":{}}",
            b"{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}",
            b"{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}",
            b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[]}",
            b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\",\"params\":{\"a\":\r{}\r}}",
            b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xff\"}",
            b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\\ud800\"}",
            b"\xEF\xBB\xBF{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}",
            b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"} {}",
            b"{\"jsonrpc\":\"2.0\",\"result\":{}}",
            b"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{},\"error\":{}}",
        ];
        for line in all {
            let read = heard(line);
            assert!(
                read.is_err(),
                "{read:?} of {}",
                String::from_utf8_lossy(line)
            );
        }
    }

    #[test]
    fn a_message_ends_with_any_end_of_a_line() {
        let id = Id::Number(1);
        let expected = Ok(Heard::Answer { id });
        assert_eq!(
            heard(b" {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\r"),
            expected
        );
    }

    #[test]
    fn the_id_of_unreadable_params_is_known() {
        let line = b"{\"jsonrpc\":\"2.0\",\"params\":{\"a\":1,\"a\":2},\"method\":\"m\",\"id\":7}";
        assert_eq!(heard(line).unwrap_err().id, Some(Id::Number(7)));
    }
}
