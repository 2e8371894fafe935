//! The strict reader of JSON.

use serde_json::Value;

/// Reads JSON in which no object has a member twice.
///
/// # Errors
///
/// What is wrong, in words for the client.
pub(super) fn read_strictly(text: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(text).map_err(|error| format!("the message is not JSON: {error}"))
}
