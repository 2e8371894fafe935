//! A question that cannot hang, panic or be answered too late.

use core::future::Future;
use std::panic::AssertUnwindSafe;

use futures_lite::{FutureExt as _, future};
use futures_timer::Delay;

use crate::{AuthError, BackendError, Challenge};

/// Waits for `asking` until the challenge's deadline, by the monotonic clock.
///
/// A panic becomes [`AuthError::Backend`]. At the deadline `asking` is dropped,
/// which dismisses its prompt. Then what is being verified still is settled
/// ([`Challenge::settling`]), so that an answer that was there in time is not
/// counted as a wrong one by a program that ends.
///
/// # Errors
///
/// What `asking` returns, [`AuthError::TimedOut`], also for an answer that
/// comes too late, or [`AuthError::Backend`] for a panic, naming `who`.
pub async fn contain<T>(
    challenge: &Challenge,
    who: &str,
    asking: impl Future<Output = Result<T, AuthError>>,
) -> Result<T, AuthError> {
    let timer = async {
        Delay::new(challenge.time_left()).await;
        Err(AuthError::TimedOut)
    };
    let asking = async {
        let outcome = AssertUnwindSafe(asking).catch_unwind().await;
        outcome.unwrap_or_else(|_| {
            let message = format!("{who} crashed while it was asking");
            Err(BackendError::new(message).into())
        })
    };
    let outcome = future::or(timer, asking).await;
    // The timer may have lost the race by a hair: a late yes is no yes.
    if let Err(late) = challenge.still_open() {
        challenge.settling().ended().await;
        return outcome.and(Err(late));
    }
    outcome
}
