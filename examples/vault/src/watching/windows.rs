//! The console of Windows. A pipe that nobody reads is noticed at the next line.

use std::{io, thread, time::Duration};

use windows_sys::Win32::System::Console::{
    FlushConsoleInputBuffer, GetStdHandle, STD_INPUT_HANDLE,
};

/// Forgets the keys that were typed before now.
#[expect(unsafe_code, reason = "std has no call that forgets what was typed")]
pub(super) fn forget_typed() {
    // SAFETY: both calls take values, and GetStdHandle's handle stays the process's own. Where
    // stdin is no console, there is nothing to forget.
    unsafe {
        FlushConsoleInputBuffer(GetStdHandle(STD_INPUT_HANDLE));
    }
}

/// Waits for `between`. Whether somebody still reads is not known.
///
/// # Errors
///
/// None.
pub fn reader_goes(between: Duration) -> io::Result<bool> {
    thread::sleep(between);
    Ok(false)
}
