//! Whether a file can be replaced at all, and what would be lost by it. A file is
//! never written in place: a new one takes its name.

#[cfg_attr(unix, path = "replaceable/unix.rs")]
#[cfg_attr(windows, path = "replaceable/windows.rs")]
mod here;

use std::{io, path::PathBuf};

use self::here::{can_be_written_to, held_by_the_system, lost_by_a_replacement};

use super::{FileChange, Proposal};
use crate::{
    Vault, VaultError,
    error::shown,
    in_the_way::{self, Wanted},
};

impl Vault {
    /// Refuses what the disk would refuse, before anybody is asked.
    pub(super) fn can_be_written(&self, proposal: &Proposal) -> Result<(), VaultError> {
        let mut files = proposal.files().iter();
        files.try_for_each(|file| self.can_be_replaced(file))
    }

    /// Refuses to change a single file where the disk would refuse it.
    pub(super) fn can_be_replaced(&self, file: &FileChange) -> Result<(), VaultError> {
        if file.name == crate::config::FILE {
            drop(crate::store::target(self, &file.name)?);
        }
        let path = self.place_of(&file.name);
        let failed = |why| VaultError::unwritable(&path, why);
        for held in [Some(path.as_path()), path.parent()].into_iter().flatten() {
            if let Some(why) = held_by_the_system(held, held != path) {
                return Err(failed(io::Error::other(format!("{}: {why}", shown(held)))));
            }
        }
        if let Some(folder) = path.parent().filter(|folder| folder.is_dir()) {
            can_be_written_to(folder).map_err(failed)?;
        }
        Ok(())
    }

    /// Refuses a file whose folder is something else, or a link: it would be
    /// written, or removed, elsewhere. The guard's folder and that of the policies
    /// are made free by the commit.
    pub(super) fn leads_nowhere_else(&self, name: &str) -> Result<(), VaultError> {
        let Some((folder, _)) = name.split_once('/') else {
            return Ok(());
        };
        let path = self.dir().join(folder);
        let is_ours = path == self.guard_dir() || folder == crate::policies::FOLDER;
        if !is_ours && in_the_way::is_there(&path, Wanted::Folder) {
            return Err(VaultError::NotAFolder { path: shown(&path) });
        }
        Ok(())
    }

    /// Lists what the files that `proposal` replaces have and the new files would not have,
    /// such as a second name: each in one line, safe to show.
    #[must_use]
    pub fn lost_by(&self, proposal: &Proposal) -> Vec<String> {
        let replaced = proposal.files().iter().filter(|file| file.before.is_some());
        let places = replaced.map(|file| self.place_of(&file.name));
        places
            .flat_map(|path| lost_by_a_replacement(&path))
            .collect()
    }

    fn place_of(&self, name: &str) -> PathBuf {
        let path = self.dir().join(name);
        dunce::canonicalize(&path).unwrap_or(path)
    }
}
