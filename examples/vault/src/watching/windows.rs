//! A pipe that nobody reads is noticed at the next line.

use std::{io, thread, time::Duration};

/// Waits for `between`. Whether somebody still reads is not known.
///
/// # Errors
///
/// None.
#[expect(clippy::unnecessary_wraps, reason = "other systems can tell")]
pub fn reader_goes(between: Duration) -> io::Result<bool> {
    thread::sleep(between);
    Ok(false)
}
