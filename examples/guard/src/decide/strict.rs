//! JSON that every reader reads alike.

use openpass_auth::SafeText;
use openpass_mcp_guard::wire::{self, value_of};

/// The reason why a request cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreadable {
    #[error("the request is empty")]
    Empty,
    #[error("the request is longer than 1 MiB")]
    TooLong,
    #[error("the request is not UTF-8")]
    NotUtf8,
    #[error("the request is not JSON that this format allows: {}", SafeText::composed(.0))]
    Json(String),
    #[error("the request is of the event {}; this hook is set up for {expected}", SafeText::quoted(.found))]
    OtherEvent {
        expected: &'static str,
        found: String,
    },
    #[error("the tool's name has characters that a screen does not show, or that look like others: {}", SafeText::quoted(.0))]
    ToolName(String),
    #[error("the request has no {0}")]
    Missing(&'static str),
    #[error("the request's {0} has a value that this format does not know")]
    Unknown(&'static str),
    #[error("the request's deadline has passed")]
    Expired,
}

impl From<serde_json::Error> for Unreadable {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error.to_string())
    }
}

/// Refuses `text` where an object in it, at any depth, has a member twice: readers differ
/// in which of the two counts. What is no JSON, or is nested deeper than 127 levels, is
/// refused too.
pub(super) fn refuse_what_readers_differ_in(text: &str) -> Result<(), Unreadable> {
    let read = value_of(text.as_bytes());
    read.map(drop).map_err(|error| match error {
        wire::Unreadable::Json(error) => error.into(),
        wire::Unreadable::Message(words) | wire::Unreadable::Params(words) => {
            Unreadable::Json(words)
        }
        _ => Unreadable::Json("it cannot be read".to_owned()),
    })
}
