//! The message that a person gets about one mistake.

use crate::{PolicyProblem, PolicySource, ProblemKind, policy_error::escaped};

/// The most characters of a policy's text that a message repeats.
const REPEATED: usize = 160;

/// The place of a mistake, the message, and what to write.
pub(super) struct Cure {
    /// An offset and a length in bytes.
    span: (usize, usize),
    message: String,
    help: String,
}

impl Cure {
    pub(super) fn new(
        (start, end): (usize, usize),
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            span: (start, end.saturating_sub(start)),
            message: message.into(),
            help: help.into(),
        }
    }

    pub(super) fn problem(&self, kind: ProblemKind, source: &PolicySource) -> PolicyProblem {
        PolicyProblem::at(kind, source, self.span, escaped(&self.message))
            .with_help(escaped(&self.help))
    }
}

/// A part of a policy's text for a message: on one line, and cut where it is long.
pub(super) fn short(text: &str) -> String {
    let mut characters = text.chars();
    let mut shown = String::new();
    let mut space = false;
    for character in characters.by_ref().take(REPEATED) {
        let is_space = character.is_whitespace();
        if !is_space || !space {
            shown.push(if is_space { ' ' } else { character });
        }
        space = is_space;
    }
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}
