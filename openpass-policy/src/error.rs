//! Why policy does not load, and why there is no grant.

use openpass_auth::AuthError;

use crate::{AuditError, Denial};

/// Why the policies do not load. The engine never starts with a part of them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyLoadError {
    /// The schema is broken.
    #[error("the policy schema does not load: {0}")]
    Schema(String),
    /// A file is not Cedar.
    #[error("{file}: {message}")]
    Syntax {
        /// The file.
        file: String,
        /// What is wrong, and where.
        message: String,
    },
    /// Two policies have one id.
    #[error("{file}: the policy id {id} is taken; give it another `@id`")]
    DuplicateId {
        /// The file of the second policy.
        file: String,
        /// The id, escaped.
        id: String,
    },
    /// A policy has a place to fill in.
    #[error("{file}: templates are not supported; write the principal or resource out")]
    Template {
        /// The file.
        file: String,
    },
    /// A policy names what the schema does not have.
    #[error("policies do not fit the schema: {0}")]
    Invalid(String),
}

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
