//! The value of one field of a profile.

use core::fmt;

use crate::{
    hash,
    product::{self, ValueKind},
    yaml::{
        NewValue, Tree,
        decode::{self, Wrong},
    },
};

/// The value of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value {
    /// Neither the file nor the tier says; the product's own default holds.
    Unset,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text.
    Text(String),
    /// A list of texts.
    List(Vec<String>),
    /// Names with a list of texts each.
    Lists(Vec<(String, Vec<String>)>),
    /// A value that may be a secret, or that the product does not load: known
    /// by its digest, compared, and never understood.
    Hidden(Digest),
}

/// The SHA-256 of a value that is not kept, and the text that is shown for the
/// value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    sha256: String,
    shown: String,
}

impl Digest {
    /// A value of which only the SHA-256 is known.
    pub(crate) fn of_sha256(sha256: String) -> Self {
        let shown = format!("not shown, SHA-256 {sha256}");
        Self { sha256, shown }
    }

    /// The value's SHA-256, in hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }
}

impl Value {
    /// Returns the value that the product makes of `tree` for `field`.
    pub(crate) fn of_field(field: &str, tree: &Tree) -> Self {
        Self::of_key(
            &format!("agents.x.{field}"),
            product::agent_field(field),
            tree,
        )
    }

    /// Returns the value that the product makes of `tree` for `key`, which
    /// takes `kind`. Of a value that may be a secret, or that the product would
    /// not load, only the digest is kept.
    pub(crate) fn of_key(key: &str, kind: Option<ValueKind>, tree: &Tree) -> Self {
        let plain = || decode::text(tree).ok().flatten();
        if !product::keeps_value(key) && !plain().is_some_and(|it| product::keeps_text(key, it)) {
            return Self::hidden(tree);
        }
        let decoded = match kind {
            Some(ValueKind::Bool) => decode::boolean(tree).map(|value| value.map(Self::Bool)),
            Some(ValueKind::Int(..)) => decode::integer(tree).map(|value| value.map(Self::Int)),
            Some(ValueKind::Duration) => decode::duration(tree).map(text),
            Some(ValueKind::TextList) => decode::texts(tree).map(|items| items.map(list)),
            Some(ValueKind::TextLists) => lists(tree),
            Some(_) => decode::text(tree).map(text),
            None => return Self::hidden(tree),
        };
        match decoded {
            Ok(value) => value.unwrap_or(Self::Unset),
            Err(_) => Self::hidden(tree),
        }
    }

    /// Whether a baseline keeps it as it is, as the value of `key`.
    pub(crate) fn is_kept(&self, key: &str) -> bool {
        match self {
            Self::Text(text) => product::keeps_text(key, text),
            _ => product::keeps_value(key),
        }
    }

    /// A value of which nothing but its digest is kept; null is none.
    fn hidden(tree: &Tree) -> Self {
        if tree.is_null() {
            return Self::Unset;
        }
        Self::Hidden(Digest {
            sha256: hash::sha256_hex(tree.canonical().as_bytes()),
            shown: product::digest(&tree.to_string()),
        })
    }

    /// The value as it is written to a file; `None` where it cannot be.
    pub(crate) fn to_yaml(&self) -> Option<NewValue> {
        match self {
            Self::Bool(value) => Some(NewValue::Bool(*value)),
            Self::Int(value) => Some(NewValue::Int(*value)),
            Self::Text(text) => Some(NewValue::Text(text.clone())),
            Self::List(items) => Some(NewValue::TextList(items.clone())),
            Self::Unset | Self::Lists(_) | Self::Hidden(_) => None,
        }
    }

    /// The entries of a list; `None` for everything else.
    pub(crate) fn list(&self) -> Option<Vec<String>> {
        match self {
            Self::List(entries) => Some(entries.clone()),
            _ => None,
        }
    }

    /// The value as text; `None` when nothing is set.
    pub(crate) fn text(&self) -> Option<String> {
        (*self != Self::Unset).then(|| self.to_string())
    }
}

fn text(text: Option<&str>) -> Option<Value> {
    text.map(|text| Value::Text(text.to_owned()))
}

fn list(items: Vec<&str>) -> Value {
    Value::List(items.into_iter().map(str::to_owned).collect())
}

fn lists(tree: &Tree) -> Result<Option<Value>, Wrong> {
    let owned = |items: Vec<&str>| items.into_iter().map(str::to_owned).collect();
    let lists = decode::lists(tree)?.map(|lists| {
        let lists = lists
            .into_iter()
            .map(|(name, items)| (name.to_owned(), owned(items)));
        Value::Lists(lists.collect())
    });
    Ok(lists)
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unset => f.write_str("(not set)"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Text(text) => f.write_str(text),
            Self::List(items) if items.is_empty() => f.write_str("(none)"),
            Self::List(items) => f.write_str(&joined(items)),
            Self::Lists(lists) if lists.is_empty() => f.write_str("(none)"),
            Self::Lists(lists) => {
                for (index, (name, items)) in lists.iter().enumerate() {
                    let parted = if index == 0 { "" } else { "; " };
                    write!(f, "{parted}{name}: {}", joined(items))?;
                }
                Ok(())
            }
            Self::Hidden(digest) => f.write_str(&digest.shown),
        }
    }
}

/// Joins entries to one text. An entry that would read as several is in quotes.
fn joined(items: &[String]) -> String {
    let quoted = |item: &String| {
        if item.contains([',', '"']) {
            format!("\"{}\"", item.replace('\\', "\\\\").replace('"', "\\\""))
        } else {
            item.clone()
        }
    };
    items.iter().map(quoted).collect::<Vec<_>>().join(", ")
}
