//! The controlling terminal, and nothing else.

use std::os::fd::OwnedFd;

use nix::sys::signal::{SigSet, SigmaskHow, Signal};
use openpass_auth::Unavailable;
use rustix::{
    fs::{Mode, OFlags},
    io::Errno,
    termios::{
        InputModes, LocalModes, OptionalActions, QueueSelector, SpecialCodeIndex, Termios, tcflush,
        tcgetattr, tcgetpgrp, tcgetwinsize, tcsetattr,
    },
};

use crate::prompt::{charset::Charset, layout::Size};

/// The modes that are off while a passphrase is typed.
const OFF: LocalModes = LocalModes::ECHO
    .union(LocalModes::ECHONL)
    .union(LocalModes::ICANON)
    .union(LocalModes::ISIG)
    .union(LocalModes::IEXTEN);

/// `/dev/tty`, opened anew so that no flag of it is anybody else's.
///
/// It never blocks. A read that waits could take what is typed after the
/// terminal was given back; a write would hang while ^S holds the output.
#[derive(Debug)]
pub(super) struct Tty(OwnedFd);

/// The mode of a terminal.
pub(super) type TtyMode = Termios;

/// The outcome of a read or a write.
pub(super) enum Transfer {
    /// So many bytes.
    Bytes(usize),
    /// Nothing now; later perhaps.
    NotNow,
    /// The terminal is gone, or this program is no longer in its foreground.
    Gone,
}

impl Tty {
    pub(super) fn open() -> Result<Self, Unavailable> {
        let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        rustix::fs::open("/dev/tty", flags, Mode::empty())
            .map(Self)
            .map_err(|_| Unavailable::NoTerminal)
    }

    /// Returns the same terminal, for an owner that may outlive this value.
    pub(super) fn try_clone(&self) -> std::io::Result<Self> {
        self.0.try_clone().map(Self)
    }

    /// The mode to give back later, if this program may change it now.
    pub(super) fn mode_to_change(&self) -> Result<Termios, Unavailable> {
        // Changing it from the background would stop the whole program.
        if !self.in_foreground() {
            return Err(Unavailable::NotForeground);
        }
        let mode = tcgetattr(&self.0).map_err(|_| Unavailable::NoTerminal)?;
        let usual = LocalModes::ECHO | LocalModes::ICANON;
        if !mode.local_modes.contains(usual) {
            return Err(Unavailable::TerminalInUse);
        }
        Ok(mode)
    }

    /// Whether the mode is still the one of [`make_raw`](Self::make_raw).
    pub(super) fn is_raw(&self) -> bool {
        tcgetattr(&self.0).is_ok_and(|mode| !mode.local_modes.intersects(OFF))
    }

    /// Whether key presses go to this program.
    pub(super) fn in_foreground(&self) -> bool {
        tcgetpgrp(&self.0).is_ok_and(|group| group == rustix::process::getpgrp())
    }

    /// Turns off echo, line mode, the keys' signals and ^S, which would hold the
    /// question without a word, as `mode` but for that, and throws away what was
    /// typed before.
    ///
    /// Set first, flush then: nothing is echoed in between. TCSAFLUSH would do
    /// both, but waits for the output, which ^S can hold for ever.
    pub(super) fn make_raw(&self, mode: &Termios) -> Result<(), Errno> {
        let mut raw = mode.clone();
        raw.local_modes.remove(OFF);
        raw.input_modes.remove(InputModes::IXON);
        // With NONBLOCK, a read of nothing is EAGAIN and one of 0 bytes a
        // hang-up, on every system (POSIX leaves it open for VMIN = 0).
        raw.special_codes[SpecialCodeIndex::VMIN] = 1;
        raw.special_codes[SpecialCodeIndex::VTIME] = 0;
        self.set(&raw)?;
        let ready = tcgetattr(&self.0).and_then(|now| {
            // tcsetattr succeeds if any part of the change was made.
            if now.local_modes.intersects(OFF) {
                return Err(Errno::IO);
            }
            self.flush_input()
        });
        if ready.is_err() {
            let _ = self.set(mode);
        }
        ready
    }

    pub(super) fn set(&self, mode: &Termios) -> Result<(), Errno> {
        unstoppable(|| tcsetattr(&self.0, OptionalActions::Now, mode))
    }

    pub(super) fn flush_input(&self) -> Result<(), Errno> {
        unstoppable(|| tcflush(&self.0, QueueSelector::IFlush))
    }

    /// Whether it takes the escape sequences of colours: as far as the host knows.
    #[expect(clippy::unused_self, reason = "a console of Windows may not")]
    pub(super) const fn takes_colour(&self) -> bool {
        true
    }

    pub(super) fn read(&self, into: &mut [u8]) -> Transfer {
        // From the background, a read would stop the whole program.
        if !self.in_foreground() {
            return Transfer::Gone;
        }
        match rustix::io::read(&self.0, into) {
            Ok(0) => Transfer::Gone,
            outcome => transfer(outcome),
        }
    }

    pub(super) fn write(&self, bytes: &[u8]) -> Transfer {
        transfer(unstoppable(|| rustix::io::write(&self.0, bytes)))
    }

    /// The size, or 24 × 80 where the terminal does not say.
    pub(super) fn size(&self) -> Size {
        let size = tcgetwinsize(&self.0);
        let (rows, columns) = size.map_or((0, 0), |size| (size.ws_row, size.ws_col));
        let or = |size: u16, usual: usize| if size == 0 { usual } else { size.into() };
        Size {
            rows: or(rows, 24),
            columns: or(columns, 80),
            charset: Charset::of(&self.0),
        }
    }
}

/// Does `change` without being stopped for it: the shell may have put the
/// program in the background since it was looked at (POSIX.1-2024 §11.1.4).
fn unstoppable<T>(change: impl FnOnce() -> T) -> T {
    let stop = SigSet::from(Signal::SIGTTOU);
    let before = stop.thread_swap_mask(SigmaskHow::SIG_BLOCK);
    let changed = change();
    if let Ok(before) = before {
        // It cannot fail: the mask is one that this thread had.
        let _ = before.thread_set_mask();
    }
    changed
}

fn transfer(outcome: Result<usize, Errno>) -> Transfer {
    match outcome {
        Ok(count) => Transfer::Bytes(count),
        Err(Errno::AGAIN | Errno::INTR) => Transfer::NotNow,
        Err(_) => Transfer::Gone,
    }
}
