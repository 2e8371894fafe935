//! The one way by which a vault's files change.

use std::{
    fs::{File, TryLockError},
    io::{self, Write as _},
    path::Path,
    time::{Duration, Instant},
};

use openpass_policy::{Grant, Outcome, Redeemed};
use tempfile::NamedTempFile;

use crate::{Proposal, Vault, VaultError, change::FileChange, error::shown, files};

/// How long a commit waits for another program that holds the lock.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it looks; the product does the same.
const POLL: Duration = Duration::from_millis(50);
/// What the names of unfinished files begin with.
const UNFINISHED: &str = ".openpass-guard-";

impl Vault {
    /// Makes the change that `proposal` described and `grant` permits, onto
    /// the state that both were worked out from, or changes nothing.
    ///
    /// The change is worked out again under the vault's lock. The grant serves
    /// only if it comes out the same to the byte. The file is written beside
    /// the old one, synced, compared once more with what was there, and
    /// renamed over it: a crash leaves the old file or the new one, whole.
    ///
    /// # Errors
    ///
    /// [`VaultError::Conflict`] when anything changed in between,
    /// [`VaultError::Grant`] when the grant has expired,
    /// [`VaultError::Busy`], or that a file cannot be written. Nothing has
    /// changed, but for [`VaultError::OutcomeNotRecorded`].
    pub fn commit(&self, grant: Grant, proposal: &Proposal) -> Result<(), VaultError> {
        let lock = self.lock()?;
        self.remove_unfinished();
        let request = proposal.operation().request().clone();
        if request.settings != self.settings().guard {
            return Err(VaultError::Conflict);
        }
        let now = self
            .propose(request, proposal.change())
            .map_err(|_| VaultError::Conflict)?;
        let running = redeem(grant, &now)?;
        let written = now.files().iter().try_for_each(|file| self.replace(file));
        settle(running, written)?;
        drop(lock);
        Ok(())
    }

    /// Waits for the lock that the product takes for entries. It is given back
    /// when the file is closed, by a crash too.
    fn lock(&self) -> Result<File, VaultError> {
        let path = self.dir().join(".lock");
        let file = open_lock(&path).map_err(|error| VaultError::unwritable(&path, error))?;
        let end = Instant::now() + PATIENCE;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) if Instant::now() < end => {
                    std::thread::sleep(POLL);
                }
                Err(TryLockError::WouldBlock) => return Err(VaultError::Busy),
                Err(TryLockError::Error(error)) => {
                    return Err(VaultError::unwritable(&path, error));
                }
            }
        }
    }

    fn replace(&self, change: &FileChange) -> Result<(), VaultError> {
        let path = self.dir().join(change.name);
        // Through a link to the file itself, or the link would be replaced.
        let path = path
            .canonicalize()
            .map_err(|error| VaultError::unwritable(&path, error))?;
        let failed = |error| VaultError::unwritable(&path, error);
        let folder = path
            .parent()
            .ok_or_else(|| VaultError::NotAFile { path: shown(&path) })?;
        let unfinished = prepare(folder, &path, &change.after).map_err(failed)?;
        // The product saves config.yaml without a lock: look once more.
        if files::read(&path)?.as_deref() != Some(change.before.as_slice()) {
            return Err(VaultError::Conflict);
        }
        unfinished
            .persist(&path)
            .map_err(|error| failed(error.error))?;
        sync_folder(folder).map_err(failed)
    }

    /// Removes what a killed commit left behind. Only under the lock.
    fn remove_unfinished(&self) {
        let Ok(entries) = std::fs::read_dir(self.dir()) else {
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

fn redeem(grant: Grant, now: &Proposal) -> Result<Redeemed, VaultError> {
    grant.redeem(now.operation()).map_err(|error| match error {
        openpass_policy::GrantError::OtherOperation => VaultError::Conflict,
        expired @ openpass_policy::GrantError::Expired => VaultError::Grant(expired),
    })
}

fn settle(running: Redeemed, written: Result<(), VaultError>) -> Result<(), VaultError> {
    match written {
        Ok(()) => running
            .settle(Outcome::Done)
            .map_err(VaultError::OutcomeNotRecorded),
        Err(error) => {
            let reason = error.to_string();
            // The error that the person must see is the first one.
            drop(running.settle(Outcome::Failed { reason }));
            Err(error)
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the store")]
fn open_lock(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)
}

/// A file beside `path`, with its mode and the new content, on the disk.
fn prepare(folder: &Path, path: &Path, content: &[u8]) -> io::Result<NamedTempFile> {
    let mode = std::fs::metadata(path)?.permissions();
    let mut file = tempfile::Builder::new()
        .prefix(UNFINISHED)
        .permissions(mode)
        .tempfile_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
