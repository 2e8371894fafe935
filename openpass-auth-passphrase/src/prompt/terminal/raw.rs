//! The terminal while echo is off.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use openpass_auth::{AuthError, BackendError, CancelledBy};

use super::{
    rescue::Rescue,
    tty::{Transfer, Tty, TtyMode},
};
use crate::{
    Cancel,
    prompt::{
        layout::Size,
        signals::{ENDING_AND_STOPPING, Signals},
        turn::Turn,
    },
};

/// The terminal with echo off, until the first of several ends gives it back.
///
/// A cancel gives it back on the thread that cancels; dropping this does when
/// nobody has. Every read and write goes through the same lock, so that none
/// happens once it is given back: what is typed then is not ours.
#[derive(Debug)]
pub(super) struct RawTerminal(Slot);

/// The finding of a look at the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing changed.
    Ours,
    /// The terminal was somebody else's for a while, and the screen is no longer ours.
    OursAgain,
    /// The terminal is not ours any more.
    Gone,
}

#[derive(Debug, Clone, Default)]
struct Slot(Arc<Mutex<Option<Taken>>>);

#[derive(Debug)]
struct Taken {
    tty: Tty,
    before: TtyMode,
    /// Whether the cursor is at the start of a line.
    fresh_line: bool,
    /// Whether it was restored because of a signal, which is yet to be sent on.
    over: bool,
    // Dropped in this order: first signals go where they belong again, then
    // the next prompt may catch them.
    rescue: Rescue,
    signals: Signals,
    turn: Turn,
}

impl RawTerminal {
    /// Takes the terminal; `turn` is over when it is given back.
    pub(super) fn take(tty: Tty, turn: Turn, cancel: &Cancel) -> Result<Self, AuthError> {
        let slot = Slot::default();
        let hook = slot.clone();
        // Before the terminal is changed: a cancel in between waits at the
        // slot's lock, or is seen below.
        cancel.on_cancel(move || hook.give_back());
        let mut taken = slot.lock();
        if cancel.is_cancelled() {
            return Err(AuthError::Cancelled(CancelledBy::Host));
        }
        *taken = Some(Taken::take(tty, turn)?);
        drop(taken);
        Ok(Self(slot))
    }

    /// The terminal's size; `None` when it was given back.
    pub(super) fn size(&self) -> Option<Size> {
        self.0.lock().as_ref().map(|taken| taken.tty.size())
    }

    /// Whether it takes the escape sequences of colours.
    pub(super) fn takes_colour(&self) -> bool {
        let slot = self.0.lock();
        slot.as_ref().is_some_and(|taken| taken.tty.takes_colour())
    }

    /// Reads what was typed. `Gone` when it was given back.
    pub(super) fn read(&self, into: &mut [u8]) -> Transfer {
        self.with(|taken| taken.tty.read(into))
    }

    /// Writes what fits now. `Gone` when it was given back.
    pub(super) fn write(&self, bytes: &[u8]) -> Transfer {
        self.with(|taken| taken.write(bytes))
    }

    fn with(&self, act: impl FnOnce(&mut Taken) -> Transfer) -> Transfer {
        let mut slot = self.0.lock();
        let taken = slot.as_mut().filter(|taken| !taken.over);
        taken.map_or(Transfer::Gone, act)
    }

    /// Obeys the signals that have come, and looks whether the terminal is
    /// still as it was taken.
    ///
    /// A signal that ends the prompt restores the terminal here; it is sent on
    /// when this is dropped, so that what was typed is wiped first: SIGQUIT
    /// may leave a core file.
    pub(super) fn look(&self) -> Found {
        let mut slot = self.0.lock();
        match slot.as_mut() {
            None => Found::Gone,
            Some(taken) if taken.over || taken.signals.end_it() => {
                taken.end();
                Found::Gone
            }
            Some(taken) if taken.signals.stop_it() => Self::stop(&mut slot, false),
            Some(taken) => taken.look(),
        }
    }

    /// Whether a signal waits to be obeyed by [`look`](Self::look).
    pub(super) fn is_signalled(&self) -> bool {
        let slot = self.0.lock();
        slot.as_ref()
            .is_some_and(|taken| taken.signals.end_it() || taken.signals.stop_it())
    }

    /// Gives the terminal back and stops, with the process group, as the
    /// shell's ^Z does; takes it again when the shell continues them. `Ours` if
    /// the host ignores ^Z: nothing happened.
    pub(super) fn stop_group(&self) -> Found {
        let mut slot = self.0.lock();
        match slot.as_ref() {
            None => Found::Gone,
            Some(taken) if taken.over => Found::Gone,
            Some(taken) if !taken.signals.can_stop() => Found::Ours,
            Some(_) => Self::stop(&mut slot, true),
        }
    }

    fn stop(slot: &mut Option<Taken>, group: bool) -> Found {
        let Some(mut taken) = slot.take() else {
            return Found::Gone;
        };
        taken.restore();
        if group {
            taken.signals.stop_group();
        }
        let Taken {
            tty,
            rescue,
            signals,
            turn,
            ..
        } = taken;
        rescue.disarm();
        signals.stop_now();
        // Here the process goes on, in the foreground or not.
        match Taken::take(tty, turn) {
            Ok(again) => {
                *slot = Some(again);
                Found::OursAgain
            }
            Err(_) => Found::Gone,
        }
    }
}

impl Drop for RawTerminal {
    fn drop(&mut self) {
        self.0.give_back();
    }
}

impl Taken {
    fn take(tty: Tty, turn: Turn) -> Result<Self, AuthError> {
        let before = tty.mode_to_change()?;
        // Before the echo goes off: a signal in between is noted.
        let signals = Signals::catch(ENDING_AND_STOPPING);
        let failed = "the terminal's echo could not be turned off";
        let rescue =
            Rescue::arm(&tty, &before).map_err(|error| BackendError::caused_by(failed, error))?;
        tty.make_raw(&before)
            .map_err(|error| BackendError::caused_by(failed, error))?;
        Ok(Self {
            tty,
            before,
            fresh_line: true,
            over: false,
            rescue,
            signals,
            turn,
        })
    }

    fn write(&mut self, bytes: &[u8]) -> Transfer {
        let transfer = self.tty.write(bytes);
        if let Transfer::Bytes(count) = transfer
            && let Some(last) = bytes.iter().take(count).next_back()
        {
            self.fresh_line = matches!(last, b'\n' | b'\r');
        }
        transfer
    }

    /// A shell gives the terminal its own mode when a program is stopped
    /// behind our back (SIGSTOP), and leaves it so: echo would be on.
    fn look(&mut self) -> Found {
        if !self.tty.in_foreground() {
            return Found::Gone;
        }
        if self.tty.is_raw() {
            return Found::Ours;
        }
        match self.tty.make_raw(&self.before) {
            Ok(()) => Found::OursAgain,
            Err(_) => Found::Gone,
        }
    }

    fn end(&mut self) {
        if !self.over {
            self.restore();
            self.over = true;
        }
    }

    fn restore(&mut self) {
        // In the background it is somebody else's, who has set its mode.
        if !self.tty.in_foreground() {
            return;
        }
        // Nothing can be done about a failure: the terminal is gone then.
        self.tty.flush_input().ok();
        self.tty.set(&self.before).ok();
        if !self.fresh_line {
            self.tty.write(b"\n");
            self.fresh_line = true;
        }
    }
}

impl Slot {
    fn give_back(&self) {
        // The lock is held until it is done: no read comes in between.
        let mut slot = self.lock();
        if let Some(mut taken) = slot.take() {
            taken.end();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Taken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
