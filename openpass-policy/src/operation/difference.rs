//! The entries that are added to and removed from a list or a text.

use std::collections::HashMap;

use openpass_auth::{Line, SafeText};
use serde::{Serialize, Serializer, ser::SerializeMap as _};

use super::{digest::Transcript, field::bounded};

/// So many lines that stay are shown on either side of those that change.
const CONTEXT: usize = 2;
/// More blank lines in a row than this are counted: pages of nothing would push
/// what matters out of sight.
const BLANK_LINES: usize = 2;
/// So many changed lines are shown of a change that gives no power.
const SHOWN: usize = 8;

/// The lines that are added, removed and kept, in order; empty for plain values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    of: Of,
    lines: Vec<Line<String>>,
}

/// The kind of value that the lines are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Of {
    #[default]
    Value,
    List,
    Text,
}

impl Difference {
    /// Every line, those that stay too.
    #[must_use]
    pub fn lines(&self) -> &[Line<String>] {
        &self.lines
    }

    /// The entries that are added, in order.
    pub fn added(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().filter_map(|line| match line {
            Line::Added(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// The entries that are removed, in order.
    pub fn removed(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().filter_map(|line| match line {
            Line::Removed(text) => Some(text.as_str()),
            _ => None,
        })
    }

    pub(super) fn of_texts(lines: Vec<Line<String>>) -> Self {
        Self {
            of: Of::Text,
            lines,
        }
    }

    pub(super) fn of_lists(before: Vec<String>, after: Vec<String>) -> Self {
        let (goes, comes) = (extra(&before, &after), extra(&after, &before));
        let stays = |list: &[String], extra: &[bool]| -> Vec<String> {
            let kept = list.iter().zip(extra).filter(|(_, extra)| !**extra);
            kept.map(|(entry, _)| entry.clone()).collect()
        };
        let in_order = stays(&before, &goes) == stays(&after, &comes);
        Self {
            of: Of::List,
            lines: merged(before.into_iter().zip(goes), after, comes, in_order),
        }
    }

    pub(super) const fn is_of_lists(&self) -> bool {
        matches!(self.of, Of::List)
    }

    /// Returns the number of entries that a list has and will have; `None` for
    /// everything else, and where nothing is added or removed.
    pub(super) fn counts(&self) -> Option<(usize, usize)> {
        if self.of != Of::List || !self.changes() {
            return None;
        }
        let (added, removed) = (self.added().count(), self.removed().count());
        let kept = self
            .lines
            .len()
            .saturating_sub(added.saturating_add(removed));
        Some((kept.saturating_add(removed), kept.saturating_add(added)))
    }

    /// The lines as a person sees them: all that change, if they are `whole`,
    /// and of those that stay the neighbours.
    pub(super) fn shown(&self, whole: bool) -> Vec<Line<SafeText>> {
        if !self.changes() {
            return Vec::new();
        }
        let context = if self.of == Of::Text { CONTEXT } else { 0 };
        let near = near_a_change(&self.lines, context);
        let mut shown = Shown {
            lines: Vec::new(),
            left: if whole { usize::MAX } else { SHOWN },
            text: if whole { SafeText::whole } else { bounded },
            is_text: self.of == Of::Text,
        };
        let mut blank = 0_usize;
        for (at, (line, near)) in self.lines.iter().zip(near).enumerate() {
            if self.of == Of::Text && is_blank(line) {
                blank = blank.saturating_add(1);
                let next = self.lines.get(at.saturating_add(1));
                if next.is_some_and(|next| is_blank(next) && is_alike(line, next)) {
                    continue;
                }
            }
            if blank > BLANK_LINES {
                shown.lines.push(blanks(line, blank));
            } else {
                for _ in 0..blank {
                    shown.push(line, near);
                }
            }
            if blank == 0 {
                shown.push(line, near);
            }
            blank = 0;
        }
        shown.lines
    }

    fn changes(&self) -> bool {
        self.lines.iter().any(changes)
    }
}

/// Marks the entries of `list` that are not in `other`, one for one.
fn extra(list: &[String], other: &[String]) -> Vec<bool> {
    let mut there: HashMap<&str, usize> = HashMap::new();
    for entry in other {
        let count = there.entry(entry).or_default();
        *count = count.saturating_add(1);
    }
    let taken = |entry: &String| match there.get_mut(entry.as_str()) {
        Some(count) if *count > 0 => {
            *count = count.saturating_sub(1);
            false
        }
        _ => true,
    };
    list.iter().map(taken).collect()
}

/// The two lists as one. What stays is where it is in both; in another order,
/// nothing counts as staying.
fn merged(
    before: impl Iterator<Item = (String, bool)>,
    after: Vec<String>,
    comes: Vec<bool>,
    in_order: bool,
) -> Vec<Line<String>> {
    let mut after = after.into_iter().zip(comes).peekable();
    let mut lines = Vec::new();
    for (entry, goes) in before {
        if goes || !in_order {
            lines.push(Line::Removed(entry));
            continue;
        }
        while let Some((new, _)) = after.next_if(|(_, comes)| *comes) {
            lines.push(Line::Added(new));
        }
        // Its place in the other list.
        drop(after.next());
        lines.push(Line::Kept(entry));
    }
    lines.extend(after.map(|(entry, _)| Line::Added(entry)));
    lines
}

const fn changes(line: &Line<String>) -> bool {
    matches!(line, Line::Added(_) | Line::Removed(_))
}

/// Whether the line comes or goes, and shows nothing.
fn is_blank(line: &Line<String>) -> bool {
    matches!(line, Line::Added(text) | Line::Removed(text) if text.trim().is_empty())
}

fn is_alike(line: &Line<String>, other: &Line<String>) -> bool {
    core::mem::discriminant(line) == core::mem::discriminant(other)
}

/// The mark for so many blank lines. No text can imitate it: what is shown of
/// one has every `\\` doubled.
fn blanks(line: &Line<String>, count: usize) -> Line<SafeText> {
    let mark = SafeText::fill(
        "\\u{a} ({} blank lines)",
        &[&SafeText::number(count as u64)],
    );
    match line {
        Line::Removed(_) => Line::Removed(mark),
        _ => Line::Added(mark),
    }
}

/// Marks the lines that change, or stand within `context` lines of a line that changes.
fn near_a_change(lines: &[Line<String>], context: usize) -> Vec<bool> {
    let mut near = vec![false; lines.len()];
    let mut since = usize::MAX;
    let mut forward = |(line, near): (&Line<String>, &mut bool)| {
        since = if changes(line) {
            0
        } else {
            since.saturating_add(1)
        };
        *near |= since <= context;
    };
    lines.iter().zip(near.iter_mut()).for_each(&mut forward);
    since = usize::MAX;
    let mut backward = |(line, near): (&Line<String>, &mut bool)| {
        since = if changes(line) {
            0
        } else {
            since.saturating_add(1)
        };
        *near |= since <= context;
    };
    lines
        .iter()
        .zip(near.iter_mut())
        .rev()
        .for_each(&mut backward);
    near
}

/// The lines to show, as they are gathered.
struct Shown {
    lines: Vec<Line<SafeText>>,
    left: usize,
    text: fn(&str) -> SafeText,
    is_text: bool,
}

impl Shown {
    fn push(&mut self, line: &Line<String>, near: bool) {
        if let Line::Unchanged(count) = line {
            return self.leave_out(*count, Line::Unchanged);
        }
        if !near {
            return self.leave_out(1, Line::Unchanged);
        }
        if changes(line) {
            if self.left == 0 {
                return self.leave_out(1, Line::NotShown);
            }
            self.left = self.left.saturating_sub(1);
        }
        // Of a text, an empty line is one like others, and not quoted.
        let drawn = |text: &String, draw: fn(&str) -> SafeText| {
            if self.is_text && text.is_empty() {
                SafeText::literal("")
            } else {
                draw(text)
            }
        };
        self.lines.push(match line {
            Line::Added(text) => Line::Added(drawn(text, self.text)),
            Line::Removed(text) => Line::Removed(drawn(text, self.text)),
            Line::Kept(text) => Line::Kept(drawn(text, bounded)),
            Line::Unchanged(count) => Line::Unchanged(*count),
            Line::NotShown(count) => Line::NotShown(*count),
        });
    }

    /// Counts `more` lines, together with those counted just before.
    fn leave_out(&mut self, more: usize, counted: fn(usize) -> Line<SafeText>) {
        let alike = core::mem::discriminant(&counted(0));
        match self.lines.last_mut() {
            Some(last @ (Line::Unchanged(_) | Line::NotShown(_)))
                if core::mem::discriminant(last) == alike =>
            {
                if let Line::Unchanged(count) | Line::NotShown(count) = last {
                    *count = count.saturating_add(more);
                }
            }
            _ => self.lines.push(counted(more)),
        }
    }
}

impl Serialize for Difference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if self.of != Of::Value {
            map.serialize_entry("added", &self.added().collect::<Vec<_>>())?;
            map.serialize_entry("removed", &self.removed().collect::<Vec<_>>())?;
        }
        map.end()
    }
}

impl Transcript {
    pub(super) fn difference(&mut self, difference: &Difference) {
        self.text(match difference.of {
            Of::Value => "value",
            Of::List => "list",
            Of::Text => "text",
        });
        self.count(difference.lines.len());
        for line in &difference.lines {
            let (kind, text, count) = match line {
                Line::Added(text) => ("added", text.as_str(), 0),
                Line::Removed(text) => ("removed", text.as_str(), 0),
                Line::Kept(text) => ("kept", text.as_str(), 0),
                Line::Unchanged(count) => ("unchanged", "", *count),
                Line::NotShown(count) => ("not shown", "", *count),
            };
            self.text(kind);
            self.text(text);
            self.count(count);
        }
    }
}
