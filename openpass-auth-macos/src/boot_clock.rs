//! The machine's clocks, with the one that macOS keeps while it runs.

#[cfg(any(target_os = "macos", test))]
mod session_id;
#[cfg(target_os = "macos")]
mod since_boot;

use openpass_auth::{Clock, Moment, SystemClock};

/// The machine's clocks, for [`AttemptLimit`](openpass_auth::AttemptLimit) and
/// [`CoolDown`](openpass_auth::CoolDown): on macOS they count the time since the machine
/// was started, so that setting the wall clock does not shorten a wait.
///
/// - Which start of the machine it is: `kern.bootsessionuuid` of sysctl(3), a UUID that
///   the kernel makes anew at each start.
/// - The time since then: `CLOCK_MONOTONIC_RAW` of clock_gettime(3), the clock of
///   [`mach_continuous_time`]. It goes on while the machine is asleep, and no adjustment
///   of the wall clock moves it.
///
/// [`Moment::boot`] is `None` where one of them cannot be read; then the wall clock alone
/// counts. On other systems this is [`SystemClock`].
///
/// No real Mac has run it yet.
///
/// [`mach_continuous_time`]: https://developer.apple.com/documentation/kernel/1646199-mach_continuous_time
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct BootClock {}

impl BootClock {
    /// The machine's clocks.
    #[must_use]
    pub const fn new() -> Self {
        Self {}
    }
}

impl Clock for BootClock {
    #[cfg(target_os = "macos")]
    fn now(&self) -> Moment {
        let boot = since_boot::read();
        Moment {
            boot,
            ..SystemClock::new().now()
        }
    }

    #[cfg(not(target_os = "macos"))]
    fn now(&self) -> Moment {
        SystemClock::new().now()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_knows_the_start_of_the_machine_where_the_system_tells_it_and_goes_forward() {
        let clock = BootClock::new();
        let [then, now] = [clock.now(), clock.now()];
        let tells = cfg!(any(target_os = "linux", target_os = "macos"));
        assert_eq!(then.boot.is_some(), tells);
        assert_eq!(then.boot.map(|boot| boot.id), now.boot.map(|boot| boot.id));
        assert!(now.boot.map(|boot| boot.elapsed) >= then.boot.map(|boot| boot.elapsed));
        assert!(now.wall >= then.wall);
    }
}
