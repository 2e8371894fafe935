//! The status that the crate below tells as text.

use core::fmt::Display;
use std::time::{Duration, Instant};

use crate::KeyError;

/// The crate below reads 500 signs of life, one in 100 ms at the most, and takes the last
/// of them for the key's status.
const ALL_SIGNS_OF_LIFE: Duration = Duration::from_secs(45);

/// One request to a key.
pub(super) struct Attempt(Instant);

impl Attempt {
    pub(super) fn begin() -> Self {
        Self(Instant::now())
    }

    /// Turns the error of a request into a [`KeyError`]. The text itself is not handed
    /// on: some of it is from the key.
    pub(super) fn of<T, E: Display>(&self, result: Result<T, E>) -> Result<T, KeyError> {
        result.map_err(|error| told(&error.to_string(), self.0.elapsed()))
    }
}

fn told(text: &str, after: Duration) -> KeyError {
    if text.starts_with("read err") || text == "write error" {
        return KeyError::Removed;
    }
    let status = text.strip_prefix("response_status err = 0x");
    let code = status.and_then(|it| it.split([' ', '(']).next());
    match code.and_then(|it| u8::from_str_radix(it, 16).ok()) {
        Some(1 | 2) if after >= ALL_SIGNS_OF_LIFE => KeyError::NotTouched,
        Some(code) => named(code),
        None => KeyError::Broken,
    }
}

/// CTAP 2.1 §8.2.
const fn named(code: u8) -> KeyError {
    match code {
        0x01 => KeyError::NotFido2,
        0x05 | 0x2f | 0x3a => KeyError::NotTouched,
        0x06 => KeyError::Busy,
        0x19 => KeyError::Enrolled,
        0x22 | 0x2e => KeyError::NoCredential,
        0x27 => KeyError::Declined,
        0x2d => KeyError::Cancelled,
        0x31 => KeyError::PinWrong { tries: None },
        0x32 => KeyError::PinBlocked,
        0x34 => KeyError::PinAuthBlocked,
        0x35 | 0x36 => KeyError::NoPin,
        0x37 => KeyError::PinExpired,
        0x3c => KeyError::VerificationBlocked,
        0x3f => KeyError::NotVerified,
        code => KeyError::Other { code },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_once(text: &str) -> KeyError {
        told(text, Duration::ZERO)
    }

    #[test]
    fn the_text_of_a_status_is_read_back() {
        let status = |rest| format!("response_status err = {rest}");
        let table = [
            (
                "0x31 CTAP2_ERR_PIN_INVALID   PIN Invalid.",
                KeyError::PinWrong { tries: None },
            ),
            (
                "0x32 CTAP2_ERR_PIN_BLOCKED PIN Blocked.",
                KeyError::PinBlocked,
            ),
            (
                "0x34 CTAP2_ERR_PIN_AUTH_BLOCKED ...",
                KeyError::PinAuthBlocked,
            ),
            (
                "0x2E CTAP2_ERR_NO_CREDENTIALS    No valid",
                KeyError::NoCredential,
            ),
            ("0x3A CTAP2_ERR_ACTION_TIMEOUT", KeyError::NotTouched),
            ("0x2D CTAP2_ERR_KEEPALIVE_CANCEL", KeyError::Cancelled),
            ("0xA7", KeyError::Other { code: 0xa7 }),
        ];
        for (rest, expected) in table {
            assert_eq!(at_once(&status(rest)), expected);
        }
        assert_eq!(at_once("read err = 0xFE"), KeyError::Removed);
        assert_eq!(at_once("read error"), KeyError::Removed);
        assert_eq!(at_once("write error"), KeyError::Removed);
        for nonsense in ["", "Nonce verification failed", "response_status err = 0x"] {
            assert_eq!(at_once(nonsense), KeyError::Broken);
        }
    }

    #[test]
    fn signs_of_life_for_a_minute_are_no_touch() {
        let text = "response_status err = 0x02 CTAP1_ERR_INVALID_PARAMETER";
        assert_eq!(at_once(text), KeyError::Other { code: 2 });
        assert_eq!(told(text, Duration::from_secs(60)), KeyError::NotTouched);
    }
}
