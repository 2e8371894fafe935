//! The codes of refusals.

use std::borrow::Cow;

use openpass_auth::{AuthError, CancelledBy};
use openpass_policy::Refusal;
use serde::{Serialize, Serializer};

/// The outcome of a call that was not carried out, in one word that stays the same.
/// Clients and models decide on it, so the words are part of a server's interface.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// The arguments are not what the tool takes.
    InvalidArguments,
    /// There is no such thing.
    NotFound,
    /// Policy says no, whatever anybody proves.
    Denied,
    /// A person has to approve it elsewhere.
    ApprovalRequired,
    /// Nobody could be asked, and too many requests wait already.
    QueueFull,
    /// Nobody could be asked, and no request could be left either.
    NobodyToAsk,
    /// The person's answer was wrong.
    Rejected,
    /// The person or the system called the prompt off.
    Declined,
    /// The client called it off, or is gone.
    Cancelled,
    /// Nobody answered in time.
    TimedOut,
    /// Too many failures; wait.
    LockedOut,
    /// The prompt broke.
    PromptFailed,
    /// The guard's log cannot be written.
    NotRecorded,
    /// The state changed while the person was asked, or the approval expired.
    Conflict,
    /// Too many calls wait.
    Busy,
    /// The policies do not load.
    PolicyBroken,
    /// The call was carried out, in part or whole, and something went wrong after.
    Incomplete,
    /// The server broke.
    Internal,
    /// A code of the host's own, in the form of the others: lower case, with `_`
    /// between words.
    Host(Cow<'static, str>),
}

impl Code {
    /// The code of the host's own with this word.
    #[must_use]
    pub const fn host(word: &'static str) -> Self {
        Self::Host(Cow::Borrowed(word))
    }

    /// The word that a client reads.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::InvalidArguments => "invalid_arguments",
            Self::NotFound => "not_found",
            Self::Denied => "denied",
            Self::ApprovalRequired => "approval_required",
            Self::QueueFull => "queue_full",
            Self::NobodyToAsk => "nobody_to_ask",
            Self::Rejected => "rejected",
            Self::Declined => "declined",
            Self::Cancelled => "cancelled",
            Self::TimedOut => "timed_out",
            Self::LockedOut => "locked_out",
            Self::PromptFailed => "prompt_failed",
            Self::NotRecorded => "not_recorded",
            Self::Conflict => "conflict",
            Self::Busy => "busy",
            Self::PolicyBroken => "policy_broken",
            Self::Incomplete => "incomplete",
            Self::Internal => "internal",
            Self::Host(word) => word,
        }
    }

    /// The number of seconds after which another try may end otherwise, where that can
    /// be said of every refusal with this code.
    #[must_use]
    pub const fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Busy => Some(5),
            Self::Conflict => Some(1),
            Self::QueueFull => Some(60),
            _ => None,
        }
    }

    pub(crate) const fn of_refusal(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::Denied(_) | Refusal::Malformed(_) => Self::Denied,
            Refusal::NotAuthenticated(error) => Self::of_auth(error),
            Refusal::NotRecorded(_) => Self::NotRecorded,
            Refusal::Unlogged { refusal, .. } => Self::of_refusal(refusal),
        }
    }

    const fn of_auth(error: &AuthError) -> Self {
        match error {
            AuthError::Unavailable(_) => Self::NobodyToAsk,
            AuthError::Rejected { .. } => Self::Rejected,
            AuthError::Cancelled(CancelledBy::Host) => Self::Cancelled,
            AuthError::Cancelled(_) => Self::Declined,
            AuthError::TimedOut => Self::TimedOut,
            AuthError::LockedOut { .. } => Self::LockedOut,
            AuthError::Backend(_) => Self::PromptFailed,
        }
    }
}

impl core::fmt::Display for Code {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}
