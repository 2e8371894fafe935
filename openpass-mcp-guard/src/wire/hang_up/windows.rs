//! The input is not watched: a pipe of Windows cannot be waited for, and tells that its
//! other end is closed to a reader of all that was written
//! (<https://learn.microsoft.com/windows/win32/api/namedpipeapi/nf-namedpipeapi-peeknamedpipe>).
//! The client has left once the input is read to its end.

use std::io;

use tokio_util::sync::CancellationToken;

/// An input of the server: anything that can be read.
pub trait Watched {}

impl<T: io::Read> Watched for T {}

/// Watches nothing.
#[expect(clippy::unnecessary_wraps, reason = "it can fail on other systems")]
pub(super) const fn watch(_: &impl Watched, _: &CancellationToken) -> io::Result<()> {
    Ok(())
}
