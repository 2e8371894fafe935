//! Wrong answers and declined prompts, in `guard/attempts`.

mod record;

use std::{
    fs::{File, TryLockError},
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use openpass_auth::{AttemptStore, Attempts, BackendError, SafeText};

use crate::{Vault, durable, error::shown, files, guard_dir};

/// The longest time that an update waits for another process that holds the lock. Each
/// process holds it for milliseconds.
const PATIENCE: Duration = Duration::from_secs(5);
/// The pause between two tries to take the lock.
const POLL: Duration = Duration::from_millis(10);
/// The prefix of the names of unfinished files.
const UNFINISHED: &str = ".attempts-";

/// Keeps a vault's attempts in `guard/attempts`, for every process.
///
/// The file is replaced whole under a lock of its own, `guard/attempts.lock`, and synced: a
/// crash leaves the old attempts or the new ones. A missing file stands for no attempts, so
/// a program that can delete the file can lift the limit: code of the same user can, and
/// `docs/lockout.md` says so. A file that cannot be read, understood or replaced is an
/// error, and then nobody is asked.
///
/// The file is written without a grant: it only counts, and no operation writes it.
#[derive(Debug)]
pub struct AttemptFile {
    guard_dir: PathBuf,
    path: PathBuf,
    patience: Duration,
}

impl AttemptFile {
    /// The attempts of `vault`.
    #[must_use]
    pub fn of(vault: &Vault) -> Self {
        Self::in_folder(vault.guard_dir())
    }

    fn in_folder(guard_dir: PathBuf) -> Self {
        Self {
            path: guard_dir.join("attempts"),
            guard_dir,
            patience: PATIENCE,
        }
    }

    /// Waits for the lock. It is given back when the file is closed, by a
    /// crash too.
    fn lock(&self) -> Result<File, BackendError> {
        let path = self.guard_dir.join("attempts.lock");
        let file = files::open_lock(&path).map_err(|error| broken(&path, "be opened", error))?;
        let end = Instant::now() + self.patience;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) if Instant::now() < end => {
                    std::thread::sleep(POLL);
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(BackendError::new(format!(
                        "answers cannot be counted, so nobody is asked: another program holds {}; \
                         try again when it is done",
                        shown(&path)
                    )));
                }
                Err(TryLockError::Error(error)) => return Err(broken(&path, "be locked", error)),
            }
        }
    }

    fn read(&self) -> Result<Attempts, BackendError> {
        let found = files::read_own(&self.path).map_err(|error| {
            BackendError::caused_by(
                format!(
                    "answers cannot be counted, so nobody is asked: {error}; docs/lockout.md says \
                     what to do"
                ),
                error,
            )
        })?;
        match found {
            Some(bytes) => record::parse(&bytes).map_err(|why| self.damaged(&why)),
            None => Ok(Attempts::default()),
        }
    }

    fn damaged(&self, why: &str) -> BackendError {
        BackendError::new(format!(
            "answers cannot be counted, so nobody is asked: {} is damaged: {}; docs/lockout.md \
             says what to do",
            shown(&self.path),
            SafeText::escape(why)
        ))
    }

    fn replace(&self, attempts: &Attempts) -> io::Result<()> {
        let text = record::text(attempts)?;
        durable::replace(&self.guard_dir, UNFINISHED, &self.path, &text)
    }

    /// Removes what a killed process left behind. Only under the lock.
    fn remove_unfinished(&self) {
        let Ok(entries) = std::fs::read_dir(&self.guard_dir) else {
            return;
        };
        for entry in entries.flatten() {
            if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
                #[expect(clippy::disallowed_methods, reason = "this is the store")]
                // What cannot be removed now is removed next time.
                drop(std::fs::remove_file(entry.path()));
            }
        }
    }
}

impl AttemptStore for AttemptFile {
    fn update(&self, change: &mut dyn FnMut(&mut Attempts)) -> Result<(), BackendError> {
        guard_dir::ensure(&self.guard_dir)
            .map_err(|error| broken(&self.guard_dir, "be made", error))?;
        let lock = self.lock()?;
        let before = self.read()?;
        let mut after = before.clone();
        change(&mut after);
        if after != before {
            self.remove_unfinished();
            self.replace(&after)
                .map_err(|error| broken(&self.path, "be written", error))?;
        }
        drop(lock);
        Ok(())
    }
}

fn broken(path: &Path, what: &str, error: io::Error) -> BackendError {
    BackendError::caused_by(
        format!(
            "answers cannot be counted, so nobody is asked: {} cannot {what}: {error}; \
             docs/lockout.md says what to do",
            shown(path)
        ),
        error,
    )
}

#[cfg(test)]
mod tests;
