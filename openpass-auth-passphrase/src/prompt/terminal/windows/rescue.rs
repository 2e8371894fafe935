//! Windows has no way back for a program that aborts: it is ended at once, and nothing
//! of it runs any more (`__fastfail`).

use std::io;

use super::tty::{Tty, TtyMode};

/// Stands for what gives a terminal back on an abort, which a console is not.
#[derive(Debug)]
pub(super) struct Rescue;

impl Rescue {
    #[expect(clippy::unnecessary_wraps, reason = "Unix has what can fail")]
    pub(super) const fn arm(_: &Tty, _: &TtyMode) -> io::Result<Self> {
        Ok(Self)
    }

    #[expect(clippy::unused_self, reason = "Unix has what to give back")]
    pub(super) const fn disarm(self) {}
}
