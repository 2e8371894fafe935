//! Why there is no grant.

use openpass_auth::AuthError;

use crate::{AuditError, Denial};

/// Why there is no [`Grant`](crate::Grant).
#[derive(Debug, thiserror::Error)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new refusal must break the builds that turn refusals into exit codes"
)]
pub enum Refusal {
    /// Policy says no; nobody was asked.
    #[error("denied by policy: {0}")]
    Denied(#[source] Denial),
    /// A person was to be asked, and did not prove to be there.
    #[error("not authenticated: {0}")]
    NotAuthenticated(#[source] AuthError),
    /// The log could not be written, so nothing may happen.
    #[error("refused, since the guard log cannot be written: {0}")]
    NotRecorded(#[source] AuditError),
    /// One of the others, and the log could not be written to say so.
    #[error("{refusal}; and the guard log does not have this refusal: {error}")]
    Unlogged {
        /// Why there is no grant.
        refusal: Box<Self>,
        /// Why it is not on the log.
        #[source]
        error: AuditError,
    },
}

impl Refusal {
    /// Why there is no grant; and why the log does not say so, where it does
    /// not. A host tells the person both, and decides on the first alone.
    #[must_use]
    pub fn split(self) -> (Self, Option<AuditError>) {
        match self {
            Self::Unlogged { refusal, error } => (*refusal, Some(error)),
            refusal => (refusal, None),
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
