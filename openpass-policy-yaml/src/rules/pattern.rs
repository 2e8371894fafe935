//! Path patterns, as the product matches them, in what Cedar can say.

use super::Beginning;
use crate::{
    problem::Complaint,
    quote::{self, Part},
};

/// A pattern for paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    text: String,
    pub(crate) line: usize,
    /// The reason why Cedar cannot say the pattern, where it cannot.
    pub(crate) inexpressible: Option<&'static str>,
}

type Noted = (Pattern, Option<&'static str>);

impl Pattern {
    /// Makes the pattern, and a note if something about it is worth knowing.
    pub(crate) fn new(text: &str, line: usize) -> Result<Noted, Complaint> {
        let text = text.trim();
        refuse(text)?;
        let pattern = Self {
            text: text.to_owned(),
            line,
            inexpressible: inexpressible(text),
        };
        Ok((pattern, note(text)))
    }

    /// Returns the beginning of the paths that the pattern matches, where that can be
    /// said.
    pub(crate) fn beginning(&self) -> Option<Beginning> {
        Beginning::of(&self.text)
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Returns the term that must hold of the cleaned path in `subject`, and of
    /// `from_home`, that path with the home folder written as `~`. `None`: the pattern
    /// matches always.
    ///
    /// In the product's order: `*` is all; the text itself; Go's `path.Match`;
    /// a final `/**` or `/` is that folder and what is below; a text without a
    /// star is a folder, too; `~/` is the home folder.
    pub(crate) fn test(&self, subject: &str, from_home: &str) -> Option<String> {
        if self.text == "*" {
            return None;
        }
        let mut ways = ways(&self.text, subject);
        if self.text.starts_with("~/") {
            ways.extend(self::ways(&self.text, from_home));
        }
        Some(match ways.as_slice() {
            [one] => one.clone(),
            _ => format!("({})", ways.join(" || ")),
        })
    }
}

/// The ways a path can match, each a term of its own.
fn ways(text: &str, subject: &str) -> Vec<String> {
    let folder = text.strip_suffix("/**").or_else(|| text.strip_suffix('/'));
    let below = |folder: &str| {
        let mut parts: Vec<Part> = folder.chars().map(Part::Char).collect();
        let exact = format!("{subject} == {}", quote::literal(folder));
        parts.extend([Part::Char('/'), Part::Any]);
        [exact, format!("{subject} like {}", quote::like(&parts))]
    };
    let is_literal = |text: &str| !text.contains(['*', '\\']);
    match folder {
        Some(folder) if !folder.is_empty() && is_literal(folder) => below(folder).into(),
        None if is_literal(text) => below(text).into(),
        _ => {
            let mut ways = vec![glob(text, subject)];
            if text.contains('\\') {
                ways.push(format!("{subject} == {}", quote::literal(text)));
            }
            if let Some(folder) = folder.filter(|folder| !folder.is_empty()) {
                ways.extend(below(folder));
            }
            if !text.contains('*') && text != "/" {
                ways.extend(below(text));
            }
            ways
        }
    }
}

/// Go's `path.Match`: a star matches anything but a slash. Cedar's matches a
/// slash too. The pattern's own slashes each take one of the path's, so a path
/// with no more slashes than the pattern has none left for a star.
fn glob(text: &str, subject: &str) -> String {
    let parts = parts(text);
    if !parts.contains(&Part::Any) {
        let literal: String = parts
            .iter()
            .filter_map(|part| match part {
                Part::Char(c) => Some(*c),
                Part::Any => None,
            })
            .collect();
        return format!("{subject} == {}", quote::literal(&literal));
    }
    let slashes = parts
        .iter()
        .filter(|part| **part == Part::Char('/'))
        .count();
    let mut more = vec![Part::Any];
    (0..=slashes).for_each(|_| more.extend([Part::Char('/'), Part::Any]));
    let deeper = format!("!({subject} like {})", quote::like(&more));
    if parts == [Part::Any] {
        return deeper;
    }
    format!("({subject} like {} && {deeper})", quote::like(&parts))
}

fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => parts.extend(characters.next().map(Part::Char)),
            '*' if parts.last() == Some(&Part::Any) => {}
            '*' => parts.push(Part::Any),
            _ => parts.push(Part::Char(character)),
        }
    }
    parts
}

/// The characters that no backslash stands before, and whether one stands
/// before nothing.
fn unescaped(text: &str) -> (Vec<char>, bool) {
    let mut plain = Vec::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' if characters.next().is_none() => return (plain, true),
            '\\' => {}
            _ => plain.push(character),
        }
    }
    (plain, false)
}

fn inexpressible(text: &str) -> Option<&'static str> {
    let (plain, _) = unescaped(text);
    if plain.contains(&'[') {
        Some("a class of characters (`[…]`)")
    } else if plain.contains(&'?') {
        Some("`?` for one character")
    } else {
        None
    }
}

fn note(text: &str) -> Option<&'static str> {
    if text.contains('{') {
        return Some(
            "`{` and `}` in a path are plain characters, as in OpenPass: they list no alternatives",
        );
    }
    let inner = text.strip_suffix("/**").unwrap_or(text);
    if inner.contains("**") || text == "/**" {
        Some("`**` matches one level here, as in OpenPass; only a final `/**` goes deeper")
    } else if text.ends_with("/**") && inner.contains('*') {
        Some("`/**` after a `*` matches one level only, as in OpenPass")
    } else {
        None
    }
}

/// Refuses a pattern that matches other paths than its author can have meant, or paths
/// that nobody can tell.
fn refuse(text: &str) -> Result<(), Complaint> {
    let (plain, dangling) = unescaped(text);
    let closes = plain.iter().rposition(|c| *c == ']') > plain.iter().position(|c| *c == '[');
    if dangling || (plain.contains(&'[') && !closes) {
        return Err(bad_glob(text));
    }
    let odd = |product: &str, help: &str| {
        let message = format!("the path {} does not mean what it says", quote::shown(text));
        Err(Complaint::new(message, product, help))
    };
    let mut segments: Vec<&str> = text.split('/').collect();
    if segments.len() > 1 && segments.last() == Some(&"") {
        segments.pop();
    }
    let named = segments.iter().position(|segment| *segment != "..");
    let strays = |segment: &&str| matches!(*segment, "." | "..");
    if text.is_empty() {
        odd(
            "compares with an empty path",
            "write a path, or remove the condition",
        )
    } else if text == "." {
        odd("lets it match every path", "write `*` for every path")
    } else if segments.iter().skip(1).any(|segment| segment.is_empty()) {
        odd(
            "reads `//` as one slash in some places, and matches nothing in others",
            "write one slash",
        )
    } else if segments
        .iter()
        .skip(named.unwrap_or(segments.len()))
        .any(strays)
    {
        odd(
            "compares it with paths from which `.` and `..` are removed, so it matches nothing",
            "write the path without `.` and `..`",
        )
    } else if text.starts_with("~/") && text.contains('*') && text.ends_with('/') {
        odd(
            "may drop the final slash",
            "write `/**` at the end, or nothing",
        )
    } else {
        Ok(())
    }
}

fn bad_glob(text: &str) -> Complaint {
    Complaint::new(
        format!("{} is a broken pattern", quote::shown(text)),
        "takes the pattern for a plain folder name, so that it matches other paths",
        "close the bracket, or write the path without `[` and `\\`",
    )
}
