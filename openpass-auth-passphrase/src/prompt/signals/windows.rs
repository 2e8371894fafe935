//! The console's message to a program, while a prompt is up, that it is to end.

use core::sync::atomic::{AtomicBool, Ordering};
use std::{
    thread,
    time::{Duration, Instant},
};

use windows_sys::core::BOOL;

use crate::console;

/// The longest time for which the system's call waits for the prompt. If the window was
/// closed, the system ends the program after 5 s.
///
/// Source: <https://learn.microsoft.com/windows/console/handlerroutine>.
const AT_MOST: Duration = Duration::from_secs(3);
const TICK: Duration = Duration::from_millis(5);

/// Whether the program was told to end. One prompt at a time uses it.
static NOTED: AtomicBool = AtomicBool::new(false);
/// Whether a prompt is up.
static UP: AtomicBool = AtomicBool::new(false);

/// Events that end a program: all that there are.
#[derive(Debug, Clone, Copy)]
pub(super) enum Events {
    /// ^C and ^Break from elsewhere, a closed window, a logoff and a shutdown.
    All,
}

/// The events that end a program. A console has no event that stops a program.
pub(super) const ENDING_AND_STOPPING: Events = Events::All;

/// Runs on a thread of the system. When it returns, the handlers of the host are
/// called, and last the system's, which ends the program: so it returns when the
/// prompt has given the console back.
extern "system" fn note(_: u32) -> BOOL {
    NOTED.store(true, Ordering::SeqCst);
    let end = Instant::now() + AT_MOST;
    while UP.load(Ordering::SeqCst) && Instant::now() < end {
        thread::sleep(TICK);
    }
    // Not handled: the next one is asked.
    0
}

/// Events that are noted, and obeyed when this is dropped.
#[derive(Debug)]
pub(super) struct Signals(bool);

impl Signals {
    pub(super) fn catch(_: Events) -> Self {
        NOTED.store(false, Ordering::SeqCst);
        UP.store(true, Ordering::SeqCst);
        Self(console::handle(note).is_ok())
    }

    /// Whether an event has come that ends the prompt.
    pub(super) fn end_it(&self) -> bool {
        self.0 && NOTED.load(Ordering::SeqCst)
    }

    /// Never: there is no shell to go back to for a while.
    #[expect(
        clippy::unused_self,
        reason = "signals of other systems stop a program"
    )]
    pub(super) const fn stop_it(&self) -> bool {
        false
    }

    /// Whether a stop does anything here.
    #[expect(
        clippy::unused_self,
        reason = "signals of other systems stop a program"
    )]
    pub(super) const fn can_stop(&self) -> bool {
        false
    }

    /// Nothing: it cannot be stopped.
    #[expect(
        clippy::unused_self,
        reason = "signals of other systems stop a program"
    )]
    pub(super) const fn stop_group(&self) {}

    /// Nothing but giving the events back.
    pub(super) fn stop_now(self) {
        drop(self);
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        // First: the system holds a lock while `note` waits, and to take it away needs
        // that lock.
        UP.store(false, Ordering::SeqCst);
        if self.0 {
            // It stays if it cannot be taken away, and does nothing without a prompt.
            drop(console::handle_no_more(note));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls the handler as the system would.
    #[test]
    fn the_system_goes_on_once_the_prompt_has_given_the_console_back() {
        let signals = Signals::catch(ENDING_AND_STOPPING);
        assert!(!signals.end_it());
        let system = thread::spawn(|| note(0));
        let begun = Instant::now();
        while !signals.end_it() {
            assert!(begun.elapsed() < Duration::from_secs(60));
            thread::yield_now();
        }
        assert!(!system.is_finished());
        drop(signals);
        assert_eq!(system.join().unwrap(), 0, "the next handler is asked");
        // Without a prompt it holds nobody up.
        assert_eq!(note(0), 0);
    }
}
