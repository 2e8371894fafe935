//! Requests that nobody can be asked about here, left for a person elsewhere.

use openpass_auth::AuthError;
use openpass_policy::Refusal;
use openpass_vault::{Change, Door};

use crate::failure::Failure;

/// An agent's request that nobody here could be asked about waits for a person
/// at another terminal.
pub(super) fn for_a_person(door: &Door, change: &Change, why: AuthError) -> Failure {
    match door.leave(change) {
        Ok(None) => Refusal::NotAuthenticated(why).into(),
        Ok(Some(request)) => Failure::Waits {
            why,
            request: Box::new(request),
        },
        Err(problem) => Failure::CannotWait {
            why,
            problem: Box::new(problem),
        },
    }
}
