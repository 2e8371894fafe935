//! Consoles of Windows.

use std::{io::IsTerminal, os::windows::io::AsHandle};

/// Stdout or stderr.
pub(super) trait Stream: IsTerminal + AsHandle {}

impl<T: IsTerminal + AsHandle> Stream for T {}

/// The width of its console in columns, if it is one.
pub(super) fn columns(stream: &impl Stream) -> Option<usize> {
    let (width, _) = terminal_size::terminal_size_of(stream)?;
    Some(width.0.into())
}

/// Whether the consoles of stdout and stderr obey escape sequences from now on: those
/// before Windows 10 cannot, and later ones have to be told
/// (<https://learn.microsoft.com/windows/console/console-virtual-terminal-sequences>).
pub(super) fn shows_colour() -> bool {
    anstyle_query::windows::enable_ansi_colors() == Some(true)
}
