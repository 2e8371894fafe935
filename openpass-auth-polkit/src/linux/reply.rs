//! The meaning of polkit's answers.
//!
//! From polkit's D-Bus reference, `CheckAuthorization` and `AuthorizationResult`, and, for
//! what that leaves open, `polkitbackendinteractiveauthority.c` of polkit 122.

use std::collections::HashMap;

use openpass_auth::{AuthError, BackendError, CancelledBy, Factor, Unavailable};
use zbus::Message;

use super::words;

/// Set where the implicit authorization is one of those that are kept.
const RETAINS: &str = "polkit.retains_authorization_after_challenge";
/// Set where a yes was kept, or comes from a kept yes.
const TEMPORARY: &str = "polkit.temporary_authorization_id";
/// Set where the person dismissed the dialog.
const DISMISSED: &str = "polkit.dismissed";

/// An `AuthorizationResult`: nothing of its details but these keys is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) authorized: bool,
    pub(super) challenge: bool,
    pub(super) kept: bool,
    pub(super) dismissed: bool,
}

impl Reply {
    /// `None`: it is no such result.
    pub(super) fn read(message: &Message) -> Option<Self> {
        let body = message.body();
        let read: Result<(bool, bool, HashMap<&str, &str>), _> = body.deserialize();
        let (authorized, challenge, details) = read.ok()?;
        Some(Self {
            authorized,
            challenge,
            kept: details.contains_key(RETAINS) || details.contains_key(TEMPORARY),
            dismissed: details.contains_key(DISMISSED),
        })
    }

    /// Whether a dialog would ask the person this very question: of a reply to a check
    /// that allowed none.
    ///
    /// INVARIANT: no yes to such a check is evidence, since nobody was asked.
    pub(super) fn would_ask(self) -> Result<(), Unavailable> {
        let why = match self {
            Self { kept: true, .. } => words::KEPT,
            Self {
                authorized: true, ..
            } => words::UNASKED,
            Self {
                challenge: false, ..
            } => words::REFUSED,
            _ => return Ok(()),
        };
        Err(words::unavailable(why))
    }

    /// The answer to a check that allowed a dialog.
    pub(super) fn answered(self) -> Result<(), AuthError> {
        let broke = |why| Err(BackendError::new(why).into());
        match self {
            Self {
                authorized: true,
                kept: true,
                ..
            } => broke(words::NOW_KEPT),
            Self {
                authorized: true,
                challenge: false,
                dismissed: false,
                ..
            } => Ok(()),
            Self {
                authorized: true, ..
            } => broke(words::NONSENSE),
            // Asked for a dialog, polkit still wants one: there is nobody to show it.
            Self {
                challenge: true, ..
            } => Err(words::unavailable(words::NO_AGENT).into()),
            Self {
                dismissed: true, ..
            } => Err(AuthError::Cancelled(CancelledBy::Person)),
            _ => Err(AuthError::Rejected {
                factor: Factor::SystemLogin,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> impl Iterator<Item = Reply> {
        (0..16_u8).map(|bits| Reply {
            authorized: bits & 1 != 0,
            challenge: bits & 2 != 0,
            kept: bits & 4 != 0,
            dismissed: bits & 8 != 0,
        })
    }

    #[test]
    fn one_answer_alone_is_a_yes() {
        let yes: Vec<Reply> = all().filter(|it| it.answered().is_ok()).collect();
        let only = Reply {
            authorized: true,
            challenge: false,
            kept: false,
            dismissed: false,
        };
        assert_eq!(yes, [only]);
    }

    #[test]
    fn nobody_is_asked_where_polkit_would_not_ask_or_would_remember() {
        for reply in all() {
            let asks = reply.challenge && !reply.authorized && !reply.kept;
            assert_eq!(reply.would_ask().is_ok(), asks, "{reply:?}");
        }
    }
}
