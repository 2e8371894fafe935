//! A policy's text as words and signs, to look around a place that Cedar names.

use crate::engine::limits::{Tokens, is_word};

/// The words and signs of a text. Comments are passed over; a string is one, and so
/// is a sign of several characters, such as `==`.
pub(super) struct Pieces<'a> {
    text: &'a str,
    spans: Vec<(usize, usize)>,
    /// The pieces with which policies begin: `permit` or `forbid`.
    begins: Vec<usize>,
}

/// The most pieces within which a bracket's other end is looked for.
const REACH: usize = 20_000;

impl<'a> Pieces<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let mut spans: Vec<(usize, usize)> = Vec::new();
        let mut tokens = Tokens::of(text);
        let mut before = None;
        while let Some((start, first)) = tokens.next() {
            let end = tokens.place().unwrap_or(text.len());
            let joined = before.is_some_and(|before| is_one_sign(before, first));
            match spans.last_mut() {
                Some((_, ends)) if joined && *ends == start => *ends = end,
                _ => spans.push((start, end)),
            }
            before = Some(first);
        }
        let mut pieces = Self {
            text,
            spans,
            begins: Vec::new(),
        };
        let all = 0..pieces.len();
        let begins = all.filter(|piece| {
            matches!(pieces.word(*piece), "permit" | "forbid") && pieces.word(piece + 1) == "("
        });
        pieces.begins = begins.collect();
        pieces
    }

    /// Returns the number of policies that begin before `piece`.
    pub(super) fn policies_before(&self, piece: usize) -> usize {
        self.begins.partition_point(|begins| *begins < piece)
    }

    pub(super) const fn text(&self) -> &'a str {
        self.text
    }

    pub(super) const fn len(&self) -> usize {
        self.spans.len()
    }

    /// The piece at `offset`, or the next one.
    pub(super) fn at(&self, offset: usize) -> usize {
        self.spans.partition_point(|(_, end)| *end <= offset)
    }

    /// The piece, or nothing beyond the text.
    pub(super) fn word(&self, piece: usize) -> &'a str {
        let span = self.spans.get(piece);
        span.and_then(|(start, end)| self.text.get(*start..*end))
            .unwrap_or_default()
    }

    /// The piece so many before or behind another.
    pub(super) fn near(&self, piece: usize, by: isize) -> &'a str {
        let other = piece.checked_add_signed(by);
        other.map_or("", |other| self.word(other))
    }

    pub(super) fn start(&self, piece: usize) -> usize {
        let span = self.spans.get(piece);
        span.map_or(self.text.len(), |(start, _)| *start)
    }

    pub(super) fn end(&self, piece: usize) -> usize {
        let span = self.spans.get(piece);
        span.map_or(self.text.len(), |(_, end)| *end)
    }

    /// The text from one piece to another, both with it.
    pub(super) fn slice(&self, first: usize, last: usize) -> &'a str {
        let range = self.start(first)..self.end(last);
        self.text.get(range).unwrap_or_default()
    }

    /// The bracket that closes the one at `piece`.
    pub(super) fn closing(&self, piece: usize) -> Option<usize> {
        let mut open = 0_usize;
        for other in piece..self.len().min(piece.saturating_add(REACH)) {
            match self.word(other) {
                "(" | "[" | "{" => open += 1,
                ")" | "]" | "}" => {
                    open = open.checked_sub(1)?;
                    if open == 0 {
                        return Some(other);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// The innermost bracket that is open before `piece`.
    pub(super) fn opening(&self, piece: usize) -> Option<usize> {
        let mut closed = 0_usize;
        let end = piece.min(self.len());
        for other in (end.saturating_sub(REACH)..end).rev() {
            match self.word(other) {
                ")" | "]" | "}" => closed += 1,
                "(" | "[" | "{" if closed == 0 => return Some(other),
                "(" | "[" | "{" => closed -= 1,
                _ => {}
            }
        }
        None
    }

    /// Returns the first piece of the operand that ends with `piece`: a path, a call,
    /// an entity, a bracket.
    pub(super) fn operand_from(&self, piece: usize) -> usize {
        let mut first = piece;
        loop {
            if matches!(self.word(first), ")" | "]") {
                let Some(opening) = self.opening(first) else {
                    return first;
                };
                first = opening;
                let called = self.near(first, -1);
                if is_name(called) || (self.word(first) == "[" && called == ")") {
                    first -= 1;
                    continue;
                }
            }
            match self.near(first, -1) {
                "." | "::" if first >= 2 => first -= 2,
                "!" | "-" if first >= 1 => return first - 1,
                _ => return first,
            }
        }
    }

    /// Returns the last piece of the operand that begins with `piece`.
    pub(super) fn operand_to(&self, piece: usize) -> usize {
        let mut last = piece;
        while matches!(self.word(last), "!" | "-") {
            last += 1;
        }
        if matches!(self.word(last), "(" | "[") {
            last = self.closing(last).unwrap_or(last);
        }
        loop {
            match self.near(last, 1) {
                "." | "::" => last += 2,
                "(" | "[" if is_name(self.word(last)) || self.word(last) == ")" => {
                    match self.closing(last + 1) {
                        Some(closing) => last = closing,
                        None => return last,
                    }
                }
                _ => return last.min(self.len().saturating_sub(1)),
            }
        }
    }
}

/// Whether a sign goes on with `next`.
const fn is_one_sign(before: char, next: char) -> bool {
    const fn is_operator(sign: char) -> bool {
        matches!(sign, '=' | '!' | '<' | '>' | '&' | '|' | '~')
    }
    (is_operator(before) && is_operator(next)) || (before == ':' && next == ':')
}

/// Whether a piece is a word that can be called or looked into.
pub(super) fn is_name(piece: &str) -> bool {
    const KEYWORDS: [&str; 14] = [
        "in", "is", "has", "like", "if", "then", "else", "when", "unless", "permit", "forbid",
        "and", "or", "not",
    ];
    piece.starts_with(|first: char| is_word(first) && !first.is_ascii_digit())
        && !KEYWORDS.contains(&piece)
}

/// The text of a piece that is a string.
pub(super) fn string(piece: &str) -> Option<&str> {
    let content = piece.strip_prefix('"')?;
    content.strip_suffix('"')
}
