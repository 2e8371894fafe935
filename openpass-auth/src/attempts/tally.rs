//! How many in a row, since when, and whether that is a wait.

use core::time::Duration;

use super::{Delays, Moment};

/// What a vault remembers of answers that failed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a store that left a new field out would lift a limit"
)]
pub struct Attempts {
    /// Wrong answers in a row.
    pub failures: Tally,
    /// Prompts in a row that a person declined.
    pub declines: Tally,
}

/// How many in a row, and when the last one was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a store that left a new field out would lift a limit"
)]
pub struct Tally {
    /// How many there have been since the last success. An attempt that is
    /// going on is one of them.
    pub count: u32,
    /// When the wait began: with the last one, or when the clock was found to
    /// have gone back. One that is missing is taken to be now.
    pub last: Option<Moment>,
    /// How often a success has cleared the count. It tells an attempt that
    /// began before a success from one that began after it.
    pub cleared: u64,
}

/// Which tally.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Failures,
    Declines,
}

impl Kind {
    pub(super) const fn of(self, attempts: &mut Attempts) -> &mut Tally {
        match self {
            Self::Failures => &mut attempts.failures,
            Self::Declines => &mut attempts.declines,
        }
    }
}

/// How long a tally makes one wait.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    pub(crate) kind: Kind,
    pub(crate) delays: Delays,
    /// From so many on, the delay is a day.
    pub(crate) daily_from: Option<u32>,
    /// What is older than this is forgotten, once it is no wait any more.
    pub(crate) forgotten_after: Option<Duration>,
}

impl Rule {
    fn delay(&self, count: u32) -> Duration {
        match self.daily_from {
            Some(most) if count >= most => Delays::DAY,
            _ => self.delays.after(count),
        }
    }
}

impl Tally {
    /// Counts an attempt, or says how long to wait before the next one.
    ///
    /// A clock that went back starts the wait anew, from now: it may make it
    /// longer, once for each time, and never shorter.
    pub(super) fn count_one(&mut self, rule: &Rule, now: Moment) -> Result<(), Duration> {
        let elapsed = self.last.and_then(|last| now.since(last));
        if elapsed.is_none() && self.count > 0 {
            self.last = Some(now);
        }
        let elapsed = elapsed.unwrap_or_default();
        let left = rule.delay(self.count).saturating_sub(elapsed);
        if !left.is_zero() {
            return Err(left);
        }
        if rule.forgotten_after.is_some_and(|age| elapsed >= age) {
            self.count = 0;
        }
        self.count = self.count.saturating_add(1);
        self.last = Some(now);
        Ok(())
    }

    /// Takes one attempt back, which made `after` of `before`.
    ///
    /// When others have counted or cleared since, only that one is taken back.
    pub(super) fn take_one_back(&mut self, before: &Self, after: &Self) {
        if self == after {
            self.clone_from(before);
        } else if self.cleared == after.cleared {
            self.count = self.count.saturating_sub(1);
        }
        if self.count == 0 {
            self.last = None;
        }
    }

    /// Forgets all of them, after a success.
    pub(super) const fn clear(&mut self) {
        self.count = 0;
        self.last = None;
        self.cleared = self.cleared.wrapping_add(1);
    }
}
