//! Assuan's lines, as far as pinentry needs them (libassuan's manual, "Server
//! responses").

use openpass_auth::AuthError;
use zeroize::{Zeroize as _, Zeroizing};

use super::connection::broken;
use crate::buffer::Buffer;

/// The longest line, either way, without its newline.
pub(super) const LINE: usize = 1000;

/// The bytes that have come and were not read yet. The buffer never grows, and is
/// wiped.
pub(super) struct Received {
    bytes: Zeroizing<Vec<u8>>,
    filled: usize,
}

impl Default for Received {
    fn default() -> Self {
        Self {
            // One more for the newline.
            bytes: Zeroizing::new(vec![0; LINE + 1]),
            filled: 0,
        }
    }
}

impl Received {
    fn here(&self) -> &[u8] {
        self.bytes.get(..self.filled).unwrap_or_default()
    }

    pub(super) fn room(&mut self) -> &mut [u8] {
        self.bytes.get_mut(self.filled..).unwrap_or_default()
    }

    /// Notes that so many bytes were put into the room.
    pub(super) fn has(&mut self, count: usize) {
        self.filled = (self.filled + count).min(self.bytes.len());
    }

    pub(super) fn is_full(&self) -> bool {
        self.filled >= self.bytes.len()
    }

    pub(super) fn has_line(&self) -> bool {
        self.here().contains(&b'\n')
    }

    /// The first line, without its newline.
    pub(super) fn line(&self) -> &[u8] {
        self.here()
            .split(|byte| *byte == b'\n')
            .next()
            .unwrap_or_default()
    }

    pub(super) fn forget_line(&mut self) {
        let used = (self.line().len() + 1).min(self.filled);
        self.bytes.copy_within(used..self.filled, 0);
        self.filled -= used;
        self.room().zeroize();
    }
}

/// A line from pinentry.
pub(super) enum Line<'a> {
    Ok,
    Err(u32),
    Data(&'a [u8]),
    /// Pinentry says that it got the passphrase from a cache, so that nobody was asked.
    FromCache,
    /// A status or a comment: nothing to do.
    Remark,
    Other,
}

impl<'a> Line<'a> {
    pub(super) fn of(line: &'a [u8]) -> Self {
        let (word, rest) = match line.iter().position(|byte| *byte == b' ') {
            Some(at) => (line.get(..at), line.get(at + 1..)),
            None => (Some(line), None),
        };
        let (word, rest) = (word.unwrap_or_default(), rest.unwrap_or_default());
        match word {
            b"OK" => Self::Ok,
            b"ERR" => code(rest).map_or(Self::Other, Self::Err),
            b"D" => Self::Data(rest),
            b"S" if rest.starts_with(b"PASSWORD_FROM_CACHE") => Self::FromCache,
            b"S" => Self::Remark,
            _ if word.first() == Some(&b'#') => Self::Remark,
            _ => Self::Other,
        }
    }
}

/// An error's code: the lower 16 bits of the number (libgpg-error, gpg_error.h).
fn code(rest: &[u8]) -> Option<u32> {
    let number = rest.split(|byte| *byte == b' ').next()?;
    let number: u32 = core::str::from_utf8(number).ok()?.parse().ok()?;
    Some(number & 0xffff)
}

/// Undoes Assuan's escapes, byte by byte into a buffer that is wiped.
pub(super) fn decode(encoded: &[u8], into: &mut Buffer) -> Result<(), AuthError> {
    let wrong = || broken("pinentry sent data that is wrongly escaped");
    let mut bytes = encoded.iter();
    while let Some(byte) = bytes.next() {
        if *byte != b'%' {
            into.push(*byte);
            continue;
        }
        let mut digit = || char::from(*bytes.next()?).to_digit(16);
        let (Some(high), Some(low)) = (digit(), digit()) else {
            return Err(wrong());
        };
        into.push(u8::try_from(high * 16 + low).map_err(|_| wrong())?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &[u8]) -> Option<Vec<u8>> {
        let mut buffer = Buffer::new();
        decode(text, &mut buffer).ok()?;
        Some(buffer.finish().unwrap().to_vec())
    }

    #[test]
    fn escapes_are_undone_once() {
        assert_eq!(decoded(b"a%25%0a b%2525"), Some(b"a%\n b%25".to_vec()));
        for wrong in [b"%".as_slice(), b"%2", b"%zz", b"a%2"] {
            assert_eq!(decoded(wrong), None);
        }
    }

    #[test]
    fn lines_are_told_by_their_first_word() {
        assert!(matches!(Line::of(b"OK"), Line::Ok));
        assert!(matches!(Line::of(b"OK closing connection"), Line::Ok));
        assert!(matches!(Line::of(b"D OK"), Line::Data(b"OK")));
        assert!(matches!(
            Line::of(b"S PASSWORD_FROM_CACHE"),
            Line::FromCache
        ));
        assert!(matches!(Line::of(b"S PIN_REPEATED"), Line::Remark));
        assert!(matches!(Line::of(b"# OK"), Line::Remark));
        // 83886179 is pinentry's own: source 5, code 99.
        assert!(matches!(Line::of(b"ERR 83886179 canceled"), Line::Err(99)));
        for other in [
            b"".as_slice(),
            b"OKAY",
            b"ok",
            b"ERR",
            b"ERR x",
            b"INQUIRE x",
        ] {
            assert!(matches!(Line::of(other), Line::Other), "{other:?}");
        }
    }

    #[test]
    fn what_was_received_leaves_nothing_behind() {
        let mut received = Received::default();
        let bytes = b"D secret\nOK\n";
        received.room()[..bytes.len()].copy_from_slice(bytes);
        received.filled = bytes.len();
        assert_eq!(received.line(), b"D secret");
        received.forget_line();
        assert_eq!(received.line(), b"OK");
        assert!(!received.bytes.windows(3).any(|piece| piece == b"ret"));
    }
}
