//! The terminal while echo is off.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use openpass_auth::{AuthError, BackendError, CancelledBy};
use rustix::termios::Termios;

use super::tty::{Transfer, Tty};
use crate::Cancel;

/// The terminal with echo off, until whoever comes first gives it back.
///
/// A cancel gives it back on the thread that cancels; dropping this does when
/// nobody has. Every read and write goes through the same lock, so that none
/// happens once it is given back: what is typed then is not ours.
#[derive(Debug)]
pub(super) struct RawTerminal(Slot);

#[derive(Debug, Clone, Default)]
struct Slot(Arc<Mutex<Option<Taken>>>);

#[derive(Debug)]
struct Taken {
    tty: Tty,
    before: Termios,
    /// Whether the cursor is at the start of a line.
    fresh_line: bool,
}

impl RawTerminal {
    pub(super) fn take(tty: Tty, cancel: &Cancel) -> Result<Self, AuthError> {
        let slot = Slot::default();
        let hook = slot.clone();
        // Before the terminal is changed: a cancel in between waits at the
        // slot's lock, or is seen below.
        cancel.on_cancel(move || hook.give_back());
        let mut taken = slot.lock();
        if cancel.is_cancelled() {
            return Err(AuthError::Cancelled(CancelledBy::Host));
        }
        let before = tty.mode_to_change()?;
        tty.make_raw(&before).map_err(|error| {
            BackendError::caused_by("the terminal's echo could not be turned off", error)
        })?;
        *taken = Some(Taken {
            tty,
            before,
            fresh_line: true,
        });
        drop(taken);
        Ok(Self(slot))
    }

    pub(super) fn columns(&self) -> usize {
        self.0
            .lock()
            .as_ref()
            .map_or(80, |taken| taken.tty.columns())
    }

    /// Reads what was typed. `Gone` when it was given back.
    pub(super) fn read(&self, into: &mut [u8]) -> Transfer {
        self.with(|taken| taken.tty.read(into))
    }

    /// Writes what fits now. `Gone` when it was given back.
    pub(super) fn write(&self, bytes: &[u8]) -> Transfer {
        self.with(|taken| {
            let transfer = taken.tty.write(bytes);
            if let Transfer::Bytes(count) = transfer {
                taken.fresh_line = bytes.iter().take(count).next_back() == Some(&b'\n');
            }
            transfer
        })
    }

    fn with(&self, act: impl FnOnce(&mut Taken) -> Transfer) -> Transfer {
        self.0.lock().as_mut().map_or(Transfer::Gone, act)
    }
}

impl Drop for RawTerminal {
    fn drop(&mut self) {
        self.0.give_back();
    }
}

impl Slot {
    fn give_back(&self) {
        // The lock is held until it is done: no read comes in between.
        let mut slot = self.lock();
        if let Some(taken) = slot.take() {
            // Nothing can be done about a failure: the terminal is gone then.
            let _ = taken.tty.flush_input();
            let _ = taken.tty.set(&taken.before);
            if !taken.fresh_line {
                taken.tty.write(b"\n");
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Taken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
