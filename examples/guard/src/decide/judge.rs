//! The part that decides.

use std::{path::PathBuf, time::Instant};

use serde_json::Value;

/// A request, as it was read. Everything in it is a claim of the agent that asks.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Asked {
    /// The name of the format, as in `--format`.
    pub format: &'static str,
    /// The kind of subagent that the request says it comes from.
    pub agent_claims: Option<String>,
    /// The tool's name, of visible characters alone. `command` for symguard.
    pub tool: String,
    /// The exact JSON text of the tool's arguments. For symguard, of the whole request.
    pub input_raw: String,
    /// The tool's arguments. A number that `f64` and the 64-bit integers cannot hold is
    /// rounded: what is bound is `input_raw`.
    pub input: Value,
    /// The MCP server that the tool is said to be of.
    pub mcp_server: Option<String>,
    /// The exact JSON text of what the request says of that server.
    pub mcp_raw: Option<String>,
    /// The folder that the agent works in.
    pub cwd: Option<String>,
    /// For symguard: the command.
    pub command: Option<String>,
    /// For symguard: the caller's class of the risk, in lower case.
    pub risk_class: Option<String>,
    /// For symguard: the domain that the command is about.
    pub domain: Option<String>,
    /// For symguard: what the caller warns of.
    pub warnings: Vec<String>,
    /// The time that the request itself leaves for an answer, from when it was read.
    pub answer_within: Option<core::time::Duration>,
}

impl Asked {
    /// A request of this tool, of which nothing else is said.
    pub(super) fn of(format: &'static str, tool: String, input_raw: &str, input: Value) -> Self {
        Self {
            format,
            agent_claims: None,
            tool,
            input_raw: input_raw.to_owned(),
            input,
            mcp_server: None,
            mcp_raw: None,
            cwd: None,
            command: None,
            risk_class: None,
            domain: None,
            warnings: Vec::new(),
            answer_within: None,
        }
    }
}

/// The decision on a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// Policy allows it; nobody was asked.
    Allowed,
    /// A person was asked, and approved this request.
    PersonSaidYes,
    /// It must not run.
    Refused {
        /// The reason, in words of ours.
        reason: String,
        /// The text or command that is for the person.
        for_the_person: Option<String>,
    },
}

impl Verdict {
    pub(super) fn refused(reason: impl Into<String>) -> Self {
        Self::Refused {
            reason: reason.into(),
            for_the_person: None,
        }
    }
}

/// Decides requests.
pub trait Judge {
    /// Decides, and asks a person where policy wants one.
    ///
    /// It returns before `until`; then the process that called is killed, with its group.
    /// What is still asked at that moment must count for nothing afterwards.
    fn judge(&self, asked: &Asked, until: Instant) -> Verdict;
}

/// The policy folder, and who is said to ask: what the command line names.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The policy folder.
    pub policy: Option<PathBuf>,
    /// `--agent`.
    pub agent: Option<String>,
    /// `--token-file`.
    pub token_file: Option<PathBuf>,
}

/// Returns the judge of the policy folder in `place`.
pub(super) fn of(_: &Place) -> Box<dyn Judge> {
    Box::new(NoFolder)
}

/// Denies everything.
#[derive(Debug)]
struct NoFolder;

impl Judge for NoFolder {
    fn judge(&self, _: &Asked, _: Instant) -> Verdict {
        Verdict::refused("no policy folder")
    }
}
