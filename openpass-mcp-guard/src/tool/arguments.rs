//! The arguments of one call.

use openpass_policy::Value;
use serde_json::Map;

use super::{
    ArgumentsError, ArgumentsProblem, Tool, ToolDigest,
    fit::Fit,
    json::{self, Json},
    told::{self, Place},
};

/// The arguments of one call, which fit what the tool declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arguments {
    input: Value,
    unspecified: bool,
    json: Json,
    /// The tool that they fit.
    pub(super) tool: ToolDigest,
}

impl Arguments {
    /// The most bytes that the arguments of one call may have.
    pub const MAX_BYTES: usize = 1024 * 1024;

    /// The arguments that policy sees, as a record: `context.input`.
    #[must_use]
    pub const fn input(&self) -> &Value {
        &self.input
    }

    /// Whether something was given that policy does not see: `context.unspecified`.
    #[must_use]
    pub const fn is_unspecified(&self) -> bool {
        self.unspecified
    }

    /// Says that the call brings more than its arguments, which policy does not see either:
    /// `context.unspecified` is true for it.
    #[must_use]
    pub const fn with_more(mut self) -> Self {
        self.unspecified = true;
        self
    }

    /// Every argument, whole, in the order in which they were sent: its name, such as
    /// `edits[0].newText`, and its value. A text stands as it is, and in quotes where it
    /// could be taken for another value, such as `"1"`; every other value is its JSON.
    /// Show both through `SafeText`.
    #[must_use]
    pub fn told(&self) -> Vec<(String, String)> {
        told::all(&self.json)
    }

    /// The arguments as JSON, in the order in which they were sent, without blanks,
    /// numbers as they were written. An approval is bound to this text.
    #[must_use]
    pub fn text(&self) -> String {
        self.json.compact()
    }
}

impl Tool {
    /// Reads the arguments of a call, for a host to which the client's text is not there
    /// any more. The server must be given this very `raw`: numbers count as it holds
    /// them. [`arguments_text`](Self::arguments_text) tells all of them apart.
    ///
    /// # Errors
    ///
    /// As [`arguments_text`](Self::arguments_text).
    pub fn arguments(
        &self,
        raw: &Map<String, serde_json::Value>,
    ) -> Result<Arguments, ArgumentsError> {
        let mut text = String::from("{");
        for (index, (name, value)) in raw.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let name = json::quoted(name);
            text.push_str(&format!("{comma}{name}:{value}"));
        }
        text.push('}');
        self.arguments_text(&text)
    }

    /// Reads the arguments of a call from their text: the object `arguments` of the
    /// `params` of a `tools/call`. A call without arguments has `{}`.
    ///
    /// # Errors
    ///
    /// That it is not one object without repeated members, that one of them is missing,
    /// not declared or of another type than declared, or that they are too long or too
    /// deep. Do not pass such a call on.
    pub fn arguments_text(&self, text: &str) -> Result<Arguments, ArgumentsError> {
        let bytes = text.len();
        if bytes > Arguments::MAX_BYTES {
            return Err(ArgumentsProblem::TooLarge { bytes }.at(&Place::Whole));
        }
        let json = Json::read(text)?;
        let Json::Object(given) = &json else {
            let wanted = "an object";
            return Err(ArgumentsProblem::WrongType { wanted }.at(&Place::Whole));
        };
        if !told::is_tellable(&json) {
            return Err(ArgumentsProblem::TooMany.at(&Place::Whole));
        }
        let mut fit = Fit::default();
        let input = fit.arguments(self.kind(), given)?;
        Ok(Arguments {
            input,
            unspecified: fit.unspecified,
            json,
            tool: self.digest(),
        })
    }
}
