//! Authenticators made of authenticators.

mod attempt_limit;
mod contained;
mod cool_down;
mod first_available;
mod one_at_a_time;
mod presence;

pub use attempt_limit::AttemptLimit;
pub use contained::Contained;
pub use cool_down::{Asker, CoolDown};
pub use first_available::FirstAvailable;
pub use one_at_a_time::{OneAtATime, Place, Taken};
pub use presence::Presence;

use std::sync::Arc;

use crate::{AuthError, Authenticator, Blocking, Challenge, Evidence, Unavailable};

/// Refuses where nobody would be asked, so that nothing is counted for it.
///
/// [`Authenticator::available`] may block, so it runs on a thread of its own.
async fn can_be_asked<A: Authenticator + ?Sized + 'static>(
    inner: &Arc<A>,
    challenge: &Challenge,
) -> Result<(), AuthError> {
    if inner.factors().intersection(challenge.accepts()).is_empty() {
        return Err(Unavailable::FactorNotAccepted.into());
    }
    challenge.still_open()?;
    let inner = Arc::clone(inner);
    let look = move || inner.available();
    Ok(Blocking::start("openpass-looks", look)?.await??)
}

/// Whether `evidence` is a yes to `challenge`, in time and by a factor that it
/// accepts. Anything less clears no count.
pub(crate) fn counts(evidence: &Evidence, challenge: &Challenge) -> bool {
    let factor = evidence.factor();
    let admitted = match evidence.signature() {
        Some(_) => challenge.admits_signed(factor),
        None => challenge.admits(factor),
    };
    evidence.answers(challenge) && admitted.is_ok()
}
