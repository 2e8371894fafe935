//! One field's change.

use openpass_auth::{Line, SafeText, ShownChange};
use serde::Serialize;

use super::{After, Before, Difference, Direction};

/// One field's change. The host's store computes it on what is in effect, and
/// documents how it finds the direction.
///
/// As JSON it has `field`, `before`, `after` and `direction`, and `added` and
/// `removed` where there is a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FieldChange {
    /// The field, as its file spells it.
    pub field: String,
    /// The value now; `None` when there is none.
    pub before: Option<String>,
    /// The value to be; `None` when there will be none.
    pub after: Option<String>,
    /// Whether that gives power.
    pub direction: Direction,
    /// The entries that are added and removed, if the values are lists or
    /// texts.
    #[serde(flatten)]
    pub difference: Difference,
    /// The text that a prompt shows in the place of `after`.
    #[serde(skip)]
    seen: Option<Seen>,
}

/// A value for the eyes of the person who is asked.
#[derive(Clone, PartialEq, Eq)]
struct Seen(String);

/// It may be a secret after all, so it is not printed.
impl core::fmt::Debug for Seen {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Seen")
    }
}

impl FieldChange {
    /// A change of `field` from one plain value to another. Values must not be
    /// secrets: they are shown, logged and sent to hosts' clients.
    pub fn new(
        field: impl Into<String>,
        Before(before): Before<Option<String>>,
        After(after): After<Option<String>>,
        direction: Direction,
    ) -> Self {
        Self {
            field: field.into(),
            before,
            after,
            direction,
            difference: Difference::default(),
            seen: None,
        }
    }

    /// Shows the person who is asked `value` as the new value, which `after`
    /// only describes, for instance by a hash. It is bound by the digest, and
    /// reaches no log and no client.
    #[must_use]
    pub fn seen_as(mut self, value: impl Into<String>) -> Self {
        self.seen = Some(Seen(value.into()));
        self
    }

    /// Returns the text of the new value that only a prompt shows.
    pub(super) fn seen(&self) -> Option<&str> {
        self.seen.as_ref().map(|seen| seen.0.as_str())
    }

    /// A change of `field` from one list to another; `None` where none is set.
    /// The entries must not be secrets.
    ///
    /// Where entries stay in another order, all of them count as removed and
    /// added: the order may matter.
    pub fn list(
        field: impl Into<String>,
        Before(before): Before<Option<Vec<String>>>,
        After(after): After<Option<Vec<String>>>,
        direction: Direction,
    ) -> Self {
        let text = |list: &Option<Vec<String>>| list.as_deref().map(joined);
        let texts = (text(&before), text(&after));
        let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
        Self {
            difference: Difference::of_lists(before, after),
            ..Self::new(field, Before(texts.0), After(texts.1), direction)
        }
    }

    /// A change of `field` from one text to another, whose difference is
    /// `lines`, the ones that stay too. `before` and `after` describe the texts,
    /// for instance by a hash. The texts must not be secrets.
    pub fn text(
        field: impl Into<String>,
        Before(before): Before<Option<String>>,
        After(after): After<Option<String>>,
        lines: Vec<Line<String>>,
        direction: Direction,
    ) -> Self {
        Self {
            difference: Difference::of_texts(lines),
            ..Self::new(field, Before(before), After(after), direction)
        }
    }

    /// The change as the person who is asked sees it: with what is for their
    /// eyes alone.
    pub(crate) fn asked(&self) -> ShownChange {
        match self.seen() {
            None => self.shown(),
            Some(seen) => Self {
                after: Some(seen.to_owned()),
                ..self.clone()
            }
            .shown(),
        }
    }

    /// The change as people see it wherever it is told.
    ///
    /// INVARIANT (13): of a change that widens, the field, the new value and
    /// every line that is added or removed are whole.
    #[must_use]
    pub fn shown(&self) -> ShownChange {
        let widens = self.direction == Direction::Widens;
        let text = if widens { SafeText::whole } else { bounded };
        let mut before = self.value(self.before.as_deref(), bounded);
        let mut after = self.value(self.after.as_deref(), text);
        if let Some((old, new)) = self.difference.counts() {
            before = entries(old).unwrap_or(before);
            after = entries(new).unwrap_or(after);
        }
        ShownChange::new(text(&self.field), before, after, widens)
            .with_lines(self.difference.shown(widens))
    }

    fn value(&self, value: Option<&str>, text: fn(&str) -> SafeText) -> SafeText {
        match value {
            None => SafeText::literal("(not set)"),
            Some(NONE) if self.difference.is_of_lists() => SafeText::literal(NONE),
            Some(value) => text(value),
        }
    }
}

/// A list without entries.
const NONE: &str = "(none)";
/// The most characters of a value without power that are shown whole.
const BOUND: usize = 160;

/// Shows a value that gives no power, with a count of what is not shown of it.
pub(super) fn bounded(text: &str) -> SafeText {
    if text.chars().nth(BOUND).is_none() {
        SafeText::whole(text)
    } else {
        SafeText::escape(text)
    }
}

/// A list as one text, as hosts print it.
fn joined(list: &[String]) -> String {
    if list.is_empty() {
        NONE.to_owned()
    } else {
        let entries: Vec<_> = list.iter().map(|entry| entry_of_text(entry)).collect();
        entries.join(", ")
    }
}

/// An entry that would read as several, in quotes.
fn entry_of_text(entry: &str) -> std::borrow::Cow<'_, str> {
    if entry.contains([',', '"']) {
        format!("\"{}\"", entry.replace('\\', "\\\\").replace('"', "\\\"")).into()
    } else {
        entry.into()
    }
}

fn entries(count: usize) -> Option<SafeText> {
    match count {
        0 => None,
        1 => Some(SafeText::literal("1 entry")),
        _ => Some(SafeText::fill(
            "{} entries",
            &[&SafeText::number(count as u64)],
        )),
    }
}

#[cfg(test)]
mod tests;
