//! One prompt at a time in a process.

use core::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use openpass_auth::{AuthError, CancelledBy};

use super::Cancel;

/// The time between two looks at whether the other prompt is over.
const TICK: Duration = Duration::from_millis(20);

static TAKEN: AtomicBool = AtomicBool::new(false);

/// The right to show this process's one prompt, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn(());

impl Turn {
    /// Waits until no other prompt of this process is up.
    pub(super) fn wait(cancel: &Cancel, deadline: Instant) -> Result<Self, AuthError> {
        while TAKEN.swap(true, Ordering::AcqRel) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(AuthError::TimedOut);
            }
            if cancel.wait(TICK.min(left)) {
                return Err(AuthError::Cancelled(CancelledBy::Host));
            }
        }
        Ok(Self(()))
    }

    /// Whether a prompt of this process is up.
    pub(super) fn is_taken() -> bool {
        TAKEN.load(Ordering::Acquire)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        TAKEN.store(false, Ordering::Release);
    }
}
