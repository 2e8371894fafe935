//! Signals that come while a prompt is up.

use core::{
    ffi::c_int,
    sync::atomic::{AtomicU32, Ordering},
};
use std::time::{Duration, Instant};

use nix::{
    sys::signal::{SigSet, Signal, kill, raise},
    unistd::Pid,
};

use crate::disposition::Changed;

/// The signals that end a program.
pub(super) const ENDING: &[Signal] = &[
    Signal::SIGHUP,
    Signal::SIGINT,
    Signal::SIGQUIT,
    Signal::SIGTERM,
];

/// The signals that end a program, and the signal that stops it.
pub(super) const ENDING_AND_STOPPING: &[Signal] = &[
    Signal::SIGHUP,
    Signal::SIGINT,
    Signal::SIGQUIT,
    Signal::SIGTERM,
    Signal::SIGTSTP,
];

/// So long is waited for a stop signal that was sent to the whole group.
const DELIVERY: Duration = Duration::from_millis(100);

/// The signals that have come, one bit each. One prompt at a time uses it.
static NOTED: AtomicU32 = AtomicU32::new(0);

/// Runs as a signal handler: an atomic store, and nothing else.
extern "C" fn note(signal: c_int) {
    NOTED.fetch_or(bit(signal), Ordering::SeqCst);
}

/// Signals that are noted instead of obeyed. Dropping it gives the
/// dispositions back, and sends again what was noted: the host's handler, or
/// the system's default, then does what it would have done.
#[derive(Debug)]
pub(super) struct Signals(Vec<Changed>);

impl Signals {
    /// Catches what of `signals` the host does not ignore.
    pub(super) fn catch(signals: &[Signal]) -> Self {
        NOTED.store(0, Ordering::SeqCst);
        let catch = |signal: &Signal| Changed::catch(*signal, note);
        Self(signals.iter().filter_map(catch).collect())
    }

    /// Whether one has come that ends the prompt.
    pub(super) fn end_it(&self) -> bool {
        self.0
            .iter()
            .any(|caught| caught.signal() != Signal::SIGTSTP && noted(caught.signal()))
    }

    /// Whether one has come that stops the program.
    pub(super) fn stop_it(&self) -> bool {
        self.stop().is_some() && noted(Signal::SIGTSTP)
    }

    /// Whether a stop does anything here: a host may ignore it.
    pub(super) fn can_stop(&self) -> bool {
        self.stop().is_some()
    }

    /// Stops the whole process group, as the terminal's stop key would do, and
    /// leaves this process to [`stop_now`](Self::stop_now).
    pub(super) fn stop_group(&self) {
        let _ = kill(Pid::from_raw(0), Signal::SIGTSTP);
        // Ours is on its way, perhaps to another thread. If it came after the
        // dispositions are given back, this process would stop twice.
        let end = Instant::now() + DELIVERY;
        while !noted(Signal::SIGTSTP) && Instant::now() < end {
            std::thread::yield_now();
        }
    }

    /// Gives the dispositions back and stops, if that is what the host lets the
    /// signal do. Returns when the process goes on.
    pub(super) fn stop_now(mut self) {
        let stops = self.stop().is_some_and(Changed::was_default);
        forget(Signal::SIGTSTP);
        self.give_back();
        send_on(Signal::SIGTSTP, stops);
    }

    fn stop(&self) -> Option<&Changed> {
        self.0
            .iter()
            .find(|caught| caught.signal() == Signal::SIGTSTP)
    }

    fn give_back(&mut self) {
        let caught = core::mem::take(&mut self.0);
        caught.iter().for_each(Changed::give_back);
        for caught in caught {
            if noted(caught.signal()) {
                forget(caught.signal());
                send_on(caught.signal(), caught.was_default());
            }
        }
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.give_back();
    }
}

/// Sends `signal` to where it was on its way: by default to this thread, so
/// that it does not run on before the system stops or ends the process; to a
/// handler by way of the process, which has threads that handle signals.
fn send_on(signal: Signal, default: bool) {
    let blocked = SigSet::thread_get_mask().is_ok_and(|mask| mask.contains(signal));
    let _ = if default && !blocked {
        raise(signal)
    } else {
        kill(Pid::this(), signal)
    };
}

fn noted(signal: Signal) -> bool {
    NOTED.load(Ordering::SeqCst) & bit(signal as c_int) != 0
}

fn forget(signal: Signal) {
    NOTED.fetch_and(!bit(signal as c_int), Ordering::SeqCst);
}

fn bit(signal: c_int) -> u32 {
    u32::try_from(signal)
        .ok()
        .and_then(|signal| 1_u32.checked_shl(signal))
        .unwrap_or(0)
}
