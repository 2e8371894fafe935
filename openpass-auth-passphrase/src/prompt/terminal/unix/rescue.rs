//! The terminal's way back where nothing is dropped: an abort.
//!
//! With `panic = "abort"` every panic is one. The signal's handler gives the terminal
//! back by tcsetattr(3) and tcflush(3), which are async-signal-safe (POSIX.1-2024
//! §2.4.3), and hands the signal on to the host's handler or the system.
//!
//! SIGABRT alone: Rust's own overflow of the stack ends in it too. What else a
//! broken program dies of (SIGSEGV, SIGBUS, SIGILL, SIGFPE) is the runtime's and the
//! host's to handle, and is left to them.
#![expect(
    unsafe_code,
    reason = "a signal handler takes nothing: what it needs it finds by a pointer in a static"
)]

use core::{
    ffi::c_int,
    ptr,
    sync::atomic::{AtomicPtr, Ordering},
};
use std::{io, sync::OnceLock};

use nix::sys::signal::{SigAction, Signal};
use rustix::termios::Termios;

use super::tty::Tty;
use crate::disposition::{self, Changed};

/// The terminal that an abort gives back. The code that takes it out of here has it
/// alone: the handler, which never frees it, or [`Rescue`]'s drop, which does.
static SAVED: AtomicPtr<Saved> = AtomicPtr::new(ptr::null_mut());

#[derive(Debug)]
struct Saved {
    tty: Tty,
    mode: Termios,
    /// The action of SIGABRT without us.
    before: OnceLock<SigAction>,
}

/// Gives the terminal back on an abort, until it is dropped. One at a time, as there
/// is one prompt.
#[derive(Debug)]
pub(super) struct Rescue(Option<Changed>);

impl Rescue {
    /// Gets ready to give `tty` back its `mode`; to be called before that is changed.
    pub(super) fn arm(tty: &Tty, mode: &Termios) -> io::Result<Self> {
        let saved = Box::into_raw(Box::new(Saved {
            tty: tty.try_clone()?,
            mode: mode.clone(),
            before: OnceLock::new(),
        }));
        free(SAVED.swap(saved, Ordering::AcqRel));
        let changed = Changed::catch(Signal::SIGABRT, give_back);
        if let Some(changed) = &changed {
            // SAFETY: it was made above, and is freed by this value's drop at the
            // earliest; the handler reads it through `OnceLock` alone.
            let _ = unsafe { &*saved }.before.set(changed.before());
        }
        Ok(Self(changed))
    }

    /// Leaves the signal to the host again; what it drops does the work.
    pub(super) fn disarm(self) {}
}

impl Drop for Rescue {
    fn drop(&mut self) {
        if let Some(changed) = &self.0 {
            changed.give_back();
        }
        free(SAVED.swap(ptr::null_mut(), Ordering::AcqRel));
    }
}

/// Frees what was taken out of [`SAVED`].
fn free(saved: *mut Saved) {
    if !saved.is_null() {
        // SAFETY: it is from `Box::into_raw`, and `swap` gave it to nobody else.
        drop(unsafe { Box::from_raw(saved) });
    }
}

/// Runs as SIGABRT's handler: no lock and no allocation. The aborting
/// code gets control back only with the signal no longer ours.
extern "C" fn give_back(_: c_int) {
    let saved = SAVED.swap(ptr::null_mut(), Ordering::AcqRel);
    // SAFETY: it is null, or from `Box::into_raw` and this handler's own from here on.
    let saved = unsafe { saved.as_ref() };
    if let Some(saved) = saved
        // In the background it is somebody else's, who has set its mode.
        && saved.tty.in_foreground()
    {
        let _ = saved.tty.flush_input();
        let _ = saved.tty.set(&saved.mode);
    }
    let before = saved.and_then(|saved| saved.before.get());
    disposition::hand_on(Signal::SIGABRT, before);
}
