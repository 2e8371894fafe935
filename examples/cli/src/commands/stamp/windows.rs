//! Watches the log by its length and times.

use std::{fs, os::windows::fs::MetadataExt as _, path::Path};

/// Returns a stamp of the file: its length and its times of creation and writing. Another
/// stamp means another file or another content. `None` if the file is not there.
pub(super) fn of(path: &Path) -> Option<(u64, u64, u64)> {
    let file = fs::symlink_metadata(path).ok()?;
    Some((file.len(), file.creation_time(), file.last_write_time()))
}
