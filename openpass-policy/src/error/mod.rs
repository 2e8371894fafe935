//! The reason why there is no grant.

mod operation;

pub use operation::{OperationError, OperationProblem, Part};

use openpass_auth::{AuthError, Unavailable};

use crate::{AuditError, Denial};

/// The reason why there is no [`Grant`](crate::Grant).
#[derive(Debug, thiserror::Error)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new refusal must break the builds that turn refusals into exit codes"
)]
pub enum Refusal {
    /// Policy says no; nobody was asked.
    #[error("denied by policy: {0}")]
    Denied(#[source] Denial),
    /// The operation does not fit the schema: a mistake of the host's. Nobody was
    /// asked.
    #[error("the operation is not whole, which is a mistake in the program: {0}")]
    Malformed(#[source] OperationError),
    /// A person had to be asked, and did not confirm their presence.
    #[error("not authenticated: {0}")]
    NotAuthenticated(#[source] AuthError),
    /// The log could not be written, so nothing may happen.
    #[error("refused, since the guard log cannot be written: {0}")]
    NotRecorded(#[source] AuditError),
    /// There is another refusal, and the log could not be written to say so.
    #[error("{refusal}; and the guard log does not have this refusal: {error}")]
    Unlogged {
        /// The reason why there is no grant.
        refusal: Box<Self>,
        /// The reason why the refusal is not on the log.
        #[source]
        error: AuditError,
    },
}

/// A request that does not fit the schema is the program's mistake, and no denial.
impl From<Denial> for Refusal {
    fn from(denial: Denial) -> Self {
        match denial {
            Denial::InvalidRequest { problems } => Self::Malformed(problems),
            denial => Self::Denied(denial),
        }
    }
}

impl Refusal {
    /// The reason why there is no grant; and why the log does not say so, where
    /// it does not. A host tells the person both, and decides on the first
    /// alone.
    #[must_use]
    pub fn split(self) -> (Self, Option<AuditError>) {
        match self {
            Self::Unlogged { refusal, error } => (*refusal, Some(error)),
            refusal => (refusal, None),
        }
    }

    /// One word for the kind of refusal, for traces and metrics.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Denied(_) => "denied",
            Self::Malformed(_) => "malformed",
            Self::NotAuthenticated(error) => match error {
                AuthError::Unavailable(Unavailable::Busy { .. }) => "busy",
                AuthError::Unavailable(_) => "nobody-to-ask",
                AuthError::Rejected { .. } => "rejected",
                AuthError::Cancelled(_) => "cancelled",
                AuthError::TimedOut => "timed-out",
                AuthError::LockedOut { .. } => "locked-out",
                AuthError::Backend(_) => "prompt-broke",
            },
            Self::NotRecorded(_) => "not-recorded",
            Self::Unlogged { refusal, .. } => refusal.kind(),
        }
    }

    /// This refusal, after it was put on the log or not. One that comes of the
    /// log says so itself.
    pub(crate) fn or_unlogged(self, logged: Result<(), AuditError>) -> Self {
        match (self, logged) {
            (refusal @ (Self::NotRecorded(_) | Self::Unlogged { .. }), _) => refusal,
            (refusal, Ok(())) => refusal,
            (refusal, Err(error)) => Self::Unlogged {
                refusal: Box::new(refusal),
                error,
            },
        }
    }
}
