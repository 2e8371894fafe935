//! The terminal, and stdout by poll(2).

use std::{io, time::Duration};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    termios::{QueueSelector, tcflush},
};

/// Forgets the keys that were typed before now.
pub(super) fn forget_typed() {
    // Where stdin is no terminal any more, there is nothing to forget.
    let _ = tcflush(io::stdin(), QueueSelector::IFlush);
}

/// Waits for `between`, and says whether the reader of stdout closed it meanwhile.
///
/// # Errors
///
/// That poll(2) fails.
pub fn reader_goes(between: Duration) -> io::Result<bool> {
    let between = Timespec::try_from(between).map_err(io::Error::other)?;
    let stdout = io::stdout();
    let mut watched = [PollFd::new(&stdout, PollFlags::empty())];
    match poll(&mut watched, Some(&between)) {
        Ok(_) | Err(rustix::io::Errno::INTR) => {}
        Err(error) => return Err(io::Error::from(error)),
    }
    let gone = PollFlags::ERR | PollFlags::HUP | PollFlags::NVAL;
    Ok(watched.iter().any(|it| it.revents().intersects(gone)))
}
