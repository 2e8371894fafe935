//! Texts and lists of texts.

use super::{Reader, complaints};
use crate::read::{Member, Node, Value};

/// Whether YAML reads it as nothing at all.
pub(super) fn is_null(node: &Node) -> bool {
    match &node.value {
        Value::Scalar { text, plain } => {
            *plain && matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL")
        }
        Value::List(_) | Value::Map(_) => false,
    }
}

impl Reader<'_> {
    /// A text, or `None` where there is none or it is empty: then it is no
    /// condition.
    pub(super) fn text(&mut self, entry: Option<&Member>) -> Option<String> {
        let entry = entry?;
        if is_null(&entry.value) {
            self.complain(entry.line, complaints::null(&entry.key));
            return None;
        }
        let Value::Scalar { text, .. } = &entry.value.value else {
            self.complain(entry.line, complaints::wrong_kind(&entry.key, "one text"));
            return None;
        };
        if text.is_empty() {
            self.no_condition(entry);
            return None;
        }
        Some(text.clone())
    }

    /// A list of texts; empty where there is none.
    pub(super) fn texts(&mut self, entry: Option<&Member>) -> Vec<String> {
        let Some(entry) = entry else {
            return Vec::new();
        };
        if is_null(&entry.value) {
            self.complain(entry.line, complaints::null(&entry.key));
            return Vec::new();
        }
        let Value::List(items) = &entry.value.value else {
            self.complain(
                entry.line,
                complaints::wrong_kind(&entry.key, "a list of texts"),
            );
            return Vec::new();
        };
        if items.is_empty() {
            self.no_condition(entry);
        }
        items
            .iter()
            .filter_map(|item| self.item(&entry.key, item))
            .collect()
    }

    fn item(&mut self, key: &str, item: &Node) -> Option<String> {
        match &item.value {
            _ if is_null(item) => {
                self.complain(item.line, complaints::empty_item(key));
                None
            }
            Value::Scalar { text, .. } => Some(text.clone()),
            Value::List(_) | Value::Map(_) => {
                self.complain(item.line, complaints::wrong_kind(key, "a list of texts"));
                None
            }
        }
    }

    /// The entries of a mapping, or `None` and, unless it is absent, a
    /// complaint.
    pub(super) fn mapping<'a>(&mut self, entry: Option<&'a Member>) -> Option<&'a [Member]> {
        let entry = entry?;
        match &entry.value.value {
            _ if is_null(&entry.value) => {
                self.complain(entry.line, complaints::null(&entry.key));
                None
            }
            Value::Map(entries) => Some(entries),
            _ => {
                self.complain(entry.line, complaints::wrong_kind(&entry.key, "a mapping"));
                None
            }
        }
    }

    pub(super) fn no_condition(&mut self, entry: &Member) {
        let note = format!("`{}` is empty, so it is not a condition", entry.key);
        self.note(entry.line, &note);
    }
}
