//! The answer that each error of a key becomes.

use openpass_auth::{AuthError, BackendError, CancelledBy, Factor, SafeText, Unavailable};

use crate::KeyError as Key;

impl Key {
    /// Returns the error for the case that nobody was asked: another authenticator may
    /// ask then.
    pub(crate) fn unasked(self) -> Unavailable {
        Unavailable::SecurityKey { why: self.words() }
    }

    /// Returns the error in words. They are this crate's own, with nothing from
    /// outside.
    pub(crate) fn words(self) -> SafeText {
        SafeText::whole(&self.to_string())
    }
}

/// The error for the case that somebody was asked: no other authenticator asks then.
impl From<Key> for AuthError {
    fn from(error: Key) -> Self {
        match error {
            Key::PinWrong { .. }
            | Key::NoSuchPin(_)
            | Key::NotVerified
            | Key::NoCredential
            | Key::NotAnApprover => rejected(),
            Key::PinBlocked | Key::PinAuthBlocked | Key::VerificationBlocked => {
                Self::LockedOut { retry_after: None }
            }
            Key::NotTouched => Self::TimedOut,
            Key::Declined => Self::Cancelled(CancelledBy::Person),
            Key::Cancelled => Self::Cancelled(CancelledBy::Host),
            Key::NoKey
            | Key::NoneEnrolled
            | Key::Several
            | Key::NoAccess
            | Key::NotFido2
            | Key::NoPin
            | Key::PinExpired
            | Key::Removed
            | Key::Enrolled
            | Key::Busy
            | Key::NotCounted
            | Key::Broken
            | Key::Other { .. } => BackendError::caused_by(error.to_string(), error).into(),
        }
    }
}

pub(crate) const fn rejected() -> AuthError {
    AuthError::Rejected {
        factor: Factor::SecurityKey,
    }
}
