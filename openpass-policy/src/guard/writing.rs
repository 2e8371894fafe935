//! Records that are being written, counted for a process that is about to end.

use std::{
    sync::{Condvar, Mutex, PoisonError},
    time::Duration,
};

static COUNT: Mutex<usize> = Mutex::new(0);
static LESS: Condvar = Condvar::new();

/// One call's records that are being written, until it is dropped.
#[derive(Debug)]
pub(super) struct Writing(());

impl Writing {
    pub(super) fn begin() -> Self {
        let mut count = COUNT.lock().unwrap_or_else(PoisonError::into_inner);
        *count = count.saturating_add(1);
        Self(())
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        let mut count = COUNT.lock().unwrap_or_else(PoisonError::into_inner);
        *count = count.saturating_sub(1);
        LESS.notify_all();
    }
}

/// Waits until none is being written, and says whether it came to that.
pub(super) fn wait(at_most: Duration) -> bool {
    let count = COUNT.lock().unwrap_or_else(PoisonError::into_inner);
    let (count, _) = LESS
        .wait_timeout_while(count, at_most, |count| *count > 0)
        .unwrap_or_else(PoisonError::into_inner);
    *count == 0
}
