//! Reads a file into a [`Tree`], within bounds.

use core::{cell::Cell, cell::RefCell, fmt};
use std::collections::BTreeSet;

use openpass_auth::SafeText;
use serde::de::{
    Deserialize as _, DeserializeSeed, Deserializer, EnumAccess, Error, IgnoredAny, MapAccess,
    SeqAccess, VariantAccess as _, Visitor,
};

use super::{Position, Tree, YamlError};

/// How much the values may weigh, one a value and one a byte of text: a file
/// of [`MAX_BYTES`](super::MAX_BYTES) without aliases stays below it, and
/// aliases cannot blow up memory.
const BUDGET: usize = 4 << 20;

/// How many opening brackets a file may have, times its length. libyaml looks
/// at every open bracket for each word it reads: without a bound, a file of
/// [`MAX_BYTES`](super::MAX_BYTES) takes it more than ten minutes; with this
/// one, about a second. A file below 32 KiB may have as many as it likes.
const BRACKETS_TIMES_BYTES: usize = 1 << 30;

/// The values of `text`.
pub(super) fn read(text: &str) -> Result<Tree, YamlError> {
    bounded(text)?;
    let reader = Reader {
        budget: Cell::new(BUDGET),
        refusal: RefCell::new(None),
    };
    let mut documents = yaml_serde::Deserializer::from_str(text);
    let Some(first) = documents.next() else {
        return Ok(Tree::Null);
    };
    let tree = Value(&reader)
        .deserialize(first)
        .map_err(|error| reader.explain(&error))?;
    match documents.next() {
        None => Ok(tree),
        Some(second) => Err(several(text, second)),
    }
}

/// Refuses a file that would take too long. Brackets in quotes count too: to
/// tell them apart is what takes long.
fn bounded(text: &str) -> Result<(), YamlError> {
    let most = BRACKETS_TIMES_BYTES / text.len().max(1);
    match text.match_indices(['[', '{']).nth(most) {
        None => Ok(()),
        Some((offset, _)) => Err(YamlError::TooManyBrackets {
            at: Position::of(text, offset),
            brackets: most.saturating_add(1),
        }),
    }
}

/// A broken end of the file looks like a second document: tell them apart.
fn several(text: &str, second: yaml_serde::Deserializer<'_>) -> YamlError {
    match IgnoredAny::deserialize(second) {
        Err(error) if error.location().is_some() => syntax(&error),
        _ => YamlError::SeveralDocuments {
            at: second_document(text),
        },
    }
}

/// The last line that opens a document: a good guess for a message.
fn second_document(text: &str) -> Position {
    let opens = |line: &str| line == "---" || line.starts_with("--- ");
    let lines = text.lines().enumerate();
    let found = lines.filter(|(_, line)| opens(line)).last();
    let line = found.map_or(1, |(index, _)| index + 1);
    Position { line, column: 1 }
}

fn syntax(error: &yaml_serde::Error) -> YamlError {
    let message = error.to_string();
    // The place is said once, before the message.
    let problem = message.split(" at line ").next().unwrap_or(&message);
    YamlError::Syntax {
        at: position(error),
        problem: SafeText::escape(problem),
    }
}

fn position(error: &yaml_serde::Error) -> Position {
    error.location().map_or(Position::START, |at| Position {
        line: at.line(),
        column: at.column(),
    })
}

/// What is carried through the file while it is read.
struct Reader {
    budget: Cell<usize>,
    refusal: RefCell<Option<Refusal>>,
}

/// Why we ourselves stopped reading.
enum Refusal {
    TooManyValues,
    DuplicateKey(String),
    MergeKey,
    NullKey,
}

impl Reader {
    /// Stops reading; the parser adds the place.
    fn refuse<E: Error>(&self, refusal: Refusal) -> E {
        self.refusal.replace(Some(refusal));
        E::custom("refused")
    }

    fn charge<E: Error>(&self, weight: usize) -> Result<(), E> {
        match self.budget.get().checked_sub(weight) {
            Some(rest) => {
                self.budget.set(rest);
                Ok(())
            }
            None => Err(self.refuse(Refusal::TooManyValues)),
        }
    }

    fn explain(&self, error: &yaml_serde::Error) -> YamlError {
        let at = position(error);
        match self.refusal.take() {
            None => syntax(error),
            Some(Refusal::TooManyValues) => YamlError::TooManyValues { at },
            Some(Refusal::NullKey) => YamlError::NullKey { at },
            Some(Refusal::MergeKey) => YamlError::MergeKey { at },
            Some(Refusal::DuplicateKey(key)) => YamlError::DuplicateKey {
                at,
                key: SafeText::quoted(&key),
            },
        }
    }
}

/// Reads one value and all it holds.
#[derive(Clone, Copy)]
struct Value<'a>(&'a Reader);

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = Tree;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Tree, D::Error> {
        source.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Tree, E> {
        self.0.charge(1)?;
        Ok(Tree::Null)
    }

    /// A file without content.
    fn visit_none<E: Error>(self) -> Result<Tree, E> {
        self.visit_unit()
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Tree, E> {
        self.0.charge(1)?;
        Ok(Tree::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Tree, E> {
        self.visit_i128(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Tree, E> {
        self.visit_i128(value.into())
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<Tree, E> {
        self.0.charge(1)?;
        Ok(Tree::Int(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Tree, E> {
        self.0.charge(1)?;
        Ok(Tree::Float(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Tree, E> {
        self.0.charge(text.len().saturating_add(1))?;
        Ok(Tree::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut source: A) -> Result<Tree, A::Error> {
        self.0.charge(1)?;
        let mut items = Vec::new();
        while let Some(item) = source.next_element_seed(self)? {
            items.push(item);
        }
        Ok(Tree::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut source: A) -> Result<Tree, A::Error> {
        self.0.charge(1)?;
        let mut seen = BTreeSet::new();
        let mut entries = Vec::new();
        loop {
            let key = Key {
                reader: self.0,
                seen: &mut seen,
            };
            let Some(key) = source.next_key_seed(key)? else {
                return Ok(Tree::Map(entries));
            };
            entries.push((key, source.next_value_seed(self)?));
        }
    }

    fn visit_enum<A: EnumAccess<'de>>(self, source: A) -> Result<Tree, A::Error> {
        self.0.charge(1)?;
        let (tag, content) = source.variant::<String>()?;
        let value = content.newtype_variant_seed(self)?;
        Ok(Tree::Tagged(tag, Box::new(value)))
    }
}

/// Reads one key, as it is written: the product reads `1` and `"1"` alike.
struct Key<'a> {
    reader: &'a Reader,
    seen: &'a mut BTreeSet<String>,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<String, D::Error> {
        source.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for Key<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key of plain text")
    }

    fn visit_none<E: Error>(self) -> Result<String, E> {
        Err(self.reader.refuse(Refusal::NullKey))
    }

    fn visit_some<D: Deserializer<'de>>(self, source: D) -> Result<String, D::Error> {
        source.deserialize_str(self)
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<String, E> {
        self.reader.charge(key.len().saturating_mul(2))?;
        if key == "<<" {
            return Err(self.reader.refuse(Refusal::MergeKey));
        }
        if !self.seen.insert(key.to_owned()) {
            return Err(self.reader.refuse(Refusal::DuplicateKey(key.to_owned())));
        }
        Ok(key.to_owned())
    }
}
