//! Processor time, which other programs on the machine disturb less than the wall clock.

use std::time::Duration;

use nix::{
    sys::{
        resource::{UsageWho, getrusage},
        time::TimeVal,
    },
    time::{ClockId, clock_gettime},
};

/// Returns the processor time of this process so far, all its threads together.
pub(crate) fn own() -> Duration {
    clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID)
        .unwrap()
        .into()
}

/// Returns the processor time of the child processes so far that have ended and were
/// waited for.
pub(crate) fn children() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
    duration(usage.user_time()) + duration(usage.system_time())
}

/// Returns the processor time so far of the process `id`, which runs.
///
/// # Panics
///
/// Without such a process.
#[cfg(target_os = "linux")]
#[must_use]
pub fn of_process(id: u32) -> Duration {
    let id = nix::unistd::Pid::from_raw(i32::try_from(id).unwrap());
    let clock = nix::time::clock_getcpuclockid(id).unwrap();
    clock_gettime(clock).unwrap().into()
}

fn duration(time: TimeVal) -> Duration {
    let seconds = u64::try_from(time.tv_sec()).unwrap_or_default();
    let micros = u64::try_from(time.tv_usec()).unwrap_or_default();
    Duration::from_secs(seconds) + Duration::from_micros(micros)
}
