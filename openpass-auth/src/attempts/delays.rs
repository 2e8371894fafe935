//! The waits after failures in a row.

use core::time::Duration;

/// A delay that doubles with each failure, from a first one to a longest.
///
/// It never falls as failures rise, and zero stands for the strictest, not for
/// none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delays {
    from: u32,
    first: Duration,
    longest: Duration,
}

impl Delays {
    /// The longest delay there is.
    pub const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    /// After the failure number `from` there is a delay of `first`, which
    /// doubles with each further failure up to `longest`.
    ///
    /// A `from` of zero is one; a `longest` of zero, or of more than a
    /// [`DAY`](Self::DAY), is a day; a `first` of zero, or of more than
    /// `longest`, is `longest`.
    #[must_use]
    pub fn new(from: u32, first: Duration, longest: Duration) -> Self {
        let longest = if longest.is_zero() {
            Self::DAY
        } else {
            longest.min(Self::DAY)
        };
        let first = if first.is_zero() {
            longest
        } else {
            first.min(longest)
        };
        Self {
            from: from.max(1),
            first,
            longest,
        }
    }

    /// The delay after `failures` in a row.
    #[must_use]
    pub fn after(&self, failures: u32) -> Duration {
        let Some(doublings) = failures.checked_sub(self.from) else {
            return Duration::ZERO;
        };
        2_u32
            .checked_pow(doublings)
            .and_then(|factor| self.first.checked_mul(factor))
            .map_or(self.longest, |delay| delay.min(self.longest))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn durations() -> impl Strategy<Value = Duration> {
        prop_oneof![
            Just(Duration::ZERO),
            Just(Duration::MAX),
            (0_u64..100_000).prop_map(Duration::from_secs),
            any::<u64>().prop_map(Duration::from_nanos),
        ]
    }

    proptest! {
        #[test]
        fn delays_never_fall_and_are_never_without_a_bound(
            from in prop_oneof![Just(0), 0_u32..10, any::<u32>()],
            first in durations(),
            longest in durations(),
            failures in prop_oneof![0_u32..200, any::<u32>()],
        ) {
            let delays = Delays::new(from, first, longest);
            let delay = delays.after(failures);
            prop_assert!(delay <= delays.after(failures.saturating_add(1)));
            prop_assert!(delay <= Delays::DAY);
            prop_assert_eq!(delay.is_zero(), failures < from.max(1));
            prop_assert_eq!(delays.after(u32::MAX).is_zero(), false);
        }

        /// The same by adding up, without powers.
        #[test]
        fn each_failure_doubles_the_delay_up_to_the_longest(
            from in 1_u32..5, first in 1_u64..100, longest in 100_u64..10_000, failures in 0_u32..40,
        ) {
            let delays = Delays::new(from, Duration::from_secs(first), Duration::from_secs(longest));
            let mut expected = 0;
            for failure in 1..=failures {
                expected = if failure < from { 0 } else if failure == from { first } else {
                    (expected + expected).min(longest)
                };
            }
            prop_assert_eq!(delays.after(failures), Duration::from_secs(expected));
        }
    }

    #[test]
    fn case_11_zero_is_the_strictest_and_never_none() {
        let zero = Duration::ZERO;
        assert_eq!(Delays::new(0, zero, zero).after(1), Delays::DAY);
        let hour = Duration::from_secs(3600);
        assert_eq!(Delays::new(0, zero, hour).after(1), hour);
    }
}
