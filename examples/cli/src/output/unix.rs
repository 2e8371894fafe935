//! Terminals of Unix.

use std::{io::IsTerminal, os::fd::AsFd};

/// Stdout or stderr.
pub(super) trait Stream: IsTerminal + AsFd {}

impl<T: IsTerminal + AsFd> Stream for T {}

/// The width of its terminal in columns, if it is one.
pub(super) fn columns(stream: &impl Stream) -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(stream).ok()?;
    Some(size.ws_col.into())
}

/// Each terminal knows escape sequences, or says by `TERM` that it does not.
pub(super) const fn shows_colour() -> bool {
    true
}
