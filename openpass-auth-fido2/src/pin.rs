//! The key's PIN.

use core::fmt;

use openpass_auth_passphrase::Passphrase;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

/// A security key's PIN: in Normalization Form C, of at least 4 characters and at most
/// 63 bytes (CTAP 2.1 §6.5.1). Blanks at its ends belong to it.
///
/// It is wiped when dropped, and `Debug` shows nothing of it.
///
/// ```
/// use openpass_auth_fido2::{Pin, PinError};
/// use openpass_auth_passphrase::Passphrase;
///
/// // An e and a combining accent, and the one character that is both.
/// let pin = Pin::of(&Passphrase::new("cafe\u{301}".as_bytes())?)?;
/// assert_eq!(pin.expose(), "caf\u{e9}");
/// assert_eq!(format!("{pin:?}"), "Pin(..)");
/// assert_eq!(Pin::of(&Passphrase::new(b"123")?).unwrap_err(), PinError::TooShort);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Pin(Zeroizing<String>);

/// The reason why what was typed can be no PIN. It says nothing about what it
/// is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PinError {
    /// Fewer than [`Pin::MIN_CHARACTERS`].
    #[error(
        "a PIN of a security key has at least {} characters",
        Pin::MIN_CHARACTERS
    )]
    TooShort,
    /// More than [`Pin::MAX_BYTES`].
    #[error("a PIN of a security key has at most {} bytes", Pin::MAX_BYTES)]
    TooLong,
}

impl Pin {
    /// The shortest PIN, in Unicode code points.
    pub const MIN_CHARACTERS: usize = 4;
    /// The longest PIN, in bytes of UTF-8.
    pub const MAX_BYTES: usize = 63;

    /// The PIN that was typed.
    ///
    /// # Errors
    ///
    /// [`PinError`].
    pub fn of(typed: &Passphrase) -> Result<Self, PinError> {
        // As large as it can become: growing would leave a copy behind.
        let mut pin = Zeroizing::new(String::with_capacity(Self::MAX_BYTES));
        for character in typed.expose().nfc() {
            if pin.len().saturating_add(character.len_utf8()) > Self::MAX_BYTES {
                return Err(PinError::TooLong);
            }
            pin.push(character);
        }
        if pin.chars().count() < Self::MIN_CHARACTERS {
            return Err(PinError::TooShort);
        }
        Ok(Self(pin))
    }

    /// The PIN. The caller must leave no copy behind.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(..)")
    }
}
