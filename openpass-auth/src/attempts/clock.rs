//! Clocks, so that a wait survives a restart.

use core::fmt::Debug;
use std::time::{Duration, SystemTime};

/// Tells the time to the attempt limit and the cool-down.
///
/// Hosts need none but [`SystemClock`]; tests bring their own.
pub trait Clock: Debug + Send + Sync {
    /// Returns the present time.
    fn now(&self) -> Moment;
}

/// A point in time that another process can understand, after a restart of the
/// machine too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a store that left a new field out would shorten a wait"
)]
pub struct Moment {
    /// The time since 1970 by the wall clock, which can be set.
    pub wall: Duration,
    /// The time since the machine was started, where it can be told.
    pub boot: Option<SinceBoot>,
}

/// The time for which the machine has been running, sleep included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a store that left a new field out would shorten a wait"
)]
pub struct SinceBoot {
    /// Tells this start of the machine from every other.
    pub id: u128,
    /// The time since that start.
    pub elapsed: Duration,
}

impl Moment {
    /// Returns the time that has passed since `then`. It is `None` if the clock went
    /// back meanwhile, because then the time cannot be told.
    ///
    /// While the machine runs on, the time since its start decides: setting
    /// the wall clock changes nothing. Across a restart only the wall clock is
    /// left.
    pub(super) fn since(self, then: Self) -> Option<Duration> {
        match (self.boot, then.boot) {
            (Some(now), Some(then)) if now.id == then.id => now.elapsed.checked_sub(then.elapsed),
            _ => self.wall.checked_sub(then.wall),
        }
    }
}

/// The machine's clocks.
///
/// On Linux the time since the start, and which start it was, are read from `/proc`.
/// On other systems there is the wall clock alone, and a user who may set it forward can
/// shorten a wait: on macOS and Windows that is an administrator. For macOS,
/// `openpass-auth-macos` has `BootClock`. Nothing by the name `/proc` is looked at there:
/// on Windows anybody may make such a folder.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct SystemClock {}

impl SystemClock {
    /// The machine's clocks.
    #[must_use]
    pub const fn new() -> Self {
        Self {}
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        Moment {
            // A clock before 1970 went back, which is dealt with as such.
            wall: SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default(),
            boot: since_boot(),
        }
    }
}

#[cfg(target_os = "linux")]
fn since_boot() -> Option<SinceBoot> {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let uptime = std::fs::read_to_string("/proc/uptime").ok()?;
    Some(SinceBoot {
        id: u128::from_str_radix(&id.trim().replace('-', ""), 16).ok()?,
        elapsed: seconds(uptime.split_whitespace().next()?)?,
    })
}

#[cfg(not(target_os = "linux"))]
const fn since_boot() -> Option<SinceBoot> {
    None
}

/// Seconds with a fraction, such as `4953.16`.
#[cfg(target_os = "linux")]
fn seconds(text: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(text.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machines_clocks_go_forward() {
        let clock = SystemClock::new();
        let then = clock.now();
        let passed = clock.now().since(then).unwrap();
        assert!(passed < Duration::from_secs(60), "{passed:?}");
        assert_eq!(then.boot.is_some(), cfg!(target_os = "linux"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn seconds_with_a_fraction_are_read() {
        assert_eq!(seconds("4953.25"), Some(Duration::from_millis(4_953_250)));
        for broken in ["", "-1", "inf", "NaN", "x"] {
            assert_eq!(seconds(broken), None);
        }
    }
}
