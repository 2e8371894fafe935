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
}
