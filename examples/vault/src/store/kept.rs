//! The contents of files before a commit, kept until its outcome is on the log.
//!
//! The contents may hold secrets, a token among them: each is for its owner alone, in a
//! folder that is for its owner alone too, and goes with the outcome.

use std::path::PathBuf;

use super::write::{self, New};
use crate::{
    Vault, VaultError, durable, files, guard_dir, hash,
    log::line::{Prepared, PreparedFile},
    system,
};

/// The folder of the kept contents, below `guard/`.
const FOLDER: &str = "kept";

impl Vault {
    /// Keeps what each of `new` is about to replace, on the disk, and says
    /// under which name; `None` for what has no content to keep.
    pub(super) fn keep(&self, new: &[New<'_>]) -> Result<Vec<Option<String>>, VaultError> {
        let folder = self.kept();
        let failed = |error| VaultError::unwritable(&folder, error);
        guard_dir::ensure(&self.guard_dir()).map_err(failed)?;
        guard_dir::ensure_own_folder(&folder).map_err(failed)?;
        let mut names = Vec::new();
        for (number, one) in new.iter().enumerate() {
            let before = one.change().before.as_deref();
            let Some(content) = before.filter(|content| !files::is_described(content)) else {
                names.push(None);
                continue;
            };
            let name = number.to_string();
            durable::prepare(&folder, content, system::private())
                .and_then(|file| durable::rename(file, &folder.join(&name)))
                .map_err(failed)?;
            names.push(Some(name));
        }
        durable::sync_folder(&folder).map_err(failed)?;
        Ok(names)
    }

    /// Puts back what `file` held before, to the byte.
    ///
    /// INVARIANT: a file is touched only if it is what the commit made of it,
    /// and becomes only what the log says that it was.
    pub(super) fn put_back(&self, file: &PreparedFile) -> Result<(), VaultError> {
        let path = write::target(self, &file.name)?;
        let folder = write::folder_of(&path)?;
        let before = match (&file.before, &file.kept) {
            (None, _) => None,
            (Some(hash), Some(name)) => Some(self.read_kept(name, hash)?),
            (Some(_), None) => return Err(VaultError::Conflict),
        };
        let failed = |error| VaultError::unwritable(&path, error);
        match before {
            None => files::remove(&path).map_err(failed)?,
            Some(content) => {
                let mode = write::mode(&path, &file.name);
                durable::prepare(&folder, &content, mode)
                    .and_then(|new| durable::rename(new, &path))
                    .map_err(failed)?;
            }
        }
        write::sync(&folder)
    }

    fn read_kept(&self, name: &str, hash: &str) -> Result<Vec<u8>, VaultError> {
        if !is_name(name) {
            return Err(VaultError::Conflict);
        }
        let content = files::read_own(&self.kept().join(name))?;
        content
            .filter(|content| hash::sha256_hex(content) == hash)
            .ok_or(VaultError::Conflict)
    }

    /// Whether anything is kept.
    pub(super) fn keeps_anything(&self) -> bool {
        !self.names_kept().is_empty()
    }

    /// Whether anything is kept that `prepared` may have to put back.
    pub(super) fn keeps_for(&self, prepared: &Prepared) -> bool {
        let kept = prepared.files.iter().filter_map(|file| file.kept.as_ref());
        let names = self.names_kept();
        kept.into_iter().any(|name| names.contains(name))
    }

    /// Removes what was kept, once there is an outcome. What cannot be removed
    /// now is removed by the next start.
    pub(super) fn forget_kept(&self) {
        for name in self.names_kept() {
            drop(files::remove(&self.kept().join(name)));
        }
    }

    /// Lists the guard's own files in the folder. A link in the folder's place is not
    /// followed.
    fn names_kept(&self) -> Vec<String> {
        let folder = self.kept();
        let is_folder = folder.symlink_metadata().is_ok_and(|found| found.is_dir());
        let entries = is_folder.then(|| std::fs::read_dir(folder).ok()).flatten();
        entries
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| is_name(name) || name.starts_with(durable::UNFINISHED))
            .collect()
    }

    fn kept(&self) -> PathBuf {
        self.guard_dir().join(FOLDER)
    }
}

/// The number of a file, in the order of the commit.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())
}
