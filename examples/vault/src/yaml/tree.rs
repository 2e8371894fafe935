//! The values of a file, apart from how they are written.

use super::NewValue;

/// A value and all it holds, with aliases resolved.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Tree {
    /// Nothing: an empty place, `~` or `null`.
    Null,
    /// `true` or `false`. YAML 1.1's `yes` and the like are [`Tree::Text`].
    Bool(bool),
    /// A whole number.
    Int(i128),
    /// Another number.
    Float(f64),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// Keys, as they are written, and their values, in the file's order.
    Map(Vec<(String, Self)>),
    /// A value with a tag of its own, such as `!secret x`.
    Tagged(String, Box<Self>),
}

impl Tree {
    /// The value that `path` leads to.
    #[must_use]
    pub fn get(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |tree, key| tree.child(key))
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The boolean that the product reads where it expects one: YAML 1.1's
    /// words too.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            Self::Text(word) => match word.as_str() {
                "y" | "Y" | "yes" | "on" => Some(true),
                "n" | "N" | "no" | "off" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// What kind of value it is, for a message.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "true or false",
            Self::Int(_) => "a whole number",
            Self::Float(_) => "a number with a fraction",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "keys and values",
            Self::Tagged(..) => "a tagged value",
        }
    }

    /// The place of `key` among the entries, and its value.
    pub(super) fn find(&self, key: &str) -> Option<(usize, &Self)> {
        let Self::Map(entries) = self else {
            return None;
        };
        let mut numbered = entries.iter().enumerate();
        numbered.find_map(|(index, (name, value))| (name == key).then_some((index, value)))
    }

    fn child(&self, key: &str) -> Option<&Self> {
        self.find(key).map(|(_, value)| value)
    }
}

impl PartialEq for Tree {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            // By bits, so that a file with `.nan` equals itself.
            (Self::Float(a), Self::Float(b)) => a.to_bits() == b.to_bits(),
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::List(a), Self::List(b)) => a == b,
            (Self::Map(a), Self::Map(b)) => a == b,
            (Self::Tagged(a, x), Self::Tagged(b, y)) => a == b && x == y,
            _ => false,
        }
    }
}

impl Eq for Tree {}

impl From<&NewValue> for Tree {
    fn from(value: &NewValue) -> Self {
        match value {
            NewValue::Bool(value) => Self::Bool(*value),
            NewValue::Int(value) => Self::Int(i128::from(*value)),
            NewValue::Text(text) => Self::Text(text.clone()),
            NewValue::TextList(items) => {
                Self::List(items.iter().cloned().map(Self::Text).collect())
            }
        }
    }
}
