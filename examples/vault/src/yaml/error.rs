//! The reasons why a file was not read or an edit not made.

use core::fmt;

use openpass_auth::SafeText;

/// The reason why a YAML file was not read, or an edit not made. Nothing was
/// changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum YamlError {
    /// The file is longer than [`MAX_BYTES`](super::MAX_BYTES).
    #[error("the file has {size} bytes, and no more than {limit} are read; shorten it by hand")]
    TooLarge {
        /// The file's length in bytes.
        size: usize,
        /// The most bytes that are read.
        limit: usize,
    },
    /// The file holds bytes that are not UTF-8.
    #[error("{at}: the file is not UTF-8 text; save it as UTF-8")]
    NotUtf8 {
        /// The first such byte.
        at: Position,
    },
    /// A character that no YAML file may have.
    #[error("{at}: this invisible character is not allowed in YAML; remove it by hand")]
    ControlCharacter {
        /// The character.
        at: Position,
    },
    /// The file has so many brackets, and is so long, that reading it could take minutes.
    #[error(
        "{at}: with {brackets} brackets up to here the file is too long to be read; write lists \
         with one item a line instead"
    )]
    TooManyBrackets {
        /// The first bracket that is too many.
        at: Position,
        /// The number of brackets up to that place.
        brackets: usize,
    },
    /// The file is not YAML.
    #[error("{at}: this is not YAML that can be read ({problem}); correct it by hand")]
    Syntax {
        /// The place at which reading stopped.
        at: Position,
        /// The parser's message.
        problem: SafeText,
    },
    /// There is more than one document in the file.
    #[error("{at}: a second document begins; leave one document in the file")]
    SeveralDocuments {
        /// The start of the second document.
        at: Position,
    },
    /// A mapping has the same key twice, and readers differ on which holds.
    #[error("{at}: the key {key} is there twice; remove one of the two by hand")]
    DuplicateKey {
        /// The second one.
        at: Position,
        /// The key.
        key: SafeText,
    },
    /// A key is null, which the product passes over.
    #[error("{at}: this key is null; write a key")]
    NullKey {
        /// The key.
        at: Position,
    },
    /// A key is an alias, a list, a mapping, tagged, or `<<` in quotes.
    #[error("{at}: this key is not plain text; write it out without a tag or an alias")]
    OddKey {
        /// The key.
        at: Position,
    },
    /// An alias stands inside the value that it stands for.
    #[error("{at}: this alias stands for a value that it is a part of; write the value out")]
    AliasLoop {
        /// The alias.
        at: Position,
    },
    /// Lists and mappings lie too deep inside each other.
    #[error("{at}: values nest too deep here to be read; write the file in a flatter way")]
    TooDeep {
        /// The first one too deep.
        at: Position,
    },
    /// Two parsers read different values, so the product may read others than
    /// are read here.
    #[error(
        "{at}: two parsers read the file differently from here on; look for unusual line breaks, \
         tabs or invisible characters there, and write it in a plainer way"
    )]
    ReadTwoWays {
        /// The first value that differs.
        at: Position,
    },
    /// Aliases make the file many times as large as it looks.
    #[error("{at}: aliases repeat too much of the file; write the values out by hand")]
    TooManyValues {
        /// The place at which reading stopped.
        at: Position,
    },
    /// The file holds something else than a mapping of keys to values.
    #[error("{at}: the file must hold keys and values, not {found}; correct it by hand")]
    RootNotMapping {
        /// The start of the file's value.
        at: Position,
        /// The kind of value that the file holds.
        found: &'static str,
    },
    /// A value is of another kind than the one asked for.
    #[error("{at}: {path} must be {expected}, not {found}; correct it by hand")]
    WrongKind {
        /// The place of the value's key.
        at: Position,
        /// The keys that lead to it.
        path: SafeText,
        /// The kind of value that was asked for.
        expected: &'static str,
        /// The kind of value that is there.
        found: &'static str,
    },
    /// This edit cannot be made without a risk to the rest of the file.
    #[error("{at}: {path} was not changed, since {why}; change it by hand")]
    Unsupported {
        /// The place of the obstacle.
        at: Position,
        /// The keys that lead to the value.
        path: SafeText,
        /// The obstacle.
        why: Obstacle,
    },
}

/// The obstacle that keeps an edit from being made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Obstacle {
    /// The edit names no key.
    #[error("no key was named")]
    EmptyPath,
    /// The value or one above it is an alias.
    #[error("an alias stands for a value that is written elsewhere")]
    Alias,
    /// The value or one above it is anchored.
    #[error("an anchor marks a value that may be used elsewhere too")]
    Anchor,
    /// A merge key takes in the value or one above it.
    #[error("a merge key (`<<`) takes the value in from elsewhere")]
    MergeKey,
    /// The value or one above it has a tag.
    #[error("a tag says how to read the value")]
    Tag,
    /// A key on the way has a value that holds no keys.
    #[error("a value that holds no keys is in the way")]
    NotAMapping,
    /// A mapping or list would give way to another kind of value.
    #[error("a value of another kind is written there")]
    OtherKind,
    /// The entry shares its line with something, or is written in a rare way.
    #[error("it is written in a way that is not edited here")]
    Layout,
    /// A comment stands inside what would go.
    #[error("a comment inside the braces would be lost")]
    Comment,
    /// The file has line breaks that YAML versions do not agree on.
    #[error("the file has a line break other than LF or CRLF")]
    LineBreak,
    /// The two parsers do not see the same file.
    #[error("two parsers read the file differently")]
    Disagreement,
    /// The new text does not hold exactly the values it should.
    #[error("the new text would not hold exactly the values it should")]
    ValuesDiffer,
    /// A line outside the entry would have changed.
    #[error("a line outside the entry would have changed")]
    LinesDiffer,
    /// The new text would be longer than what is read again.
    #[error("the new text would be too long to be read again")]
    TooLong,
}

/// A place in the file, counted from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character in the line.
    pub column: usize,
}

impl Position {
    pub(super) const START: Self = Self { line: 1, column: 1 };

    /// The place of the byte at `offset`.
    pub(super) fn of(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.rsplit('\n').next().unwrap_or(before);
        Self {
            line: before.matches('\n').count() + 1,
            column: line.chars().count() + 1,
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}
