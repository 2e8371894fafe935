//! Reads a file into a [`Tree`], within bounds.

use granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle, ScanError, Span, Tag};
use openpass_auth::SafeText;

use super::{
    Position, Tree, YamlError, agree,
    build::{Builder, DEPTH},
    tree::Content,
};

/// The greatest product of a file's opening brackets and its length. libyaml
/// looks at every open bracket for each word it reads: without a bound, a file
/// of [`MAX_BYTES`](super::MAX_BYTES) takes it more than ten minutes; with this
/// bound, about a second. A file below 32 KiB may have any number of brackets.
const BRACKETS_TIMES_BYTES: usize = 1 << 30;

/// The prefix that `!!` stands for.
const CORE: &str = "tag:yaml.org,2002:";

/// The values of `text`, on which two parsers agree.
///
/// INVARIANT: granit-parser says how values are written, their tags and
/// anchors; libyaml, whose port is in the product, must see the same keys,
/// lists and texts. What the two read differently is refused, so no comment or
/// line break can hide from us what the product reads.
pub(super) fn read(text: &str) -> Result<Tree, YamlError> {
    bounded(text)?;
    printable(text)?;
    let tree = match built(text) {
        Ok(tree) => tree,
        Err(refused @ YamlError::Syntax { .. }) => {
            // libyaml's words, where it refuses the file too.
            return Err(agree::syntax(text).unwrap_or(refused));
        }
        Err(refused) => return Err(refused),
    };
    agree::with_libyaml(text, tree.as_ref())?;
    Ok(tree.unwrap_or_else(|| Tree::null(1)))
}

fn built(text: &str) -> Result<Option<Tree>, YamlError> {
    let mut builder = Builder::default();
    for event in Parser::new_from_str_with_options(text, options()) {
        let (event, span) = event.map_err(|error| syntax(&error))?;
        take(&mut builder, event, span)?;
    }
    Ok(builder.finish())
}

/// Reads as libyaml does, where the two differ.
fn options() -> Options {
    let mut options = Options::default();
    options.set_emit_comments(false);
    options.block_scalar_eof_without_line_feed = true;
    options.flow_nesting_limit = DEPTH + 1;
    options.block_nesting_limit = DEPTH + 1;
    options
}

fn take(builder: &mut Builder, event: Event<'_>, span: Span) -> Result<(), YamlError> {
    let at = position(span);
    match event {
        Event::DocumentStart(..) => builder.document(at),
        Event::Scalar(text, style, anchor, tag) => {
            let content = Content::Scalar {
                text: text.into_owned(),
                plain: style == ScalarStyle::Plain,
            };
            let tree = Tree::new(at.line, tag.as_deref().and_then(short), content);
            builder.add(at, tree.anchored(anchor))
        }
        Event::SequenceStart(_, anchor, tag) => {
            let tag = tag.as_deref().and_then(short);
            let list = Tree::new(at.line, tag, Content::List(Vec::new()));
            builder.open(at, list.anchored(anchor))
        }
        Event::MappingStart(_, anchor, tag) => {
            let tag = tag.as_deref().and_then(short);
            let map = Tree::new(at.line, tag, Content::Map(Vec::new()));
            builder.open(at, map.anchored(anchor))
        }
        Event::SequenceEnd | Event::MappingEnd => builder.close(),
        Event::Alias(anchor) => builder.alias(at, anchor),
        _ => Ok(()),
    }
}

/// A tag in its short form. `!` alone says nothing to the product.
fn short(tag: &Tag) -> Option<String> {
    if let Some(core) = tag.suffix_in_namespace(CORE) {
        return Some(format!("!!{core}"));
    }
    let (handle, suffix) = tag.parts();
    let whole = format!("{handle}{suffix}");
    (whole != "!").then_some(whole)
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

/// Refuses characters that no YAML file may have. The parsers do not say where
/// they are.
fn printable(text: &str) -> Result<(), YamlError> {
    let is_allowed = |character: char| match character {
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' => true,
        '\u{feff}' | '\u{fffe}' | '\u{ffff}' => false,
        character => character >= '\u{a0}',
    };
    let mut characters = text.char_indices();
    match characters.find(|(_, character)| !is_allowed(*character)) {
        None => Ok(()),
        Some((offset, _)) => Err(YamlError::ControlCharacter {
            at: Position::of(text, offset),
        }),
    }
}

fn position(span: Span) -> Position {
    Position {
        line: span.start.line().max(1),
        column: span.start.col().saturating_add(1),
    }
}

fn syntax(error: &ScanError) -> YamlError {
    let at = error.marker();
    let at = Position {
        line: at.line().max(1),
        column: at.col().saturating_add(1),
    };
    if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
        return YamlError::TooDeep { at };
    }
    YamlError::Syntax {
        at,
        problem: SafeText::escape(&error.info()),
    }
}
