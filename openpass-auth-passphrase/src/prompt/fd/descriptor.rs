//! A file descriptor by its number.
//!
//! Not by its name under `/dev/fd`: on Linux that opens the file anew, on macOS and
//! FreeBSD it duplicates, and FreeBSD without fdescfs(5) has none above 2.
#![expect(
    unsafe_code,
    reason = "no safe function takes a descriptor by the number that another program gave"
)]

use std::os::fd::{FromRawFd as _, OwnedFd};

use nix::libc::{F_DUPFD_CLOEXEC, fcntl};
use rustix::{
    fs::{OFlags, fcntl_getfl},
    io::Errno,
};

/// The lowest number that a duplicate gets: never a standard one.
const LOWEST: i32 = 3;

/// Another descriptor of the same open file, closed on exec.
pub(super) fn duplicate(number: u32) -> Result<OwnedFd, Errno> {
    let number = i32::try_from(number).map_err(|_| Errno::BADF)?;
    // SAFETY: with F_DUPFD_CLOEXEC, fcntl(2) takes numbers and no memory, closes
    // nothing, and answers EBADF where `number` is not open.
    let duplicate = unsafe { fcntl(number, F_DUPFD_CLOEXEC, LOWEST) };
    if duplicate < 0 {
        return Err(Errno::BADF);
    }
    // SAFETY: it was opened a moment ago, and nobody else knows it.
    Ok(unsafe { OwnedFd::from_raw_fd(duplicate) })
}

/// Whether it is open for reading.
pub(super) fn is_readable(file: &OwnedFd) -> bool {
    // An O_PATH descriptor of Linux has no file to read from, and says O_RDONLY.
    #[cfg(target_os = "linux")]
    let useless = OFlags::PATH;
    #[cfg(not(target_os = "linux"))]
    let useless = OFlags::empty();
    fcntl_getfl(file).is_ok_and(|flags| {
        !flags.intersects(useless) && flags.intersection(OFlags::RWMODE) != OFlags::WRONLY
    })
}
