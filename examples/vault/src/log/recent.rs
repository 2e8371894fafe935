//! The time for which every prompt tells of an event: seven days.

use core::time::Duration;

use jiff::Timestamp;

const TOLD_FOR: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Whether what happened at `when`, as RFC 3339, is told still.
pub(crate) fn is_told(when: &str) -> bool {
    is_told_at(when, Timestamp::now())
}

/// Like [`is_told`], but at the time `now`. If `when` cannot be read or is
/// still to come, the answer is yes, so that a clock that was set back makes
/// nothing forgotten.
pub(crate) fn is_told_at(when: &str, now: Timestamp) -> bool {
    let Ok(when) = when.parse::<Timestamp>() else {
        return true;
    };
    let age: Result<Duration, _> = now.duration_since(when).try_into();
    age.map_or(true, |age| age <= TOLD_FOR)
}
