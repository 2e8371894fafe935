//! Locks between processes: flock(2), given back when the file is closed, by
//! a crash too.

use std::{
    fs::{File, TryLockError},
    path::Path,
    time::{Duration, Instant},
};

use crate::{VaultError, files};

/// The longest wait for a lock that another program holds.
const PATIENCE: Duration = Duration::from_secs(5);
/// The time between two looks at a held lock; the product waits as long.
const POLL: Duration = Duration::from_millis(50);

/// The others that may hold the lock at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Nobody else may hold the lock.
    Exclusive,
    /// Others who share the lock may hold it.
    Shared,
}

/// Waits for the lock on `path`.
pub(crate) fn wait(path: &Path, kind: Mode) -> Result<File, VaultError> {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(held) = now(path, kind)? {
            return Ok(held);
        }
        if Instant::now() >= end {
            return Err(VaultError::Busy);
        }
        std::thread::sleep(POLL);
    }
}

/// The lock on `path`, or `None` when somebody else holds it.
pub(crate) fn now(path: &Path, kind: Mode) -> Result<Option<File>, VaultError> {
    let failed = |error| VaultError::unwritable(path, error);
    let file = files::open_lock(path).map_err(failed)?;
    let taken = match kind {
        Mode::Exclusive => file.try_lock(),
        Mode::Shared => file.try_lock_shared(),
    };
    match taken {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}
