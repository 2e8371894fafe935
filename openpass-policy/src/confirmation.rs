//! A plain y/N, for those who opted out.

use core::fmt::Debug;

use async_trait::async_trait;
use openpass_auth::{AuthError, Challenge};

/// Asks a person y/N.
///
/// An answer proves nothing about who gave it. The guard takes one only where
/// policy allows the factor `confirm`: a person's own changes at the command
/// line, under the setting `step_up: confirm`.
#[async_trait]
pub trait Confirmation: Debug + Send + Sync {
    /// Shows `challenge` and returns when the person said yes.
    ///
    /// Dropping the future dismisses the question.
    ///
    /// # Errors
    ///
    /// Everything but a yes, as for
    /// [`Authenticator::authenticate`](openpass_auth::Authenticator::authenticate).
    async fn confirm(&self, challenge: &Challenge) -> Result<(), AuthError>;
}
