//! Has libyaml read the file too, and compares.

use core::{cell::Cell, fmt};

use openpass_auth::SafeText;
use serde::de::{
    Deserialize as _, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess,
    Visitor,
};

use super::{Position, Tree, YamlError, tree::Content};

/// Refuses `text` unless libyaml reads the keys, lists and texts of `tree`, or
/// nothing where `tree` is none.
pub(super) fn with_libyaml(text: &str, tree: Option<&Tree>) -> Result<(), YamlError> {
    let mut documents = yaml_serde::Deserializer::from_str(text);
    let differs = Cell::new(tree.map_or(1, Tree::line));
    match (documents.next(), tree) {
        (None, None) => return Ok(()),
        (Some(first), Some(tree)) => {
            let seed = Expected {
                tree,
                differs: &differs,
            };
            if let Err(error) = seed.deserialize(first) {
                return Err(refused(&error, differs.get()));
            }
        }
        // An empty document is null to one, and none to the other.
        (Some(first), None) => {
            let empty = <()>::deserialize(first);
            empty.map_err(|_| two_ways(differs.get()))?;
        }
        (None, Some(_)) => return Err(two_ways(differs.get())),
    }
    match documents.next() {
        None => Ok(()),
        Some(_) => Err(two_ways(differs.get())),
    }
}

/// Returns what libyaml finds wrong with `text`, if it finds anything.
pub(super) fn syntax(text: &str) -> Option<YamlError> {
    let mut documents = yaml_serde::Deserializer::from_str(text);
    let error = documents.find_map(|document| IgnoredAny::deserialize(document).err())?;
    error.location().is_some().then(|| of_libyaml(&error))
}

const DIFFERS: &str = "differs";

fn refused(error: &yaml_serde::Error, line: usize) -> YamlError {
    let message = error.to_string();
    let differs = message.contains(DIFFERS) || message.contains("invalid type");
    if differs || error.location().is_none() {
        return two_ways(line);
    }
    of_libyaml(error)
}

const fn two_ways(line: usize) -> YamlError {
    YamlError::ReadTwoWays {
        at: Position { line, column: 1 },
    }
}

fn of_libyaml(error: &yaml_serde::Error) -> YamlError {
    let message = error.to_string();
    // The place is said once, before the message.
    let problem = message.split(" at line ").next().unwrap_or(&message);
    YamlError::Syntax {
        at: error.location().map_or(Position::START, |at| Position {
            line: at.line(),
            column: at.column(),
        }),
        problem: SafeText::escape(problem),
    }
}

/// A value that libyaml must read.
#[derive(Clone, Copy)]
struct Expected<'a> {
    tree: &'a Tree,
    /// The line of the value that is compared.
    differs: &'a Cell<usize>,
}

impl<'a> Expected<'a> {
    const fn of(self, tree: &'a Tree) -> Self {
        Self {
            tree,
            differs: self.differs,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Expected<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<(), D::Error> {
        self.differs.set(self.tree.line());
        match self.tree.content() {
            Content::Scalar { text, .. } => source.deserialize_str(Text(text)),
            Content::List(_) => source.deserialize_seq(self),
            Content::Map(_) => source.deserialize_map(self),
        }
    }
}

impl<'de> Visitor<'de> for Expected<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(DIFFERS)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut source: A) -> Result<(), A::Error> {
        let Content::List(items) = self.tree.content() else {
            return Err(A::Error::custom(DIFFERS));
        };
        for item in items {
            let found = source.next_element_seed(self.of(item))?;
            found.ok_or_else(|| A::Error::custom(DIFFERS))?;
        }
        match source.next_element::<IgnoredAny>()? {
            None => Ok(()),
            Some(_) => Err(A::Error::custom(DIFFERS)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut source: A) -> Result<(), A::Error> {
        for (key, value) in self.tree.entries() {
            let found = source.next_key_seed(Text(key))?;
            found.ok_or_else(|| A::Error::custom(DIFFERS))?;
            source.next_value_seed(self.of(value))?;
        }
        match source.next_key::<IgnoredAny>()? {
            None => Ok(()),
            Some(_) => Err(A::Error::custom(DIFFERS)),
        }
    }
}

/// A text that libyaml must read.
struct Text<'a>(&'a str);

impl<'de> DeserializeSeed<'de> for Text<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_str(self)
    }
}

impl Visitor<'_> for Text<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(DIFFERS)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        // An empty place is `~` to one parser, and no text to the other.
        if text == self.0 || (text.is_empty() && self.0 == "~") {
            return Ok(());
        }
        Err(E::custom(DIFFERS))
    }
}
