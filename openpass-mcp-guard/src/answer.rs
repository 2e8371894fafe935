//! The results and errors that the client gets.

use core::fmt;

use openpass_auth::AuthError;
use openpass_policy::{GrantError, Refusal};
use rmcp::model::{CallToolResult, ContentBlock, ErrorData};
use serde::Serialize;
use serde_json::Value;

use crate::{Code, Stopped, Words};

/// A refusal or an error, as a client is told of it. Its `Display` is the whole in words.
pub trait Refused: fmt::Debug + fmt::Display {
    /// The code.
    fn code(&self) -> Code;

    /// The words that the model and the person are told.
    fn words(&self) -> Words {
        Words::new(self.to_string())
    }

    /// The code of the request that waits for a person's approval, where one was left.
    fn request_code(&self) -> Option<String> {
        None
    }

    /// The number of seconds after which another try may end otherwise.
    fn retry_after(&self) -> Option<u64> {
        self.code().retry_after()
    }

    /// The policies that denied it.
    fn policies(&self) -> Vec<String> {
        Vec::new()
    }
}

impl<R: Refused + ?Sized> Refused for Box<R> {
    fn code(&self) -> Code {
        (**self).code()
    }

    fn words(&self) -> Words {
        (**self).words()
    }

    fn request_code(&self) -> Option<String> {
        (**self).request_code()
    }

    fn retry_after(&self) -> Option<u64> {
        (**self).retry_after()
    }

    fn policies(&self) -> Vec<String> {
        (**self).policies()
    }
}

impl Refused for Refusal {
    fn code(&self) -> Code {
        Code::of_refusal(self)
    }

    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::NotAuthenticated(AuthError::LockedOut { retry_after }) => {
                retry_after.map(|time| time.as_secs().max(1))
            }
            Self::Unlogged { refusal, .. } => Refused::retry_after(refusal.as_ref()),
            _ => None,
        }
    }

    fn policies(&self) -> Vec<String> {
        match self {
            Self::Denied(denial) => denial.policies().iter().map(ToString::to_string).collect(),
            _ => Vec::new(),
        }
    }
}

impl Refused for GrantError {
    fn code(&self) -> Code {
        Code::Conflict
    }
}

impl Refused for Stopped {
    fn code(&self) -> Code {
        match self {
            Self::Cancelled => Code::Cancelled,
            Self::Queued => Code::Busy,
            Self::TooLong => Code::TimedOut,
            Self::Broke(_) => Code::Internal,
        }
    }
}

/// The members of a refusal.
#[derive(Debug, Serialize)]
struct Members {
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

impl Members {
    fn of(refused: &(impl Refused + ?Sized)) -> Self {
        let words = refused.words();
        Self {
            code: refused.code(),
            message: words.message,
            request_code: refused.request_code(),
            for_the_person: words.for_the_person,
            retry_after: refused.retry_after(),
            policies: refused.policies(),
        }
    }
}

/// An answer of a tool, as structured content and as the same JSON in text.
#[must_use]
pub fn success(answer: Value) -> CallToolResult {
    let mut result = CallToolResult::success(vec![ContentBlock::text(in_ascii(&answer))]);
    result.structured_content = Some(answer);
    result
}

/// A refusal of a call, as the result of the call: a client hands it to its model, which
/// it does not do with an error of the protocol. Its members are `code`, `message` and,
/// where there is something to say, `request_code`, `for_the_person`, `retry_after` and
/// `policies`.
#[must_use]
pub fn refusal(refused: &(impl Refused + ?Sized)) -> CallToolResult {
    let members = serde_json::to_value(Members::of(refused)).unwrap_or_default();
    let mut result = success(members);
    result.is_error = Some(true);
    result
}

/// The result of a call.
#[must_use]
pub fn result(outcome: Result<Value, impl Refused>) -> CallToolResult {
    match outcome {
        Ok(answer) => success(answer),
        Err(refused) => refusal(&refused),
    }
}

/// A refusal of what is no call of a tool: its members are the data of an error of the
/// protocol.
#[must_use]
pub fn error(refused: &(impl Refused + ?Sized)) -> ErrorData {
    let members = Members::of(refused);
    let (code, message) = (members.code.clone(), members.message.clone());
    let data = serde_json::to_value(members).ok();
    match code {
        Code::NotFound => ErrorData::resource_not_found(message, data),
        Code::InvalidArguments => ErrorData::invalid_params(message, data),
        _ => ErrorData::internal_error(message, data),
    }
}

/// Returns `value` as JSON in ASCII, in which a reader can see every character:
/// clients show this text to people.
#[must_use]
pub fn in_ascii(value: &Value) -> String {
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
