//! The reasons why a tool, its arguments or a fragment of tools is not taken.

use openpass_auth::SafeText;

use super::{
    json::{DEEPEST, Unreadable},
    told::Place,
};

/// The reason why a server's description of a tool cannot be read.
///
/// Nothing is known of such a tool: do not offer it to a client, and do not let it be
/// called.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ToolError {
    /// The text is not JSON, or an object in it has a member twice.
    #[error(
        "the tool's description is not JSON that is taken: {0}; report it to the server's author"
    )]
    Json(#[source] serde_json::Error),
    /// The value is not an object.
    #[error("the tool's description is not a JSON object; report it to the server's author")]
    NotAnObject,
    /// The description has no name, or its name is not a text.
    #[error("the tool has no name; report it to the server's author")]
    NoName,
    /// MCP does not allow the name (SEP-986).
    #[error(
        "the tool's name {0} is not taken: it needs 1 to 128 of A-Z, a-z, 0-9, `_`, `-`, `.` \
         and `/`; report it to the server's author"
    )]
    Name(SafeText),
    /// It is longer than [`Tool::MAX_BYTES`](super::Tool::MAX_BYTES).
    #[error(
        "the tool's description has {bytes} bytes, and no more than {max} are taken; leave the \
         tool out, or ask the server's author for a shorter description",
        max = super::Tool::MAX_BYTES
    )]
    TooLarge {
        /// The length of the description.
        bytes: usize,
    },
    /// Arrays and objects nest deeper than 32 levels.
    #[error(
        "the tool's description nests deeper than {DEEPEST} levels; leave the tool out, or ask \
         the server's author for a flatter one"
    )]
    TooDeep,
}

impl From<Unreadable> for ToolError {
    fn from(error: Unreadable) -> Self {
        match error {
            Unreadable::Json(error) => Self::Json(error),
            Unreadable::TooDeep => Self::TooDeep,
        }
    }
}

/// The reason why the arguments of a call are not taken. The call must not reach the
/// server, since policy would not see what it does.
#[derive(Debug, thiserror::Error)]
#[error("the argument {at} {problem}; {help}", help = problem.help())]
#[non_exhaustive]
pub struct ArgumentsError {
    /// The argument, such as `edits[0].newText`, made visible; `(all of them)` for the
    /// whole.
    pub at: SafeText,
    /// The fault that it has.
    pub problem: ArgumentsProblem,
}

/// The fault that an argument has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArgumentsProblem {
    /// It is not JSON, or an object in it has a member twice.
    #[error("is not JSON that is taken: {0}")]
    Json(String),
    /// Arrays and objects nest deeper than 32 levels.
    #[error("nests deeper than {DEEPEST} levels")]
    TooDeep,
    /// All arguments together are longer than
    /// [`Arguments::MAX_BYTES`](super::Arguments::MAX_BYTES).
    #[error("has {bytes} bytes, and no more than {max} are taken", max = super::Arguments::MAX_BYTES)]
    TooLarge {
        /// The length of all arguments together.
        bytes: usize,
    },
    /// There are more values, below longer names, than can be told to a person.
    #[error("has more values, or longer names, than can be told to a person")]
    TooMany,
    /// The tool needs it, and it was not sent.
    #[error("is missing")]
    Missing,
    /// The tool does not declare it.
    #[error("is not declared by the tool")]
    Undeclared,
    /// It is of another type than the tool declares.
    #[error("is not of the type that the tool declares: {wanted}")]
    WrongType {
        /// The type that the tool declares, in words.
        wanted: &'static str,
    },
    /// It is a text, and none of those that the tool declares.
    #[error("is not one of the texts that the tool declares")]
    UnknownWord,
    /// It is a whole number outside Cedar's `Long`, or a fraction.
    #[error("is not a whole number from -2^63 to 2^63-1")]
    NoLong,
}

impl ArgumentsProblem {
    pub(super) const fn help(&self) -> &'static str {
        match self {
            Self::TooDeep | Self::TooLarge { .. } | Self::TooMany => "send less in one call",
            Self::Missing => "send it",
            Self::Undeclared => "leave it out",
            _ => "send what the tool's inputSchema declares",
        }
    }

    pub(super) fn at(self, at: &Place<'_>) -> ArgumentsError {
        let at = match at {
            Place::Whole => SafeText::literal("(all of them)"),
            at => SafeText::quoted(&at.name()),
        };
        ArgumentsError { at, problem: self }
    }
}

impl From<Unreadable> for ArgumentsError {
    fn from(error: Unreadable) -> Self {
        match error {
            Unreadable::Json(error) => ArgumentsProblem::Json(error.to_string()),
            Unreadable::TooDeep => ArgumentsProblem::TooDeep,
        }
        .at(&Place::Whole)
    }
}

/// The reason why a fragment of accepted tools is not taken. None of its tools counts as
/// accepted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FragmentError {
    /// The namespace is not a name that a fragment can have.
    #[error(
        "{0} cannot be the name of a server in policy: use a letter and up to 63 letters, \
         digits and `_`, and none of Cedar's own words"
    )]
    Namespace(SafeText),
    /// Together the tools need more text than one fragment may have.
    #[error(
        "the accepted tools need {bytes} bytes of policy, and one file has no more than {max}; \
         accept fewer tools of this server",
        max = openpass_policy::PolicySource::MAX_BYTES
    )]
    TooLarge {
        /// The length of the text that they need.
        bytes: usize,
    },
    /// The text is not what [`Fragment::text`](super::Fragment::text) writes.
    #[error(
        "line {line} of the accepted tools is not as it was written, so none of them counts; \
         put the file back, or accept the tools again"
    )]
    NotAsWritten {
        /// The first line that differs, from 1.
        line: usize,
    },
    /// A tool in it cannot be read.
    #[error("one of the accepted tools cannot be read, so none of them counts; accept them again")]
    Tool(#[from] ToolError),
}
