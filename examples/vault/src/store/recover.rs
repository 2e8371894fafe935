//! What a start does with a commit that was broken off.

use std::{fs::File, path::Path};

use crate::{
    GuardLog, Vault, VaultError,
    change::KEPT,
    files, hash,
    log::{
        self,
        line::{Ended, Prepared, PreparedFile},
        state::Open,
    },
};

use super::write;

/// What became of an operation that was broken off.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settled {
    /// The operation's digest.
    pub digest: String,
    /// Whether the change is made. If not, nothing was changed, or the reason
    /// says what was.
    pub done: bool,
    /// How it stands, for people.
    pub how: String,
}

impl Vault {
    /// Settles what was broken off: finishes a commit that had begun to
    /// replace files, and puts the outcome of every open intent on the log.
    /// Hosts call it when they start.
    ///
    /// What another process is at is left to it.
    ///
    /// # Errors
    ///
    /// That the log cannot be read or written.
    pub fn settle(&self) -> Result<Vec<Settled>, VaultError> {
        if !log::exists(&self.guard_dir()) {
            return Ok(Vec::new());
        }
        let state = GuardLog::of(self).state()?;
        let kept = self.dir().join(KEPT).symlink_metadata().is_ok();
        let torn = GuardLog::of(self).is_torn()?;
        if state.open.is_empty() && !kept && !torn {
            return Ok(Vec::new());
        }
        let held = self.lock()?;
        GuardLog::of(self).mend().map_err(VaultError::NotRecorded)?;
        let mut settled = self.settle_prepared(&held)?;
        let log = GuardLog::of(self);
        // While we hold this, nobody is between an intent and its outcome.
        let Some(nobody) = log.nobody_is_running()? else {
            return Ok(settled);
        };
        let unprepared = |open: &Open| open.prepared.is_none();
        for open in log.state()?.open.into_iter().filter(unprepared) {
            let outcome = Ended::Failed {
                reason: "it was broken off before anything was changed".to_owned(),
            };
            settled.push(put(&log, &open, &outcome)?);
        }
        self.clean_up();
        remove_unfinished(self.dir());
        drop(nobody);
        Ok(settled)
    }

    /// Settles the commits that were broken off with files prepared. Whoever
    /// prepared them held the vault's lock, so they are gone.
    pub(super) fn settle_prepared(&self, _held: &File) -> Result<Vec<Settled>, VaultError> {
        let log = GuardLog::of(self);
        let mut settled = Vec::new();
        for open in log.state()?.open {
            if let Some(prepared) = &open.prepared {
                let outcome = self.finish(prepared)?;
                settled.push(put(&log, &open, &outcome)?);
                self.clean_up();
            }
        }
        Ok(settled)
    }

    /// Finishes a commit that was broken off, or says why it cannot be.
    ///
    /// INVARIANT: a file is touched only if it is what it was before the
    /// commit, and becomes only what the log says, to the byte.
    fn finish(&self, prepared: &Prepared) -> Result<Ended, VaultError> {
        let mut made = 0_usize;
        for file in &prepared.files {
            match self.finish_file(file) {
                Ok(()) => made = made.saturating_add(1),
                // It stays open: nobody can say yet how it ends.
                Err(VaultError::NotSynced { source }) => return Err(VaultError::Unsettled(source)),
                Err(error) => {
                    let of = prepared.files.len();
                    let reason = format!(
                        "it was broken off, and {made} of {of} files are new; {} is not: {error}",
                        file.name
                    );
                    self.remove_leftovers(prepared);
                    return Ok(Ended::Failed { reason });
                }
            }
        }
        Ok(Ended::Done)
    }

    fn finish_file(&self, file: &PreparedFile) -> Result<(), VaultError> {
        let path = write::target(self, &file.name)?;
        let hashed = |bytes: Option<Vec<u8>>| bytes.as_deref().map(hash::sha256_hex);
        let now = hashed(write::current(&path, &file.name)?);
        let folder = write::folder_of(&path)?;
        if now == file.after {
            return if folder.is_dir() {
                write::sync(&folder)
            } else {
                Ok(())
            };
        }
        if now != file.before {
            return Err(VaultError::Conflict);
        }
        let failed = |error| VaultError::unwritable(&path, error);
        match unfinished(&folder, file)? {
            Some(new) => {
                if hashed(files::read_own(&new)?) != file.after {
                    return Err(VaultError::Conflict);
                }
                #[expect(clippy::disallowed_methods, reason = "this is the store")]
                std::fs::rename(&new, &path).map_err(failed)?;
            }
            None => files::remove(&path).map_err(failed)?,
        }
        write::sync(&folder)
    }

    fn remove_leftovers(&self, prepared: &Prepared) {
        for file in &prepared.files {
            let new = write::target(self, &file.name)
                .and_then(|path| write::folder_of(&path))
                .and_then(|folder| unfinished(&folder, file));
            if let Ok(Some(new)) = new {
                // What cannot be removed now opens nothing.
                drop(files::remove(&new));
            }
        }
    }
}

/// Where the new content lies; `None` when the file is to be removed.
fn unfinished(
    folder: &Path,
    file: &PreparedFile,
) -> Result<Option<std::path::PathBuf>, VaultError> {
    match (&file.unfinished, &file.after) {
        (None, None) => Ok(None),
        (Some(name), Some(_)) if name.starts_with(files::UNFINISHED) && !name.contains('/') => {
            Ok(Some(folder.join(name)))
        }
        _ => Err(VaultError::Conflict),
    }
}

fn put(log: &GuardLog, open: &Open, outcome: &Ended) -> Result<Settled, VaultError> {
    log.settled(&open.digest, outcome)
        .map_err(VaultError::NotRecorded)?;
    let (done, how) = match outcome {
        Ended::Done => (true, "it was broken off, and is finished now".to_owned()),
        Ended::Failed { reason } => (false, reason.clone()),
    };
    Ok(Settled {
        digest: open.digest.clone(),
        done,
        how,
    })
}

/// Removes the files that a commit left behind which died before it said so
/// on the log. Only while nobody is at one.
fn remove_unfinished(dir: &Path) {
    let folders = [
        "",
        crate::policies::FOLDER,
        crate::registry::FOLDER,
        "guard",
        "guard/approved",
    ];
    for folder in folders {
        let Ok(entries) = std::fs::read_dir(dir.join(folder)) else {
            continue;
        };
        for entry in entries.flatten() {
            if entry
                .file_name()
                .to_string_lossy()
                .starts_with(files::UNFINISHED)
            {
                // What cannot be removed now is removed next time.
                drop(files::remove(&entry.path()));
            }
        }
    }
}
