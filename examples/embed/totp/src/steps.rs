//! The memory of the last step whose code was taken.

use core::fmt::Debug;
use std::{
    fs::OpenOptions,
    io::{self, Read as _, Seek as _, Write as _},
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use openpass_auth::BackendError;

/// Remembers the last step whose code was taken.
pub trait LastStep: Debug + Send + Sync {
    /// Takes `step` if it is later than the last one, and says whether it was. When it
    /// returns `Ok(true)`, it is remembered for good. It may block.
    ///
    /// # Errors
    ///
    /// That it cannot be remembered; the code is no yes then.
    fn advance(&self, step: u64) -> Result<bool, BackendError>;
}

/// Remembers while the process runs: for tests.
#[derive(Debug, Default)]
pub struct MemoryStep(Mutex<u64>);

impl LastStep for MemoryStep {
    fn advance(&self, step: u64) -> Result<bool, BackendError> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_later = step > *last;
        *last = step.max(*last);
        Ok(is_later)
    }
}

/// Remembers in a file, under a lock against other processes.
#[derive(Debug)]
pub struct StepFile(PathBuf);

impl StepFile {
    /// The file at `path`, which is made with the first code.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "it is this example's own file, and no vault's"
    )]
    fn take(&self, step: u64) -> io::Result<bool> {
        let mut options = OpenOptions::new();
        let mut file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&self.0)?;
        file.lock()?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let last = match bytes.as_slice() {
            [] => 0,
            found => u64::from_be_bytes(found.try_into().map_err(io::Error::other)?),
        };
        if step <= last {
            return Ok(false);
        }
        // Eight bytes in place: a crash leaves the old ones or the new ones, or what
        // is refused.
        file.rewind()?;
        file.write_all(&step.to_be_bytes())?;
        file.sync_all()?;
        Ok(true)
    }
}

impl LastStep for StepFile {
    fn advance(&self, step: u64) -> Result<bool, BackendError> {
        self.take(step).map_err(|error| {
            let file = self.0.display();
            let message = format!("the code cannot be remembered as used in {file}: {error}");
            BackendError::caused_by(message, error)
        })
    }
}
