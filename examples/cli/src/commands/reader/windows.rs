//! Watches the log by its length and times. A pipe that nobody reads is noticed at the next
//! line.

use std::{fs, os::windows::fs::MetadataExt as _, path::Path, thread, time::Duration};

use crate::failure::Failure;

/// Returns a stamp of the file: its length and its times of creation and writing. Another
/// stamp means another file or another content. `None` if the file is not there.
pub(super) fn stamp(path: &Path) -> Option<(u64, u64, u64)> {
    let file = fs::symlink_metadata(path).ok()?;
    Some((file.len(), file.creation_time(), file.last_write_time()))
}

/// Waits for `between`. Whether somebody still reads is not known.
#[expect(clippy::unnecessary_wraps, reason = "other systems can tell")]
pub(super) fn goes(between: Duration) -> Result<bool, Failure> {
    thread::sleep(between);
    Ok(false)
}
