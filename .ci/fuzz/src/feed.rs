//! Values off the front of a fuzzer's bytes.

use std::borrow::Cow;

/// Bytes that were not used yet. At their end come zeros.
pub(crate) struct Feed<'a>(&'a [u8]);

impl<'a> Feed<'a> {
    pub(crate) const fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    pub(crate) fn flag(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u8) -> u8 {
        self.byte() % end
    }

    /// One of `all`.
    pub(crate) fn one<T: Clone>(&mut self, all: &[T]) -> T {
        let at = usize::from(self.byte()) % all.len();
        all.get(at).unwrap().clone()
    }

    /// As many bytes as the first one says, as far as there are any.
    pub(crate) fn part(&mut self) -> &'a [u8] {
        let length = usize::from(self.byte()).min(self.0.len());
        let (part, rest) = self.0.split_at(length);
        self.0 = rest;
        part
    }

    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.0
    }
}

/// The bytes as text.
pub(crate) fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// The first line, and what is behind it.
pub(crate) fn first_line(bytes: &[u8]) -> (Cow<'_, str>, &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n');
    let end = end.unwrap_or(bytes.len());
    let (line, rest) = bytes.split_at(end);
    (text(line), rest.get(1..).unwrap_or_default())
}
