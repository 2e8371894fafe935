//! The store in which attempts are remembered.

use core::fmt::Debug;
use std::sync::{Mutex, PoisonError};

use super::Attempts;
use crate::BackendError;

/// Keeps the attempts of one vault.
///
/// A limit that restarts must survive keeps them in a file; `openpass-vault`
/// has one. A program that can write that file can lift the limit.
pub trait AttemptStore: Debug + Send + Sync {
    /// Loads the attempts, runs `change` on them once, and keeps the result,
    /// all under one exclusive lock against every other process.
    ///
    /// When it returns `Ok`, the result is kept for good, to the nanosecond.
    /// It may block, for a bounded time: it is called on a thread of its own,
    /// or while a future is dropped. Attempts that were never kept are
    /// [`Attempts::default`].
    ///
    /// # Errors
    ///
    /// That the attempts cannot be read, understood, locked or kept, with what
    /// to do. Nothing was kept then, and nobody is asked.
    fn update(&self, change: &mut dyn FnMut(&mut Attempts)) -> Result<(), BackendError>;
}

/// Keeps the attempts of one process, for tests and for hosts that have no
/// disk. A restart forgets them.
#[derive(Debug, Default)]
pub struct MemoryAttempts {
    attempts: Mutex<Attempts>,
}

impl MemoryAttempts {
    /// Begins with `attempts`.
    #[must_use]
    pub const fn new(attempts: Attempts) -> Self {
        Self {
            attempts: Mutex::new(attempts),
        }
    }
}

impl AttemptStore for MemoryAttempts {
    fn update(&self, change: &mut dyn FnMut(&mut Attempts)) -> Result<(), BackendError> {
        change(&mut self.attempts.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(())
    }
}
