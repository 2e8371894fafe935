//! A tool as its server describes it.

use core::fmt;
use std::sync::Arc;

use openpass_auth::SafeText;
use sha2::{Digest as _, Sha256};

use super::{
    ToolError,
    declared::{self, Kind},
    json::Json,
};

/// The longest name of a tool, in bytes.
const LONGEST_NAME: usize = 128;

/// A tool, with everything that its server says of it: one element of the answer to
/// `tools/list` (<https://modelcontextprotocol.io/specification/2025-11-25/server/tools>).
///
/// All of it is the server's claim, and may hold characters that hide or reorder what is
/// shown: show it through [`SafeText`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool(Arc<Parts>);

#[derive(Debug, PartialEq, Eq)]
struct Parts {
    name: String,
    canonical: String,
    json: Json,
    arguments: Kind,
}

/// A SHA-256 of everything that a server says of a tool.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ToolDigest([u8; 32]);

impl Tool {
    /// The most bytes that a tool's [canonical text](Self::canonical) may have.
    pub const MAX_BYTES: usize = 64 * 1024;

    /// Reads one element of the `tools` of a `tools/list` result, from its text. Numbers
    /// count digit by digit.
    ///
    /// # Errors
    ///
    /// That it is not one object without repeated members, that its name is not one of
    /// MCP's (SEP-986), or that it is too long or too deep.
    pub fn parse(text: &str) -> Result<Self, ToolError> {
        // JSON can write a byte as six, such as `\u0061`.
        if text.len() > Self::MAX_BYTES.saturating_mul(6) {
            return Err(ToolError::TooLarge { bytes: text.len() });
        }
        Self::of(Json::read(text)?)
    }

    /// Reads one element of the `tools` of a `tools/list` result, for a host to which
    /// the server's text is not there any more. Numbers count as `json` holds them: two
    /// that one float stands for are the same. [`parse`](Self::parse) tells them apart.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn read(json: &serde_json::Value) -> Result<Self, ToolError> {
        Self::parse(&json.to_string())
    }

    pub(super) fn of(json: Json) -> Result<Self, ToolError> {
        if !matches!(json, Json::Object(_)) {
            return Err(ToolError::NotAnObject);
        }
        let json = json.sorted();
        let name = json.member("name").and_then(Json::text);
        let name = name.ok_or(ToolError::NoName)?.to_owned();
        if !is_name(&name) {
            return Err(ToolError::Name(SafeText::quoted(&name)));
        }
        let canonical = json.compact();
        if canonical.len() > Self::MAX_BYTES {
            let bytes = canonical.len();
            return Err(ToolError::TooLarge { bytes });
        }
        let arguments = declared::arguments(json.member("inputSchema"));
        Ok(Self(Arc::new(Parts {
            name,
            canonical,
            json,
            arguments,
        })))
    }

    /// The name: 1 to 128 of `A-Z`, `a-z`, `0-9`, `_`, `-`, `.` and `/`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The title that the server gives the tool.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.0.json.member("title").and_then(Json::text)
    }

    /// The description, which the model reads.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.0.json.member("description").and_then(Json::text)
    }

    /// Everything that the server says of the tool, as JSON: all members, known or not,
    /// sorted by name at every level, without blanks, numbers as they were written. Two
    /// tools of one canonical text are the same.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.0.canonical
    }

    /// The digest of the [canonical text](Self::canonical).
    #[must_use]
    pub fn digest(&self) -> ToolDigest {
        let mut hash = Sha256::new();
        hash.update(b"openpass mcp tool 1\0");
        hash.update(self.0.canonical.as_bytes());
        ToolDigest(hash.finalize().into())
    }

    /// Whether the server says that the tool changes nothing (`readOnlyHint`). This is to
    /// be shown as what the tool says of itself. It proves nothing and decides nothing.
    #[must_use]
    pub fn claims_read_only(&self) -> bool {
        let annotations = self.0.json.member("annotations");
        let hint = annotations.and_then(|annotations| annotations.member("readOnlyHint"));
        hint == Some(&Json::Bool(true))
    }

    /// Names every argument that policy does not see, such as `options.filter`; `*` for
    /// arguments that the tool does not declare, or for all. Where one is given, policy
    /// sees `context.unspecified`.
    #[must_use]
    pub fn unspecified(&self) -> Vec<String> {
        if self.0.arguments == Kind::Unspecified {
            return vec!["*".to_owned()];
        }
        let mut found = Vec::new();
        self.0.arguments.unseen("", &mut found);
        found
    }

    pub(super) fn kind(&self) -> &Kind {
        &self.0.arguments
    }

    pub(super) fn json(&self) -> &Json {
        &self.0.json
    }
}

fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./".contains(&byte);
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(allowed)
}

impl ToolDigest {
    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for ToolDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ToolDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
