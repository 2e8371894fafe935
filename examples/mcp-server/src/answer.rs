//! What the client is told.

use rmcp::model::{CallToolResult, ContentBlock};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::failure::{Code, Failure};

/// A refusal or an error, as the client gets it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Refused {
    /// What became of the call.
    code: Code,
    /// The same in words, with what to do next.
    message: String,
    /// The code of the request that waits for a person's approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_code: Option<String>,
    /// What the person runs in a terminal of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<String>,
    /// The policies that denied it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    policies: Vec<String>,
}

impl From<&Failure> for Refused {
    fn from(failure: &Failure) -> Self {
        let (request_code, command) = match failure {
            Failure::Approval { code, command, .. } => (Some(code.clone()), Some(command.clone())),
            _ => (None, None),
        };
        Self {
            code: failure.code(),
            message: failure.to_string(),
            request_code,
            command,
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

/// JSON in which every character is one that can be seen: clients show this
/// text to people.
fn in_ascii(value: &Value) -> String {
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
