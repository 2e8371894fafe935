//! The secret itself.

use core::fmt;

use zeroize::Zeroizing;

use crate::buffer::Buffer;

/// A passphrase: UTF-8, not empty, at most [`MAX_BYTES`](Self::MAX_BYTES).
///
/// It lies in one allocation that never grows, so that no copy stays behind,
/// and is wiped when dropped. `Debug` shows nothing of it, not even its
/// length. It is neither `Clone` nor comparable.
///
/// ```
/// use openpass_auth_passphrase::{Passphrase, PassphraseError};
///
/// let passphrase = Passphrase::new(b"correct horse")?;
/// assert_eq!(passphrase.expose(), "correct horse");
/// assert_eq!(format!("{passphrase:?}"), "Passphrase(..)");
/// assert_eq!(Passphrase::new(b"").unwrap_err(), PassphraseError::Empty);
/// # Ok::<(), PassphraseError>(())
/// ```
// INVARIANT: no NUL and no line break inside; `from_buffer` is the only way
// in. The identity verifier relies on it: a passphrase of NULs would open an
// identity whose key is not bound to any passphrase.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// The longest passphrase, in bytes.
    pub const MAX_BYTES: usize = 1024;

    /// Copies a passphrase; wiping `bytes` stays with the caller.
    ///
    /// # Errors
    ///
    /// [`PassphraseError`] when it is empty, too long, not UTF-8, or holds a
    /// NUL or a line break.
    pub fn new(bytes: &[u8]) -> Result<Self, PassphraseError> {
        let mut buffer = Buffer::new();
        for byte in bytes {
            buffer.push(*byte);
        }
        Self::from_buffer(buffer)
    }

    /// The passphrase. The caller must leave no copy behind.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    pub(crate) fn from_buffer(buffer: Buffer) -> Result<Self, PassphraseError> {
        let bytes = buffer.finish()?;
        if bytes.is_empty() {
            return Err(PassphraseError::Empty);
        }
        if bytes.iter().any(|byte| matches!(byte, 0 | b'\n' | b'\r')) {
            return Err(PassphraseError::Untypable);
        }
        utf8(bytes).map(Self)
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(..)")
    }
}

/// The reason why some bytes are no passphrase. It says nothing about what they
/// are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PassphraseError {
    /// No bytes at all.
    #[error("the passphrase is empty")]
    Empty,
    /// More than [`Passphrase::MAX_BYTES`].
    #[error("the passphrase is longer than {} bytes", Passphrase::MAX_BYTES)]
    TooLong,
    /// Not UTF-8.
    #[error("the passphrase is not valid UTF-8")]
    NotUtf8,
    /// A NUL or a line break inside, which nobody can type.
    #[error("the passphrase holds a line break or a NUL")]
    Untypable,
}

/// Returns the bytes as text, in the same allocation. If they are no text, they are
/// wiped.
fn utf8(mut bytes: Zeroizing<Vec<u8>>) -> Result<Zeroizing<String>, PassphraseError> {
    match String::from_utf8(core::mem::take(&mut *bytes)) {
        Ok(text) => Ok(Zeroizing::new(text)),
        Err(error) => {
            drop(Zeroizing::new(error.into_bytes()));
            Err(PassphraseError::NotUtf8)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(bytes: &[u8]) -> PassphraseError {
        Passphrase::new(bytes).unwrap_err()
    }

    #[test]
    fn debug_shows_nothing_of_a_passphrase() {
        let passphrase = Passphrase::new(b"hunter2").unwrap();
        assert_eq!(format!("{passphrase:?}"), "Passphrase(..)");
    }

    #[test]
    fn what_nobody_could_have_typed_is_refused_by_name() {
        assert_eq!(refused(b""), PassphraseError::Empty);
        assert_eq!(refused(b"\xff\xfe"), PassphraseError::NotUtf8);
        assert_eq!(refused(b"two\nlines"), PassphraseError::Untypable);
        assert_eq!(refused(&[0; 28]), PassphraseError::Untypable);
        assert_eq!(refused(&[b'x'; 1025]), PassphraseError::TooLong);
    }

    #[test]
    fn the_longest_passphrase_is_taken_whole() {
        let longest = "é".repeat(512);
        let passphrase = Passphrase::new(longest.as_bytes()).unwrap();
        assert_eq!(passphrase.expose(), longest);
    }

    #[test]
    fn neither_debug_nor_an_error_shows_a_byte_of_it() {
        let passphrase = Passphrase::new(b"hunter2hunter2").unwrap();
        assert!(!format!("{passphrase:?}").contains("hunter"));
        let error = refused(b"hunter2\xff");
        assert!(!format!("{error:?} {error}").contains("hunter"));
    }
}
