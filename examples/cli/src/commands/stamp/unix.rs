//! Watches the log by its inode.

use std::{fs, os::unix::fs::MetadataExt as _, path::Path};

/// Returns a stamp of the file: its device, inode, length and time of change. Another stamp
/// means another file or another content. `None` if the file is not there.
pub(super) fn of(path: &Path) -> Option<(u64, u64, u64, i64, i64)> {
    let file = fs::symlink_metadata(path).ok()?;
    let (dev, ino, len) = (file.dev(), file.ino(), file.len());
    Some((dev, ino, len, file.mtime(), file.mtime_nsec()))
}
