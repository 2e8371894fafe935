//! The formats, one row each.

use core::time::Duration;

use super::{
    MAX_REQUEST, adapters,
    answer::{Answer, Reason},
    judge::{Asked, Verdict},
    strict::{self, Unreadable},
};

/// One format: how its requests are read, and what it takes for each verdict.
#[derive(Debug)]
pub(crate) struct Adapter {
    /// The format's name, as in `--format`.
    pub(crate) name: &'static str,
    /// The time that the agent waits for an answer where nobody sets another.
    pub(super) waits_by_default: Duration,
    /// The time that the settings which `hooks` prints make the agent wait.
    pub(crate) waits_as_set: Duration,
    /// The answer comes so long before the agent's own time-out.
    pub(crate) margin: Duration,
    pub(super) read: fn(&Self, &str) -> Result<Asked, Unreadable>,
    pub(super) allowed: fn() -> Answer,
    pub(super) person_said_yes: fn() -> Answer,
    pub(super) blocked: fn(&Reason) -> Answer,
}

/// All formats.
pub(super) const TABLE: [&Adapter; 6] = [
    &adapters::CLAUDE_PRE_TOOL_USE,
    &adapters::CLAUDE_PERMISSION_REQUEST,
    &adapters::CODEX_PRE_TOOL_USE,
    &adapters::CODEX_PERMISSION_REQUEST,
    &adapters::GEMINI_BEFORE_TOOL,
    &adapters::SYMGUARD,
];

/// The names of all formats.
pub(super) fn names() -> Vec<&'static str> {
    TABLE.iter().map(|adapter| adapter.name).collect()
}

/// The format of that name.
pub(crate) fn named(name: &str) -> Option<&'static Adapter> {
    TABLE.into_iter().find(|adapter| adapter.name == name)
}

impl Adapter {
    /// Reads a request.
    pub(super) fn read(&self, bytes: &[u8]) -> Result<Asked, Unreadable> {
        if bytes.len() > MAX_REQUEST {
            return Err(Unreadable::TooLong);
        }
        let text = core::str::from_utf8(bytes).map_err(|_| Unreadable::NotUtf8)?;
        if text.trim().is_empty() {
            return Err(Unreadable::Empty);
        }
        strict::refuse_what_readers_differ_in(text)?;
        (self.read)(self, text)
    }

    /// The time from the start within which the agent has an answer, without `--timeout`.
    pub(super) const fn answers_by_default(&self) -> Duration {
        self.waits_by_default.saturating_sub(self.margin)
    }

    /// Returns the answer that the agent gets for `verdict`.
    pub(super) fn answer(&self, verdict: &Verdict) -> Answer {
        match verdict {
            Verdict::Allowed => (self.allowed)(),
            Verdict::PersonSaidYes => (self.person_said_yes)(),
            Verdict::Refused {
                reason,
                for_the_person,
            } => (self.blocked)(&Reason::of(reason, for_the_person.as_deref())),
        }
    }

    /// Returns the block that the agent gets where there is no verdict.
    pub(super) fn block(&self, words: &str) -> Answer {
        (self.blocked)(&Reason::of(words, None))
    }
}
