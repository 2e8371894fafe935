//! Files that are replaced, made or removed.

use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::{
    Snapshot, Vault, VaultError,
    approved::ItemKind,
    change::FileChange,
    config, durable,
    error::shown,
    files, guard_dir, policies,
    step::{self, Step},
    system,
};

/// A file's new content, ready beside the old one.
pub(super) struct New<'a> {
    change: &'a FileChange,
    path: PathBuf,
    /// `None` when the file is removed.
    unfinished: Option<NamedTempFile>,
    /// The snapshot from which the change was worked out, if it was read just now.
    read_at: Option<&'a Snapshot>,
}

impl<'a> New<'a> {
    /// Writes the new content beside the old, to the disk, and reads it back.
    pub(super) fn prepare(vault: &Vault, change: &'a FileChange) -> Result<Self, VaultError> {
        let path = target(vault, &change.name)?;
        let folder = folder_of(&path)?;
        let failed = |error| VaultError::unwritable(&path, error);
        if change.after.is_some() && folder != vault.dir() && folder.starts_with(vault.dir()) {
            let is_of_policies = folder == vault.dir().join(policies::FOLDER);
            match is_of_policies {
                true => guard_dir::ensure_own_folder(&folder),
                false => guard_dir::ensure_folder(&folder),
            }
            .map_err(failed)?;
        }
        let unfinished = match &change.after {
            None => None,
            Some(content) => {
                let mode = mode(&path, &change.name);
                let new = durable::prepare(&folder, content, mode).map_err(failed)?;
                if files::read_own(new.path())?.as_ref() != Some(content) {
                    return Err(failed(std::io::Error::other("it reads back otherwise")));
                }
                Some(new)
            }
        };
        Ok(Self {
            change,
            path,
            unfinished,
            read_at: None,
        })
    }

    /// Marks the change as worked out at `moment`. The file that `moment` holds open is
    /// then looked at before the replacement.
    pub(super) const fn read_at(mut self, moment: &'a Snapshot) -> Self {
        self.read_at = Some(moment);
        self
    }

    pub(super) const fn change(&self) -> &FileChange {
        self.change
    }

    /// The name of the file beside the old one.
    pub(super) fn unfinished(&self) -> Option<String> {
        let name = self.unfinished.as_ref()?.path().file_name()?;
        Some(name.to_string_lossy().into_owned())
    }

    /// Whether the file is still what the change was worked out from.
    fn is_as_before(&self) -> Result<(), VaultError> {
        let before = self.change.before.as_deref();
        let seen = self.read_at.and_then(|moment| {
            let path = moment.dir().join(&self.change.name);
            moment.still_holds(&path, &self.path, before)
        });
        let is_still = match seen {
            Some(is_still) => is_still,
            None => current(&self.path, &self.change.name)?.as_deref() == before,
        };
        is_still.then_some(()).ok_or(VaultError::Conflict)
    }

    fn replace(self) -> Result<(), VaultError> {
        // The product saves config.yaml without a lock: look once more.
        self.is_as_before()?;
        let failed = |error| VaultError::unwritable(&self.path, error);
        match self.unfinished {
            Some(new) => files::persist(new, &self.path).map_err(failed),
            None => files::take_away(&self.path).map_err(failed),
        }
    }
}

/// Replaces every file, in order, or none of them.
pub(super) fn replace_all(vault: &Vault, new: Vec<New<'_>>) -> Result<(), VaultError> {
    new.iter().try_for_each(New::is_as_before)?;
    let of = new.len();
    let mut done: Vec<&FileChange> = Vec::new();
    for one in new {
        let change = one.change;
        match one.replace() {
            Ok(()) => done.push(change),
            Err(error) => return Err(undo(vault, &done, change, of, error)),
        }
        if done.len() == 1 {
            step::reached(Step::FirstReplaced);
        }
    }
    Ok(())
}

/// Puts back what was replaced, the last first.
fn undo(
    vault: &Vault,
    done: &[&FileChange],
    failed: &FileChange,
    of: usize,
    error: VaultError,
) -> VaultError {
    // Of what had no content, such as a link, there is nothing to write.
    let had_content = |change: &FileChange| {
        let before = change.before.as_deref();
        before.is_none_or(|before| !files::is_described(before))
    };
    let put_back = |change: &&FileChange| {
        let back = FileChange {
            name: change.name.clone(),
            before: change.after.clone(),
            after: change.before.clone(),
        };
        New::prepare(vault, &back).and_then(New::replace)
    };
    let undone = done
        .iter()
        .rev()
        .take_while(|done| had_content(done) && put_back(done).is_ok());
    let left = done.len().saturating_sub(undone.count());
    if left == 0 {
        return error;
    }
    VaultError::HalfDone {
        done: left,
        of,
        next: openpass_auth::SafeText::escape(&failed.name),
        source: Box::new(error),
    }
}

/// Waits until all that was renamed would survive a crash.
pub(super) fn sync_folders(vault: &Vault, changes: &[FileChange]) -> Result<(), VaultError> {
    for change in changes {
        let folder = folder_of(&target(vault, &change.name)?)?;
        if folder.is_dir() {
            sync(&folder)?;
        }
    }
    sync(vault.dir())
}

/// Waits until a rename in this folder would survive a crash.
pub(super) fn sync(folder: &Path) -> Result<(), VaultError> {
    step::disk_obeys(Step::Synced)
        .and_then(|()| durable::sync_folder(folder))
        .map_err(|source| VaultError::NotSynced { source })
}

/// Returns the path of the file of this name. config.yaml may be a link: the file that it
/// leads to is replaced, if it leads to one, and not the link. Nothing else may be a link.
pub(crate) fn target(vault: &Vault, name: &str) -> Result<PathBuf, VaultError> {
    let path = vault.dir().join(name);
    if name != config::FILE {
        return Ok(path);
    }
    match dunce::canonicalize(&path) {
        // INVARIANT (one vault each): an approval for this vault writes no other.
        Ok(found) if found.is_file() && !is_anothers(vault, &found) => Ok(found),
        Ok(found) if found.is_file() => {
            let why = "it is a link into another vault; remove the link, and put this vault's own file back";
            Err(VaultError::unwritable(&path, std::io::Error::other(why)))
        }
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(VaultError::unwritable(&path, error))
        }
        _ => Ok(path),
    }
}

/// Whether the file lies in the folder of another vault.
fn is_anothers(vault: &Vault, file: &Path) -> bool {
    let folder = file.parent().filter(|folder| *folder != vault.dir());
    folder.is_some_and(|folder| {
        folder
            .join(crate::vault::IDENTITY)
            .symlink_metadata()
            .is_ok()
    })
}

/// Returns what the file holds now.
pub(super) fn current(path: &Path, name: &str) -> Result<Option<Vec<u8>>, VaultError> {
    if name == config::FILE {
        files::read_through_or_describe(path)
    } else if !ItemKind::of_file(name).is_empty() {
        // Nobody is locked out by a file that cannot be read.
        files::read_or_describe(path)
    } else {
        files::read_own(path)
    }
}

/// Returns the mode of the new file: for its owner alone, unless the file is no secret and
/// was open to others before. Nothing is for others to write.
pub(super) fn mode(path: &Path, name: &str) -> system::Mode {
    let public = name == ".gitignore" || name.starts_with("policies/");
    let before = path.symlink_metadata().ok().filter(|_| public);
    system::readable_as(before.as_ref())
}

pub(super) fn folder_of(path: &Path) -> Result<PathBuf, VaultError> {
    let folder = path.parent();
    folder
        .map(Path::to_owned)
        .ok_or_else(|| VaultError::NotAFile { path: shown(path) })
}
