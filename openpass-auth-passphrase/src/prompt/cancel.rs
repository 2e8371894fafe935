//! Calls off a prompt from another thread.

use core::fmt;
use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Calls a prompt off: one side waits on it, the other cancels it, once.
#[derive(Clone, Default)]
pub struct Cancel(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    cancelled: bool,
    hooks: Vec<Box<dyn FnOnce() + Send>>,
}

impl Cancel {
    /// Makes a `Cancel` that is not cancelled yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls the prompt off. The hooks of [`on_cancel`](Self::on_cancel) have run when
    /// this returns.
    pub fn cancel(&self) {
        let hooks = {
            let mut state = self.state();
            state.cancelled = true;
            core::mem::take(&mut state.hooks)
        };
        self.0.changed.notify_all();
        // Outside the lock, so that a hook may ask whether it is cancelled.
        for hook in hooks {
            hook();
        }
    }

    /// Whether it was called off.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.state().cancelled
    }

    /// Runs `restore` when it is cancelled, on the thread that cancels; at
    /// once when it already was. `restore` must not block.
    pub fn on_cancel(&self, restore: impl FnOnce() + Send + 'static) {
        let mut state = self.state();
        if state.cancelled {
            drop(state);
            restore();
        } else {
            state.hooks.push(Box::new(restore));
        }
    }

    /// Sleeps until it is cancelled or `at_most` has passed, and says whether
    /// it is cancelled.
    #[must_use]
    pub fn wait(&self, at_most: Duration) -> bool {
        let (state, _) = self
            .0
            .changed
            .wait_timeout_while(self.state(), at_most, |state| !state.cancelled)
            .unwrap_or_else(PoisonError::into_inner);
        state.cancelled
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Cancel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cancel({})", self.is_cancelled())
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, thread};

    use super::*;

    #[test]
    fn a_cancel_wakes_whoever_waits() {
        let cancel = Cancel::new();
        let waiting = cancel.clone();
        let waiter = thread::spawn(move || waiting.wait(Duration::from_secs(60)));
        cancel.cancel();
        assert!(waiter.join().unwrap());
    }

    #[test]
    fn what_is_to_be_restored_is_restored_before_cancel_returns() {
        let (done, restored) = mpsc::channel();
        let cancel = Cancel::new();
        let early = done.clone();
        cancel.on_cancel(move || early.send("early").unwrap());
        cancel.cancel();
        cancel.on_cancel(move || done.send("late").unwrap());
        assert_eq!(restored.try_iter().collect::<Vec<_>>(), ["early", "late"]);
    }
}
