//! The acts of an authenticator, for one question.

use openpass_auth::{AuthError, BackendError, CancelledBy, Factor, Unavailable};

/// One answer, honest or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Play {
    Yes,
    No,
    Wrong,
    /// Blocks until the deadline has passed, and says yes then.
    LateYes,
    CalledOffBy(CancelledBy),
    Breaks,
    LockedOut,
    TimedOut,
    Panics,
    /// Evidence for a question that nobody put, with the same text.
    ForOther,
    /// Evidence by a factor that was not asked for.
    ByOther,
    /// Yes, and keeps evidence of it.
    Keeps,
    /// The evidence that was kept.
    Kept,
}

impl Play {
    /// The error that it comes to, if it is an error.
    pub(super) fn error(self, factor: Factor) -> Option<AuthError> {
        Some(match self {
            Self::No => AuthError::Cancelled(CancelledBy::Person),
            Self::Wrong => AuthError::Rejected { factor },
            Self::CalledOffBy(party) => AuthError::Cancelled(party),
            Self::Breaks => BackendError::new("the authenticator broke, for a test").into(),
            Self::LockedOut => AuthError::LockedOut { retry_after: None },
            Self::TimedOut => AuthError::TimedOut,
            _ => return None,
        })
    }
}

/// The answer of an authenticator that has nobody to ask.
pub(super) const NOBODY: Unavailable = Unavailable::NoTerminal;
