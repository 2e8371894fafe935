//! The buffer in which a passphrase is typed.

use zeroize::Zeroizing;

use crate::{Passphrase, PassphraseError, not_dumpable};

/// A wiped buffer that never grows: growing would leave a copy behind.
///
/// What does not fit is dropped and remembered as an overflow, so that a cut
/// passphrase can never pass for the whole one.
pub(crate) struct Buffer {
    bytes: Zeroizing<Vec<u8>>,
    overflowed: bool,
}

impl Buffer {
    pub(crate) fn new() -> Self {
        // INVARIANT: every passphrase begins in a buffer, so none is in memory
        // before this. A host hears of a failure at its start.
        drop(not_dumpable());
        Self {
            bytes: Zeroizing::new(Vec::with_capacity(Passphrase::MAX_BYTES)),
            overflowed: false,
        }
    }

    pub(crate) fn push(&mut self, byte: u8) {
        if self.bytes.len() < Passphrase::MAX_BYTES {
            self.bytes.push(byte);
        } else {
            self.overflowed = true;
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Returns the number of characters, counting a broken character as one.
    pub(crate) fn characters(&self) -> usize {
        self.bytes.iter().filter(|byte| starts(**byte)).count()
    }

    /// Takes back the last character, all of its bytes.
    pub(crate) fn pop_character(&mut self) {
        while let Some(byte) = self.bytes.pop() {
            if starts(byte) {
                return;
            }
        }
    }

    /// Takes back the last word and the blanks behind it.
    pub(crate) fn pop_word(&mut self) {
        while self.bytes.last() == Some(&b' ') {
            self.pop_character();
        }
        while self.bytes.last().is_some_and(|byte| *byte != b' ') {
            self.pop_character();
        }
    }

    /// Takes everything back, an overflow too.
    pub(crate) fn clear(&mut self) {
        while self.bytes.pop().is_some() {}
        self.overflowed = false;
    }

    /// Whether more came than fits.
    pub(crate) const fn overflowed(&self) -> bool {
        self.overflowed
    }

    /// The bytes, in the allocation they were typed into.
    pub(crate) fn finish(self) -> Result<Zeroizing<Vec<u8>>, PassphraseError> {
        if self.overflowed {
            return Err(PassphraseError::TooLong);
        }
        Ok(self.bytes)
    }
}

/// Whether a byte starts a character in UTF-8.
const fn starts(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Buffer {
        let mut buffer = Buffer::new();
        text.bytes().for_each(|byte| buffer.push(byte));
        buffer
    }

    #[test]
    fn it_never_moves_however_much_is_typed() {
        let mut buffer = Buffer::new();
        let place = buffer.bytes.as_ptr();
        (0..6000).for_each(|_| buffer.push(b'x'));
        assert_eq!(buffer.bytes.as_ptr(), place);
        assert_eq!(buffer.finish().unwrap_err(), PassphraseError::TooLong);
    }

    #[test]
    fn a_backspace_takes_a_whole_character() {
        let mut buffer = typed("aé€");
        buffer.pop_character();
        buffer.pop_character();
        assert_eq!(buffer.characters(), 1);
        assert_eq!(*buffer.finish().unwrap(), b"a");
    }

    #[test]
    fn control_w_takes_a_word() {
        let mut buffer = typed("correct horse  ");
        buffer.pop_word();
        assert_eq!(*buffer.finish().unwrap(), b"correct ");
    }

    #[test]
    fn clearing_forgives_an_overflow() {
        let mut buffer = typed(&"x".repeat(2000));
        buffer.clear();
        buffer.push(b'y');
        assert_eq!(*buffer.finish().unwrap(), b"y");
    }
}
