//! A plain y/N, for people who opted out of a proof.

use core::fmt::Debug;

use crate::{AuthError, Challenge, PromptPlace};
use async_trait::async_trait;

/// Asks a person y/N.
///
/// An answer proves nothing about who gave it, so it makes no
/// [`Evidence`](crate::Evidence). The guard of `openpass-policy` takes one only
/// where policy allows the factor `confirm`: a person's own changes at the
/// command line, under the setting `step_up: confirm`.
#[async_trait]
pub trait Confirmation: Debug + Send + Sync {
    /// Returns the places in which the question would show `challenge`, as
    /// [`Authenticator::places`](crate::Authenticator::places) does.
    fn places(&self, challenge: &Challenge) -> Vec<PromptPlace> {
        let _ = challenge;
        vec![PromptPlace::anywhere()]
    }

    /// Shows `challenge` and returns when the person said yes.
    ///
    /// Dropping the future dismisses the question.
    ///
    /// # Errors
    ///
    /// Everything but a yes, as for
    /// [`Authenticator::authenticate`](crate::Authenticator::authenticate).
    async fn confirm(&self, challenge: &Challenge) -> Result<(), AuthError>;
}
