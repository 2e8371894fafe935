//! The start of the machine and the time since, read from macOS.
#![expect(unsafe_code, reason = "two calls to the C library, and nothing else")]

use core::{ptr, time::Duration};

use openpass_auth::SinceBoot;

use super::session_id::session_id;

/// More than a UUID and its end have.
const ENOUGH: usize = 64;

/// The time since the machine was started, and which start that was.
pub(super) fn read() -> Option<SinceBoot> {
    Some(SinceBoot {
        id: session()?,
        elapsed: elapsed()?,
    })
}

fn session() -> Option<u128> {
    let mut text = [0_u8; ENOUGH];
    let mut length = text.len();
    // SAFETY: the name ends with NUL. `text` has `length` bytes to write to, and the call
    // writes no more; it sets `length` to what it wrote. Nothing is set by it.
    let code = unsafe {
        libc::sysctlbyname(
            c"kern.bootsessionuuid".as_ptr(),
            text.as_mut_ptr().cast(),
            &raw mut length,
            ptr::null_mut(),
            0,
        )
    };
    if code != 0 {
        return None;
    }
    session_id(text.get(..length)?)
}

fn elapsed() -> Option<Duration> {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `time` is one timespec to write to.
    let code = unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC_RAW, &raw mut time) };
    if code != 0 {
        return None;
    }
    let seconds = Duration::from_secs(time.tv_sec.try_into().ok()?);
    seconds.checked_add(Duration::from_nanos(time.tv_nsec.try_into().ok()?))
}
