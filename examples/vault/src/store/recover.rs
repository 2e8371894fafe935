//! Ends a commit that was broken off.

use std::path::Path;

use crate::{
    Vault, VaultError, durable, files, hash,
    log::{
        line::{Ended, Prepared, PreparedFile},
        open::Open,
    },
};

use super::{settle::By, write};

/// The state of a file of a commit that was broken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    Before,
    After,
    /// Somebody else has changed it since, or it cannot be read.
    Otherwise,
}

impl Vault {
    /// Ends a commit that was broken off, and returns its outcome.
    ///
    /// INVARIANT: recovery authorizes nothing. What gives power is finished
    /// only by a person's own change and under the terms of its grant.
    pub(super) fn resolve(
        &self,
        prepared: &Prepared,
        open: &Open,
        by: By,
    ) -> Result<Ended, VaultError> {
        let stands = |file| self.stands(file);
        let all: Vec<Stands> = prepared.files.iter().map(stands).collect();
        let terms = &prepared.terms;
        let is_after = all.iter().all(|it| *it == Stands::After);
        // The process that was granted it replaced every file, and said so.
        let is_made = is_after && open.unconfirmed;
        if is_made || (all.contains(&Stands::After) && terms.narrows) {
            return self.finish(prepared);
        }
        if !all.contains(&Stands::After) {
            return Ok(nothing_stands(prepared, &all));
        }
        // INVARIANT (never a mixture): what gives power is finished whole. Beside a file
        // that is somebody else's by now it cannot be.
        let can_be_whole = !all.contains(&Stands::Otherwise);
        if by == By::Person && can_be_whole && self.still_holds(terms) {
            return self.finish(prepared);
        }
        // INVARIANT (an outcome is not guessed): it had one, since nothing is kept
        // for it any more, and nobody can say which. What is there is neither taken
        // back nor approved.
        // One that left a file as it was had no outcome but that it was broken off.
        let is_whole = !all.contains(&Stands::Before);
        if is_whole && open.misses_a_line && !self.keeps_for(prepared) {
            return Ok(lost());
        }
        self.take_back(prepared)
    }

    fn stands(&self, file: &PreparedFile) -> Stands {
        let now = write::target(self, &file.name)
            .and_then(|path| write::current(&path, &file.name))
            .map(|content| content.as_deref().map(hash::sha256_hex));
        match now {
            Ok(now) if now == file.after => Stands::After,
            Ok(now) if now == file.before => Stands::Before,
            _ => Stands::Otherwise,
        }
    }

    /// Finishes a commit that was broken off. Where a file cannot be finished, the others
    /// still are if the commit only takes power; if it gives any, all are put back.
    ///
    /// INVARIANT: a file is touched only if it is what it was before the
    /// commit, and becomes only what the log says, to the byte.
    fn finish(&self, prepared: &Prepared) -> Result<Ended, VaultError> {
        let mut left = Vec::new();
        for file in &prepared.files {
            match self.finish_file(file) {
                Ok(()) => {}
                // It stays open: nobody can say yet how it ends.
                Err(VaultError::NotSynced { source }) => return Err(VaultError::Unsettled(source)),
                // What cannot be whole goes no further.
                Err(_) if !prepared.terms.narrows => return self.take_back(prepared),
                Err(error) => {
                    left.push(format!("{} ({})", file.name, error.without_what_changed()))
                }
            }
        }
        if left.is_empty() {
            return Ok(Ended::Done);
        }
        let of = prepared.files.len();
        let made = of.saturating_sub(left.len());
        let reason = format!(
            "it was broken off, and {made} of {of} files are new; it could not be finished in {}; look at it",
            left.join(", ")
        );
        Ok(Ended::Failed { reason })
    }

    /// Puts back what a commit that was broken off had replaced, the last
    /// first: what gives power goes before what took it.
    fn take_back(&self, prepared: &Prepared) -> Result<Ended, VaultError> {
        let (mut back, mut left) = (Vec::new(), Vec::new());
        for file in prepared.files.iter().rev() {
            let put_back = match self.stands(file) {
                Stands::Before => continue,
                Stands::After => self.put_back(file),
                Stands::Otherwise => Err(VaultError::Conflict),
            };
            match put_back {
                Ok(()) => back.push(file.name.as_str()),
                Err(VaultError::NotSynced { source }) => return Err(VaultError::Unsettled(source)),
                Err(error) => {
                    left.push(format!("{} ({})", file.name, error.without_what_changed()))
                }
            }
        }
        let reason = if left.is_empty() {
            "it was broken off before its end, and what it had changed is put back; ask again"
                .to_owned()
        } else {
            let back = match back.as_slice() {
                [] => String::new(),
                back => format!(
                    " what it had changed in {} is put back, and",
                    back.join(", ")
                ),
            };
            format!(
                "it was broken off before its end:{back} it could not be put back in {}; look at it",
                left.join(", ")
            )
        };
        Ok(Ended::Failed { reason })
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
                files::make_way(&path).map_err(failed)?;
                #[expect(clippy::disallowed_methods, reason = "this is the store")]
                std::fs::rename(&new, &path).map_err(failed)?;
            }
            None => files::take_away(&path).map_err(failed)?,
        }
        write::sync(&folder)
    }

    pub(super) fn remove_leftovers(&self, prepared: &Prepared) {
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

/// Returns the path of the new content; `None` when the file is to be removed.
fn unfinished(
    folder: &Path,
    file: &PreparedFile,
) -> Result<Option<std::path::PathBuf>, VaultError> {
    match (&file.unfinished, &file.after) {
        (None, None) => Ok(None),
        (Some(name), Some(_)) if name.starts_with(durable::UNFINISHED) && !name.contains('/') => {
            Ok(Some(folder.join(name)))
        }
        _ => Err(VaultError::Conflict),
    }
}

/// Returns the outcome of a finished commit whose own outcome is lost.
fn lost() -> Ended {
    Ended::Failed {
        reason:
            "its outcome is lost with a line of the guard log: the files stay as they are, and \
                 could not be put back; look at them, and take them with `openpass guard accept`"
                .to_owned(),
    }
}

/// Returns the outcome of a commit that was prepared, and of which no file has the new
/// content: it had replaced none, or what it had replaced is replaced again. `all` is how its
/// files stand.
fn nothing_stands(prepared: &Prepared, all: &[Stands]) -> Ended {
    let files = prepared.files.iter().zip(all);
    let others: Vec<&str> = files
        .filter(|(_, stands)| **stands == Stands::Otherwise)
        .map(|(file, _)| file.name.as_str())
        .collect();
    let reason = if others.is_empty() {
        "it was broken off, and none of its changes stand; ask again".to_owned()
    } else {
        format!(
            "it was broken off, and somebody wrote {} since, so what stands of it there is not \
             known; look at it",
            others.join(", ")
        )
    };
    Ended::Failed { reason }
}

/// Returns the outcome of a commit that had not said what it was about to replace.
pub(super) fn not_begun() -> Ended {
    Ended::Failed {
        reason: "it was broken off before anything was changed".to_owned(),
    }
}
