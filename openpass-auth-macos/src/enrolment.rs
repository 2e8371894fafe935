//! The pin of the fingers and faces that the last passphrase vouched for.

use core::fmt::{self, Debug};
use std::str::FromStr;

use openpass_auth::{BackendError, Unavailable};
use sha2::{Digest as _, Sha256};

/// A digest of the set of fingers and faces that the system knew.
///
/// It is no secret and names nobody: the system gives an opaque value that
/// changes when a finger or a face is added or removed, and this is its
/// SHA-256. A major version of macOS may change it without any such change;
/// then the passphrase comes first, once.
///
/// Written as 64 hexadecimal digits by [`Display`](fmt::Display), and read
/// back by [`FromStr`].
///
/// Sources: Apple, [`LADomainStateBiometry.stateHash`][new] (macOS 15 and
/// later), [`LAContext.evaluatedPolicyDomainState`][old] (before).
///
/// [new]: https://developer.apple.com/documentation/localauthentication/ladomainstatebiometry/statehash
/// [old]: https://developer.apple.com/documentation/localauthentication/lacontext/evaluatedpolicydomainstate
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EnrolmentPin([u8; 32]);

impl EnrolmentPin {
    /// The pin of `state`, as read from `source`. The source is part of it: a
    /// value from another property is another value.
    pub(crate) fn of(source: &str, state: &[u8]) -> Self {
        let mut digest = Sha256::new();
        digest.update(source);
        digest.update([0]);
        digest.update(state);
        Self(digest.finalize().into())
    }
}

impl fmt::Display for EnrolmentPin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for EnrolmentPin {
    type Err = BackendError;

    /// Reads 64 lower-case hexadecimal digits, and nothing else.
    fn from_str(text: &str) -> Result<Self, BackendError> {
        let damaged = || BackendError::new("the stored enrolment is not 64 hexadecimal digits");
        let canonical = |c: u8| matches!(c, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != 64 || !text.bytes().all(canonical) {
            return Err(damaged());
        }
        let mut pin = [0; 32];
        for (byte, digits) in pin.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let digits = str::from_utf8(digits).map_err(|_| damaged())?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| damaged())?;
        }
        Ok(Self(pin))
    }
}

/// The place where a host keeps the pin.
///
/// Calls come from a thread of this crate's own and may block. A program of the
/// same user that can write the store can put any pin there: it is a guard
/// against a finger that somebody else enrolled, not against code that runs as
/// the person.
pub trait EnrolmentStore: Debug + Send + Sync {
    /// The pin, or `None` when none was ever saved.
    ///
    /// # Errors
    ///
    /// When the store cannot be read or holds something else. The passphrase
    /// then comes first, as if there were no pin.
    fn load(&self) -> Result<Option<EnrolmentPin>, BackendError>;

    /// Replaces the pin, whole or not at all.
    ///
    /// # Errors
    ///
    /// When the pin is not stored. The old one, or none, stays.
    fn save(&self, pin: &EnrolmentPin) -> Result<(), BackendError>;
}

/// Lets a finger count only if the set of fingers is the pinned one.
///
/// No pin and an unreadable one come to the same: otherwise an attacker could
/// delete the pin to get a finger accepted.
pub(crate) fn unchanged(
    pinned: Result<Option<EnrolmentPin>, BackendError>,
    now: Option<EnrolmentPin>,
) -> Result<EnrolmentPin, Unavailable> {
    match (pinned, now) {
        (Ok(Some(pinned)), Some(now)) if pinned == now => Ok(pinned),
        (Ok(Some(_)), _) => Err(Unavailable::EnrolmentChanged),
        (Ok(None) | Err(_), _) => Err(Unavailable::EnrolmentUnknown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pin(state: &[u8]) -> EnrolmentPin {
        EnrolmentPin::of("test", state)
    }

    #[test]
    fn only_the_pinned_enrolment_lets_a_finger_count() {
        assert_eq!(
            unchanged(Ok(Some(pin(b"a"))), Some(pin(b"a"))),
            Ok(pin(b"a"))
        );
    }

    #[test]
    fn case_30_a_changed_or_missing_state_asks_for_the_passphrase_first() {
        for now in [Some(pin(b"b")), None] {
            let refused = Err(Unavailable::EnrolmentChanged);
            assert_eq!(unchanged(Ok(Some(pin(b"a"))), now), refused);
        }
    }

    #[test]
    fn case_30_deleting_or_damaging_the_pin_gains_nothing() {
        for now in [Some(pin(b"a")), None] {
            let refused = Err(Unavailable::EnrolmentUnknown);
            assert_eq!(unchanged(Ok(None), now), refused);
            assert_eq!(unchanged(Err(BackendError::new("torn")), now), refused);
        }
    }

    #[test]
    fn a_pin_survives_being_written_and_read() {
        let text = pin(b"a").to_string();
        assert_eq!(text.len(), 64);
        assert_eq!(text.parse::<EnrolmentPin>().unwrap(), pin(b"a"));
    }

    #[test]
    fn text_that_is_no_pin_is_refused() {
        let good = pin(b"a").to_string();
        let bad = [
            String::new(),
            good.to_uppercase(),
            format!("{good}\n"),
            format!("+{}", good.get(1..).unwrap()),
            "é".repeat(32),
            "0x".repeat(32),
        ];
        for text in bad {
            assert!(text.parse::<EnrolmentPin>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_same_bytes_from_another_property_are_another_pin() {
        assert_ne!(EnrolmentPin::of("a", b"x"), EnrolmentPin::of("b", b"x"));
        assert_ne!(EnrolmentPin::of("a", b"bx"), EnrolmentPin::of("ab", b"x"));
    }
}
