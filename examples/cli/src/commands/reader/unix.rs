//! Watches the log by its inode, and stdout with poll(2).

use std::{fs, io, os::unix::fs::MetadataExt as _, path::Path, time::Duration};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::failure::Failure;

/// Returns a stamp of the file: its device, inode, length and time of change. Another stamp
/// means another file or another content. `None` if the file is not there.
pub(super) fn stamp(path: &Path) -> Option<(u64, u64, u64, i64, i64)> {
    let file = fs::symlink_metadata(path).ok()?;
    let (dev, ino, len) = (file.dev(), file.ino(), file.len());
    Some((dev, ino, len, file.mtime(), file.mtime_nsec()))
}

/// Waits for `between`, and says whether the reader of stdout closed it meanwhile.
pub(super) fn goes(between: Duration) -> Result<bool, Failure> {
    let between = Timespec::try_from(between).map_err(io::Error::other)?;
    let stdout = io::stdout();
    let mut watched = [PollFd::new(&stdout, PollFlags::empty())];
    match poll(&mut watched, Some(&between)) {
        Ok(_) | Err(rustix::io::Errno::INTR) => {}
        Err(error) => return Err(io::Error::from(error).into()),
    }
    let gone = PollFlags::ERR | PollFlags::HUP | PollFlags::NVAL;
    Ok(watched.iter().any(|it| it.revents().intersects(gone)))
}
