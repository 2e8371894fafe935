//! The longest waits.

use core::time::Duration;

/// The longest patience: an instant that far away can be told on every platform.
const MOST: Duration = Duration::from_secs(24 * 60 * 60);

/// `patience`, and a day at most.
pub(crate) const fn bounded(patience: Duration) -> Duration {
    if patience.as_secs() < MOST.as_secs() {
        patience
    } else {
        MOST
    }
}
