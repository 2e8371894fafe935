//! The gatekeeper, which decides about the calls that the relay is asked to pass on.

use core::fmt;
use std::{borrow::Cow, sync::Arc};

use async_trait::async_trait;
use serde_json::{Map, Value};

use super::progress::Progress;

/// Decides which tools the client sees and which of its calls reach the server.
///
/// The relay calls the methods that are not async on the task that moves every
/// line, so they should not block for long. A panic in any method counts as a
/// refusal.
#[async_trait]
pub trait Gatekeeper: Send + Sync + 'static {
    /// Whether the client may read the server's `instructions`. They reach the
    /// model like a tool's description, so the default is no.
    fn instructs(&self, server: &Described<'_>) -> bool {
        let _: &Described<'_> = server;
        false
    }

    /// Returns the standing of each of the server's tools, in the same order.
    /// The relay calls it with each whole listing, and again before it refuses
    /// a call of a tool that was not accepted.
    ///
    /// Each tool is the server's own text, as the client would get it. No object in it has a
    /// member twice.
    fn listed(&self, server: &Described<'_>, tools: &[&str]) -> Vec<Standing>;

    /// Decides whether a call may go to the server, and waits for a person
    /// where policy asks one.
    ///
    /// The future is dropped when the client cancels the call or leaves:
    /// nothing is granted then.
    ///
    /// # Errors
    ///
    /// The refusal that the client gets.
    async fn pass(&self, call: &ToolCall) -> Result<Box<dyn Passed>, Refused>;

    /// Decides whether a request that is no tool call may go to the server:
    /// `resources/read`, `prompts/get`, `completion/complete` and their like.
    /// It is dropped like [`Gatekeeper::pass`].
    ///
    /// # Errors
    ///
    /// The refusal that the client gets.
    async fn pass_other(&self, method: &str, params: &Value) -> Result<Box<dyn Passed>, Refused>;
}

/// A request that may go to the server now, once.
pub trait Passed: Send {
    /// Takes the end of the request. The relay calls it once for each request
    /// that was passed.
    fn ended(self: Box<Self>, how: Ended);
}

/// The end of a request that was passed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ended {
    /// The server carried it out, as far as its answer says.
    Done,
    /// The server answered that it failed, in these words.
    Failed(String),
    /// It never left the relay.
    NotSent,
    /// It was sent, and no answer says what the server did: the reason.
    Unknown(String),
}

/// Whether the client sees a tool and may call it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// A person accepted the tool as the server describes it now.
    Accepted,
    /// Nobody did. A call is answered with these words.
    NotAccepted {
        /// The state of the tool and the next step, for the model.
        message: String,
        /// The text or command that is for the person.
        for_the_person: Option<String>,
    },
}

/// The server, as it describes itself. Nothing proves it.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Described<'s> {
    /// Its `serverInfo`.
    pub info: &'s Value,
    /// Its `instructions`.
    pub instructions: Option<&'s str>,
}

/// One call of an accepted tool.
#[derive(Debug)]
#[non_exhaustive]
pub struct ToolCall {
    /// The tool's name.
    pub name: String,
    /// The tool in the server's own text, as its last listing has it.
    pub definition: Arc<str>,
    /// The arguments' exact text: the bytes that the server gets. `{}` where
    /// the client sent none.
    pub raw_arguments: String,
    /// The same arguments, read. No object in them has a member twice.
    pub arguments: Map<String, Value>,
    /// The exact text of the request's `_meta`, which the server gets too, where there is
    /// more in it than a progress token.
    pub raw_meta: Option<String>,
    /// The channel to the client for words about the wait.
    pub progress: Progress,
}

/// The refusal of a request, which does not go to the server.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refused {
    /// The reason, as a word that programs compare.
    pub code: Cow<'static, str>,
    /// The words for the model: what happened and what to do next.
    pub message: String,
    /// The text or command that is for the person, and not for the model.
    pub for_the_person: Option<String>,
    /// After how many seconds another try may end otherwise.
    pub retry_after: Option<u64>,
    /// The policies that denied it.
    pub policies: Vec<String>,
}

impl Refused {
    /// A refusal with nothing but its code and its words.
    pub fn new(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            for_the_person: None,
            retry_after: None,
            policies: Vec::new(),
        }
    }

    /// Adds a text or a command that is for the person.
    #[must_use]
    pub fn telling_the_person(mut self, words: Option<String>) -> Self {
        self.for_the_person = words;
        self
    }

    /// Adds the number of seconds to wait before another try.
    #[must_use]
    pub fn retry_after(mut self, seconds: Option<u64>) -> Self {
        self.retry_after = seconds;
        self
    }

    /// Adds the ids of the policies that denied it.
    #[must_use]
    pub fn by_policies(mut self, policies: Vec<String>) -> Self {
        self.policies = policies;
        self
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
