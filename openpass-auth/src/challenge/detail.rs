//! The lines of a question.

use crate::SafeText;

/// One line of what the person is asked to approve.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a prompt that does not draw a new kind of line would hide it"
)]
pub enum Detail {
    /// Something to know, such as the vault. A prompt that lacks the room may
    /// leave it out.
    Fact {
        /// The name of the fact.
        label: SafeText,
        /// The value of the fact.
        value: SafeText,
    },
    /// A field that changes.
    Change(ShownChange),
    /// Further changes, none of which gives power.
    NotShown {
        /// The number of changes that are not shown.
        changes: usize,
    },
}

/// A field that changes, as a person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShownChange {
    /// The name of the field.
    pub field: SafeText,
    /// The value of the field now; in short, where there are lines.
    pub before: SafeText,
    /// The value of the field after the change; in short, where there are lines.
    pub after: SafeText,
    /// The difference, for a list or a text; empty for a plain value.
    pub lines: Vec<Line<SafeText>>,
    /// Whether the change gives power. Prompts mark it, and show all of it.
    pub widens: bool,
    /// Whether the question's summary says all of it, so that a short prompt
    /// need not repeat it.
    pub in_summary: bool,
}

/// One line of a difference between two lists or two texts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a prompt that does not draw a new kind of line would hide it"
)]
pub enum Line<T> {
    /// The line is new.
    Added(T),
    /// The line goes.
    Removed(T),
    /// The line stays, and shows where the others stand.
    Kept(T),
    /// The number of lines that stay and are left out here.
    Unchanged(usize),
    /// The number of lines that change and are left out here: only in a change that
    /// gives no power.
    NotShown(usize),
}

impl ShownChange {
    /// A change of `field` from one plain value to another.
    #[must_use]
    pub const fn new(field: SafeText, before: SafeText, after: SafeText, widens: bool) -> Self {
        Self {
            field,
            before,
            after,
            lines: Vec::new(),
            widens,
            in_summary: false,
        }
    }

    /// Adds the difference between the two values.
    #[must_use]
    pub fn with_lines(mut self, lines: Vec<Line<SafeText>>) -> Self {
        self.lines = lines;
        self
    }

    /// Says that the question's summary names both values.
    #[must_use]
    pub const fn said_in_summary(mut self) -> Self {
        self.in_summary = true;
        self
    }
}
