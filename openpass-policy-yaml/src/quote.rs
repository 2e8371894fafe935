//! Text from outside, as it may stand in a message or in Cedar.

use openpass_auth::SafeText;

/// In double quotes, escaped and bounded.
pub(crate) fn shown(text: &str) -> String {
    SafeText::quoted(text).to_string()
}

/// Escaped and bounded.
pub(crate) fn plain(text: &str) -> String {
    SafeText::escape(text).to_string()
}

/// A Cedar string literal. Whatever draws nothing is written as its code, so
/// that what a person reads is what is in force.
pub(crate) fn literal(text: &str) -> String {
    let mut quoted = String::from("\"");
    text.chars().for_each(|c| push(&mut quoted, c, true));
    quoted.push('"');
    quoted
}

/// A pattern of Cedar's `like`: `*` stands for any text, and a literal star
/// is escaped.
pub(crate) fn like(parts: &[Part]) -> String {
    let mut quoted = String::from("\"");
    for part in parts {
        match part {
            Part::Any => quoted.push('*'),
            Part::Char('*') => quoted.push_str("\\*"),
            Part::Char(c) => push(&mut quoted, *c, true),
        }
    }
    quoted.push('"');
    quoted
}

/// One line of a Cedar comment.
pub(crate) fn comment(text: &str) -> String {
    let mut line = String::from("//");
    text.trim_end()
        .chars()
        .for_each(|c| push(&mut line, c, false));
    line
}

/// A part of a pattern: one character, or any text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Char(char),
    Any,
}

fn push(text: &mut String, character: char, in_string: bool) {
    match character {
        '"' | '\\' if in_string => text.extend(['\\', character]),
        '"' | '\\' => text.push(character),
        _ if is_plain(character) => text.push(character),
        _ => text.extend(character.escape_unicode()),
    }
}

fn is_plain(character: char) -> bool {
    let mut bytes = [0; 4];
    let text: &str = character.encode_utf8(&mut bytes);
    SafeText::escape(text).as_str() == text
}
