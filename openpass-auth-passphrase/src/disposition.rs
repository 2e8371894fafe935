//! Signal dispositions, changed and given back.
//!
//! nix's `sigaction` is itself unsafe, rustix has none, and signal-hook keeps
//! its handler in place for good, which would rob the host of the default one.
#![expect(
    unsafe_code,
    reason = "no safe wrapper changes a disposition and gives the old one back"
)]

use core::ffi::c_int;

use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, raise, sigaction};

/// A signal whose disposition was changed, with what it was before.
#[derive(Debug)]
pub(crate) struct Changed {
    signal: Signal,
    before: SigAction,
    note: extern "C" fn(c_int),
}

impl Changed {
    /// Lets `note` run on `signal`; `None` when the host ignores the signal,
    /// which then stays ignored, or when the system refuses.
    ///
    /// `note` may do no more than what is async-signal-safe, such as a store to an
    /// atomic: it interrupts whatever runs, also a `malloc` (POSIX.1-2024 §2.4.3).
    pub(crate) fn catch(signal: Signal, note: extern "C" fn(c_int)) -> Option<Self> {
        // So that no call of the host ends with EINTR because of us, and the
        // handler runs on the host's alternative stack if it has one.
        let flags = SaFlags::SA_RESTART | SaFlags::SA_ONSTACK;
        let action = SigAction::new(SigHandler::Handler(note), flags, SigSet::empty());
        // SAFETY: `note` is the caller's, who keeps to what a handler may do;
        // one caller stores to an atomic, the other says what it calls. It lives for
        // ever.
        let before = unsafe { sigaction(signal, &action) }.ok()?;
        let changed = Self {
            signal,
            before,
            note,
        };
        if matches!(changed.before.handler(), SigHandler::SigIgn) {
            changed.give_back();
            return None;
        }
        Some(changed)
    }

    pub(crate) const fn signal(&self) -> Signal {
        self.signal
    }

    pub(crate) const fn before(&self) -> SigAction {
        self.before
    }

    /// Whether the signal did what the system does with it by itself.
    pub(crate) fn was_default(&self) -> bool {
        matches!(self.before.handler(), SigHandler::SigDfl)
    }

    /// Gives the disposition back as it was, unless somebody else has changed
    /// it meanwhile: then theirs stays.
    pub(crate) fn give_back(&self) {
        // SAFETY: `before` is what sigaction(2) gave back for this signal: the
        // host's own disposition, unchanged.
        let now = unsafe { sigaction(self.signal, &self.before) };
        if let Ok(theirs) = now
            && !self.is_ours(&theirs)
        {
            // SAFETY: as above; `theirs` is what stood there a moment ago.
            let _ = unsafe { sigaction(self.signal, &theirs) };
        }
    }

    fn is_ours(&self, action: &SigAction) -> bool {
        match action.handler() {
            SigHandler::Handler(there) => core::ptr::fn_addr_eq(there, self.note),
            _ => false,
        }
    }
}

/// In a handler of ours: lets the signal do what it did `before`, or by default, and
/// sends it again. It comes when the handler returns.
pub(crate) fn hand_on(signal: Signal, before: Option<&SigAction>) {
    let default = SigAction::new(SigHandler::SigDfl, SaFlags::empty(), SigSet::empty());
    // SAFETY: the disposition is the system's default, or what sigaction(2) gave back
    // for this signal: the host's own, unchanged.
    let _ = unsafe { sigaction(signal, before.unwrap_or(&default)) };
    let _ = raise(signal);
}
