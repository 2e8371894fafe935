//! The strict reader of JSON, with its errors in words.

use openpass_mcp_guard::wire::{Unreadable, value_of};
use serde_json::Value;

/// Reads JSON in which no object has a member twice.
///
/// # Errors
///
/// What is wrong, in words for the client.
pub(super) fn read_strictly(text: &[u8]) -> Result<Value, String> {
    value_of(text).map_err(|error| match error {
        Unreadable::Json(error) => format!("the message is not JSON: {error}"),
        Unreadable::Message(words) | Unreadable::Params(words) => words,
        _ => "the message cannot be read".to_owned(),
    })
}
