//! The results and errors that the client gets.

use rmcp::model::{CallToolResult, ContentBlock, ErrorData};
use serde::Serialize;
use serde_json::Value;

use crate::{
    failure::{Code, Failure},
    words::{self, Words},
};

/// A refusal or an error, as the client gets it.
#[derive(Debug, Serialize)]
struct Refused {
    /// The outcome of the call.
    code: Code,
    /// The outcome in words for the model, with what to do next.
    message: String,
    /// The code of the request that waits for a person's approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_code: Option<String>,
    /// The text or the command that is for the person, and not for the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    for_the_person: Option<String>,
    /// After how many seconds another try may end otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
    /// The policies that denied it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    policies: Vec<String>,
}

impl From<&Failure> for Refused {
    fn from(failure: &Failure) -> Self {
        let words = Words::of(failure);
        Self {
            code: failure.code(),
            message: words.message,
            request_code: match failure {
                Failure::Approval { code, .. } => Some(code.clone()),
                _ => None,
            },
            for_the_person: words.for_the_person,
            retry_after: words::retry_after(failure),
            policies: failure.policies(),
        }
    }
}

/// The result of a call, as structured content and as the same JSON in text.
pub(crate) fn result(outcome: Result<Value, Failure>) -> CallToolResult {
    let (value, is_error) = match &outcome {
        Ok(value) => (value.clone(), false),
        Err(failure) => (
            serde_json::to_value(Refused::from(failure)).unwrap_or_default(),
            true,
        ),
    };
    let mut result = CallToolResult::success(vec![ContentBlock::text(in_ascii(&value))]);
    result.structured_content = Some(value);
    result.is_error = Some(is_error);
    result
}

/// A refusal or an error of what is no tool: its code and words are the data.
pub(crate) fn error(failure: &Failure) -> ErrorData {
    let refused = Refused::from(failure);
    let message = refused.message.clone();
    let data = serde_json::to_value(refused).ok();
    match failure.code() {
        Code::NotFound => ErrorData::resource_not_found(message, data),
        Code::InvalidArguments => ErrorData::invalid_params(message, data),
        _ => ErrorData::internal_error(message, data),
    }
}

/// Returns `value` as JSON in ASCII, in which a reader can see every character:
/// clients show this text to people.
pub(crate) fn in_ascii(value: &Value) -> String {
    let mut text = String::new();
    for character in value.to_string().chars() {
        if character.is_ascii() {
            text.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                text.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_22_text_for_people_is_ascii_and_still_the_same_json() {
        let value = serde_json::json!({"name": "co\u{202e}dex \u{1f511} \u{1b}[2J \u{7f}"});
        let text = in_ascii(&value);
        assert!(
            text.bytes().all(|byte| (0x20..0x80).contains(&byte)),
            "{text}"
        );
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}
