//! Edits: a value to set or an entry to remove.

/// One change: a value set, or an entry removed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Edit {
    /// The keys that lead to the value, outermost first.
    pub path: Vec<String>,
    /// The new value; `None` removes the entry and all it holds.
    pub value: Option<NewValue>,
}

impl Edit {
    /// Sets the value at `path`. Mappings that are missing on the way are made.
    pub fn set<K: Into<String>>(path: impl IntoIterator<Item = K>, value: NewValue) -> Self {
        Self {
            path: path.into_iter().map(Into::into).collect(),
            value: Some(value),
        }
    }

    /// Removes the entry at `path`. Removing what is not there changes nothing.
    pub fn remove<K: Into<String>>(path: impl IntoIterator<Item = K>) -> Self {
        Self {
            path: path.into_iter().map(Into::into).collect(),
            value: None,
        }
    }
}

/// A value that can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NewValue {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text, quoted where it could be read as anything else.
    Text(String),
    /// A list of texts.
    TextList(Vec<String>),
}
