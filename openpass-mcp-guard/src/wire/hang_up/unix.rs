//! Watches the input with poll(2).

use std::{
    io,
    os::fd::{AsFd, BorrowedFd},
};

use rustix::event::{PollFd, PollFlags, poll};
use tokio_util::sync::CancellationToken;

/// An input that can be watched: anything with a file descriptor.
pub trait Watched: AsFd {}

impl<T: AsFd> Watched for T {}

/// Fires `gone` on a thread of its own when nobody can write to `input` any more.
pub(super) fn watch(input: &impl Watched, gone: &CancellationToken) -> io::Result<()> {
    let (watched, gone) = (input.as_fd().try_clone_to_owned()?, gone.clone());
    super::named("hang-up").spawn(move || {
        if hangs_up(watched.as_fd()) {
            gone.cancel();
        }
    })?;
    Ok(())
}

/// Waits until nobody can write to `input` any more. What was written may be
/// unread still: a server that waits for its answers to be read must hear all
/// the same that nobody will.
fn hangs_up(input: BorrowedFd<'_>) -> bool {
    #[cfg(target_os = "linux")]
    let events = PollFlags::RDHUP;
    #[cfg(not(target_os = "linux"))]
    let events = PollFlags::empty();
    loop {
        let mut polled = [PollFd::from_borrowed_fd(input, events)];
        match poll(&mut polled, None) {
            Err(rustix::io::Errno::INTR) => {}
            // What cannot be watched ends when it is read to its end.
            Err(_) => return false,
            Ok(_) => {
                let ends = events | PollFlags::HUP | PollFlags::ERR;
                return polled.iter().any(|it| it.revents().intersects(ends));
            }
        }
    }
}
