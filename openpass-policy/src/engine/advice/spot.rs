//! The place of an error, and what stands around it.

use super::{
    cure::Cure,
    known::{Known, Names},
    pieces::Pieces,
};

/// The most characters of Cedar that a message says to write.
const WRITTEN: usize = 400;

/// The place that Cedar names.
pub(super) struct Spot<'a> {
    pub(super) pieces: &'a Pieces<'a>,
    names: &'a Names<'a>,
    /// The piece at the place.
    pub(super) at: usize,
    /// The piece behind the last piece that the place covers.
    pub(super) to: usize,
    /// Cedar's words.
    pub(super) said: String,
}

impl<'a> Spot<'a> {
    pub(super) fn new(
        pieces: &'a Pieces<'a>,
        names: &'a Names<'a>,
        (offset, length): (usize, usize),
        said: String,
    ) -> Self {
        let at = pieces.at(offset);
        let mut to = at;
        while to < pieces.len() && pieces.start(to) < offset.saturating_add(length) {
            to += 1;
        }
        Self {
            pieces,
            names,
            at,
            to,
            said,
        }
    }

    pub(super) fn known(&self) -> &Known {
        self.names.get()
    }

    /// The piece so many from the place.
    pub(super) fn word(&self, by: isize) -> &'a str {
        self.pieces.near(self.at, by)
    }

    /// The policy that the place is in, by how many begin before it.
    pub(super) fn policy(&self) -> usize {
        self.pieces.policies_before(self.at)
    }

    /// The first piece that the place covers and that is one of `words`.
    pub(super) fn find(&self, words: &[&str]) -> Option<usize> {
        let to = self.to.max(self.at + 1);
        (self.at..to).find(|piece| words.contains(&self.pieces.word(*piece)))
    }

    /// The innermost bracket that is open at the place, with its piece.
    pub(super) fn opening(&self) -> Option<(usize, &'a str)> {
        let opening = self.pieces.opening(self.at)?;
        Some((opening, self.pieces.word(opening)))
    }

    /// The bracket that opens the head that the place is in.
    pub(super) fn scope(&self) -> Option<usize> {
        let mut opening = self.pieces.opening(self.at)?;
        // A head's lists stand in brackets of their own.
        if self.pieces.word(opening) == "[" {
            opening = self.pieces.opening(opening)?;
        }
        let before = self.pieces.near(opening, -1);
        (self.pieces.word(opening) == "(" && matches!(before, "permit" | "forbid"))
            .then_some(opening)
    }

    /// The operand that ends before `piece`, as it is written.
    pub(super) fn before(&self, piece: usize) -> Option<(usize, &'a str)> {
        let last = piece.checked_sub(1)?;
        let first = self.pieces.operand_from(last);
        Some((first, self.pieces.slice(first, last)))
    }

    /// The operand that begins behind `piece`, as it is written.
    pub(super) fn behind(&self, piece: usize) -> (usize, &'a str) {
        let last = self.pieces.operand_to(piece + 1);
        (last, self.pieces.slice(piece + 1, last))
    }

    /// A mistake at the place, with the piece of Cedar to write.
    pub(super) fn cure(&self, message: impl Into<String>, help: impl Into<String>) -> Cure {
        self.cure_at(self.at, self.at, message, help)
    }

    /// A mistake from one piece to another.
    pub(super) fn cure_at(
        &self,
        first: usize,
        last: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Cure {
        let span = (self.pieces.start(first), self.pieces.end(last));
        Cure::new(span, message, help)
    }
}

/// `write …`, with Cedar in backticks.
pub(super) fn write(cedar: &str) -> String {
    let mut shown = cedar.chars();
    let start: String = shown.by_ref().take(WRITTEN).collect();
    let rest = if shown.next().is_some() { "…" } else { "" };
    format!("write `{start}{rest}`")
}
