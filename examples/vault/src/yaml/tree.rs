//! The values of a file, apart from how their text is laid out.

use core::fmt;
use std::collections::BTreeSet;

use super::{
    NewValue,
    resolve::{Resolved, resolve},
};

/// The plain key under which a mapping takes in the entries of another one.
pub(super) const MERGE: &str = "<<";

/// A value and all it holds. Aliases hold a copy of what they stand for.
///
/// Two trees are equal if a reader that knows YAML's types makes the same of
/// both: `16` equals `0x10`, and `a` equals `'a'`, but `1` differs from `'1'`.
#[derive(Debug, Clone)]
pub struct Tree {
    /// The line on which it begins, from 1; where an alias stands, the line of
    /// the value that it stands for.
    line: usize,
    /// Whether it is an alias.
    alias: bool,
    /// Whether aliases elsewhere stand for it.
    shared: bool,
    /// The parser's number for its anchor; 0 without one.
    anchor: usize,
    /// The value's tag, in the short form (`!!str`), if it has one.
    tag: Option<String>,
    content: Content,
}

/// The content of a value.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Content {
    /// A single value.
    Scalar {
        /// The value's text, without quotes and with escapes resolved.
        text: String,
        /// Whether it is written without quotes.
        plain: bool,
    },
    /// A list.
    List(Vec<Tree>),
    /// Keys, as they are written, and their values, in the file's order.
    Map(Vec<(String, Tree)>),
}

impl Tree {
    pub(super) const fn new(line: usize, tag: Option<String>, content: Content) -> Self {
        Self {
            line,
            alias: false,
            shared: false,
            anchor: 0,
            tag,
            content,
        }
    }

    pub(super) const fn anchored(mut self, anchor: usize) -> Self {
        self.anchor = anchor;
        self
    }

    pub(crate) const fn empty_map() -> Self {
        Self::new(1, None, Content::Map(Vec::new()))
    }

    /// A plain scalar without text, which is null.
    pub(super) const fn null(line: usize) -> Self {
        let content = Content::Scalar {
            text: String::new(),
            plain: true,
        };
        Self::new(line, None, content)
    }

    /// A copy for an alias that stands for this value.
    pub(super) fn aliased(&self) -> Self {
        Self {
            alias: true,
            anchor: 0,
            ..self.clone()
        }
    }

    /// Marks every value below whose anchor is one of `used`.
    pub(super) fn mark_shared(&mut self, used: &BTreeSet<usize>) {
        self.shared = used.contains(&self.anchor);
        match &mut self.content {
            Content::Scalar { .. } => {}
            Content::List(items) => items.iter_mut().for_each(|item| item.mark_shared(used)),
            Content::Map(entries) => {
                for (_, value) in entries {
                    value.mark_shared(used);
                }
            }
        }
    }

    /// Returns the content of the value.
    #[must_use]
    pub const fn content(&self) -> &Content {
        &self.content
    }

    /// The line on which it begins, from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// Whether an alias stands here for a value that is written elsewhere.
    #[must_use]
    pub const fn is_alias(&self) -> bool {
        self.alias
    }

    /// Whether aliases elsewhere stand for this value.
    #[must_use]
    pub const fn is_shared(&self) -> bool {
        self.shared
    }

    /// Whether it is nothing: an empty place, `~` or `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.resolved() == Some(Resolved::Null)
    }

    /// The value that `path` leads to, by the keys that are written out.
    #[must_use]
    pub fn get(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |tree, key| tree.child(key))
    }

    /// The keys that are written out, and their values; none unless it is a
    /// mapping.
    #[must_use]
    pub fn entries(&self) -> &[(String, Self)] {
        match &self.content {
            Content::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Whether it is a mapping.
    #[must_use]
    pub const fn is_map(&self) -> bool {
        matches!(self.content, Content::Map(_))
    }

    /// The text, if YAML takes it for text: quoted, tagged `!!str`, or plain
    /// and no number, boolean or null.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match (&self.content, self.resolved()) {
            (Content::Scalar { text, .. }, Some(Resolved::Text)) => Some(text),
            _ => None,
        }
    }

    /// Returns the kind of the value, for a message.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.content {
            Content::Scalar { .. } => match self.resolved() {
                Some(Resolved::Null) => "nothing",
                Some(Resolved::Bool(_)) => "true or false",
                Some(Resolved::Int(_)) => "a whole number",
                Some(Resolved::Float(_)) => "a number with a fraction",
                _ => "text",
            },
            Content::List(_) => "a list",
            Content::Map(_) => "keys and values",
        }
    }

    /// The value as bytes that no other value has, to be hashed.
    pub(crate) fn canonical(&self) -> String {
        let mut text = String::new();
        self.write_canonical(&mut text);
        text
    }

    /// Writes the value's one form: every text is preceded by its length, every list and
    /// mapping by its number of items.
    fn write_canonical(&self, to: &mut String) {
        let tag = self.tag.as_deref().unwrap_or_default();
        let text = |to: &mut String, text: &str| {
            to.push_str(&text.len().to_string());
            to.push(':');
            to.push_str(text);
        };
        text(to, tag);
        match &self.content {
            Content::Scalar { text: value, plain } => {
                to.push(if *plain { 'p' } else { 'q' });
                text(to, value);
            }
            Content::List(items) => {
                to.push_str(&format!("[{}", items.len()));
                items.iter().for_each(|item| item.write_canonical(to));
            }
            Content::Map(entries) => {
                to.push_str(&format!("{{{}", entries.len()));
                for (key, value) in entries {
                    text(to, key);
                    value.write_canonical(to);
                }
            }
        }
    }

    /// The text of a single value, as it is written.
    pub(crate) fn scalar(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Returns a single value by YAML's types; `None` for other values, and for
    /// a text that is not what its tag says.
    pub(crate) fn resolved(&self) -> Option<Resolved> {
        match &self.content {
            Content::Scalar { text, plain } => resolve(self.tag.as_deref(), text, *plain),
            _ => None,
        }
    }

    pub(super) const fn anchor(&self) -> usize {
        self.anchor
    }

    pub(super) fn is_untagged(&self) -> bool {
        self.custom_tag().is_none()
    }

    /// Adds an item to a list, or an entry to a mapping.
    pub(super) fn push(&mut self, key: Option<String>, value: Self) {
        match (&mut self.content, key) {
            (Content::List(items), _) => items.push(value),
            (Content::Map(entries), Some(key)) => entries.push((key, value)),
            _ => {}
        }
    }

    /// Whether the tag says that a list or mapping is nothing at all.
    pub(crate) fn is_tagged_null(&self) -> bool {
        self.tag.as_deref() == Some("!!null")
    }

    /// The entries of a mapping, to be changed.
    pub(super) const fn entries_mut(&mut self) -> Option<&mut Vec<(String, Self)>> {
        match &mut self.content {
            Content::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The place of `key` among the entries, and its value.
    pub(super) fn find(&self, key: &str) -> Option<(usize, &Self)> {
        let mut numbered = self.entries().iter().enumerate();
        numbered.find_map(|(index, (name, value))| (name == key).then_some((index, value)))
    }

    pub(crate) fn child(&self, key: &str) -> Option<&Self> {
        self.find(key).map(|(_, value)| value)
    }
}

impl PartialEq for Tree {
    fn eq(&self, other: &Self) -> bool {
        if self.alias != other.alias {
            return false;
        }
        match (&self.content, &other.content) {
            (Content::Scalar { text: a, .. }, Content::Scalar { text: b, .. }) => {
                match (self.resolved(), other.resolved()) {
                    (Some(Resolved::Text), Some(Resolved::Text)) | (None, None) => {
                        a == b && self.custom_tag() == other.custom_tag()
                    }
                    (a, b) => a == b,
                }
            }
            (Content::List(a), Content::List(b)) => a == b && self.tag == other.tag,
            (Content::Map(a), Content::Map(b)) => a == b && self.tag == other.tag,
            _ => false,
        }
    }
}

impl Eq for Tree {}

/// The value in one line, for people: a text as it is, `a, b` for a list of
/// texts, and brackets and braces for what lies deeper.
impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.content {
            Content::Scalar { text, .. } => f.write_str(text),
            Content::List(items) => joined(f, items.iter(), |f, item| match &item.content {
                Content::List(_) => write!(f, "[{item}]"),
                _ => write!(f, "{item}"),
            }),
            Content::Map(entries) => {
                f.write_str("{")?;
                joined(f, entries.iter(), |f, (key, value)| match &value.content {
                    Content::List(_) => write!(f, "{key}: [{value}]"),
                    _ => write!(f, "{key}: {value}"),
                })?;
                f.write_str("}")
            }
        }
    }
}

fn joined<T>(
    f: &mut fmt::Formatter<'_>,
    items: impl Iterator<Item = T>,
    write: impl Fn(&mut fmt::Formatter<'_>, T) -> fmt::Result,
) -> fmt::Result {
    for (index, item) in items.enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        write(f, item)?;
    }
    Ok(())
}

impl Tree {
    /// The tag, unless it says no more than quotes do.
    fn custom_tag(&self) -> Option<&str> {
        self.tag.as_deref().filter(|tag| *tag != "!!str")
    }
}

impl From<&NewValue> for Tree {
    fn from(value: &NewValue) -> Self {
        let scalar = |text: String, plain| Self::new(1, None, Content::Scalar { text, plain });
        match value {
            NewValue::Bool(value) => scalar(value.to_string(), true),
            NewValue::Int(value) => scalar(value.to_string(), true),
            NewValue::Text(text) => scalar(text.clone(), false),
            NewValue::TextList(items) => {
                let items = items.iter().map(|item| scalar(item.clone(), false));
                Self::new(1, None, Content::List(items.collect()))
            }
        }
    }
}
