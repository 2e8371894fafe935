//! The terms of a grant, for a start that finds its change broken off.

use core::time::Duration;

use openpass_auth::Moment;
use serde::{Deserialize, Serialize};

use crate::moment::Time;

/// The terms under which a change was granted. A line without terms widens, and
/// its grant is over.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Terms {
    /// Whether the change only takes power: some field narrows, and none
    /// widens.
    pub(crate) narrows: bool,
    /// The principal that asked for the change.
    pub(crate) asked_by: String,
    /// The time at which the change was about to be made.
    pub(crate) at: Option<Time>,
    /// The time for which its grant was good then.
    pub(crate) good_for: Duration,
    /// The guard's settings then: a SHA-256.
    pub(crate) settings: String,
    /// The policies then: a SHA-256.
    pub(crate) policies: String,
}

impl Terms {
    /// Whether the grant's time is not over `now`, by the wall clock and by
    /// the time since the machine's start.
    ///
    /// INVARIANT (fail closed): a clock that was set back, another start of
    /// the machine, or a system that does not tell its start: it is over.
    pub(crate) fn are_in_time(&self, now: Moment) -> bool {
        let Some(Ok(then)) = self.at.as_ref().map(Time::moment) else {
            return false;
        };
        let (Some(boot), Some(then_boot)) = (now.boot, then.boot) else {
            return false;
        };
        let is_within = |passed: Option<Duration>| passed.is_some_and(|it| it < self.good_for);
        boot.id == then_boot.id
            && is_within(boot.elapsed.checked_sub(then_boot.elapsed))
            && is_within(now.wall.checked_sub(then.wall))
    }
}

#[cfg(test)]
mod tests {
    use openpass_auth::SinceBoot;

    use super::*;

    const fn moment(wall: u64, boot: Option<(u128, u64)>) -> Moment {
        Moment {
            wall: Duration::from_secs(wall),
            boot: match boot {
                Some((id, elapsed)) => Some(SinceBoot {
                    id,
                    elapsed: Duration::from_secs(elapsed),
                }),
                None => None,
            },
        }
    }

    #[test]
    fn case_46_no_clock_that_is_set_revives_a_grant() {
        let terms = |at| Terms {
            at,
            good_for: Duration::from_secs(30),
            ..Terms::default()
        };
        let granted = terms(Some(moment(1000, Some((7, 100))).into()));
        for (wall, boot, is_in_time) in [
            (1000, Some((7, 100)), true),
            (1029, Some((7, 129)), true),
            (1030, Some((7, 130)), false),
            // The wall clock was set back.
            (1001, Some((7, 500)), false),
            (999, Some((7, 101)), false),
            // The machine was started again.
            (1010, Some((8, 110)), false),
            (1010, Some((7, 99)), false),
            // It does not say when it was started.
            (1010, None, false),
        ] {
            assert_eq!(
                granted.are_in_time(moment(wall, boot)),
                is_in_time,
                "{wall} {boot:?}"
            );
        }
        assert!(!terms(None).are_in_time(moment(1000, Some((7, 100)))));
        let without_boot = terms(Some(moment(1000, None).into()));
        assert!(!without_boot.are_in_time(moment(1000, Some((7, 100)))));
    }
}
