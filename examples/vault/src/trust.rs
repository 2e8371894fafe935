//! Whether a file says what its owner wrote: nobody else may write it.
//!
//! On Unix, modes are looked at, and no access control lists. On Linux, what a list of
//! POSIX.1e lets others do shows in the group's bits, which are its mask (acl(5)); on macOS
//! and FreeBSD, a list of NFSv4 shows in no mode.

#[cfg_attr(unix, path = "trust/unix.rs")]
#[cfg_attr(windows, path = "trust/windows.rs")]
mod rights;

use std::{fs::Metadata, io, path::Path};

use crate::{Vault, VaultError, error::shown, policies};

/// The kind of content that a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// Content that others may read.
    Open,
    /// Content that is for the file's owner alone.
    Secret,
}

/// Refuses a file or folder that another user than this one and root owns, or that others
/// may write, or read where it is a secret. What is not there is fine, and so is a link:
/// the code that reads it refuses links, or looks at what they lead to.
pub(crate) fn check(path: &Path, content: Content) -> Result<(), VaultError> {
    let found = match path.symlink_metadata() {
        // Nobody keeps a secret in what is no file: who reads says so.
        Ok(found) if found.is_symlink() || is_no_secret(&found, content) => return Ok(()),
        Ok(found) => found,
        // With something else in its folder's place, who reads names that.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(());
        }
        Err(error) => return Err(VaultError::unreadable(path, error)),
    };
    let problem = rights::problem(path, &found, content);
    let Some((problem, cure)) = problem.map_err(|why| VaultError::unreadable(path, why))? else {
        return Ok(());
    };
    Err(VaultError::Untrusted {
        path: shown(path),
        problem,
        cure,
    })
}

fn is_no_secret(found: &Metadata, content: Content) -> bool {
    content == Content::Secret && !found.is_file()
}

/// Refuses the guard's memory where others may have written it: the vault's
/// folder, `guard/`, and what lies in it.
pub(crate) fn guard_of(vault: &Vault) -> Result<(), VaultError> {
    let guard = vault.guard_dir();
    check(vault.dir(), Content::Open)?;
    check(&guard, Content::Open)?;
    check(&guard.join("log.key"), Content::Secret)?;
    for name in ["log.jsonl", "log.anchor", "approved"] {
        check(&guard.join(name), Content::Open)?;
    }
    Ok(())
}

/// Refuses policies that others may have written.
pub(crate) fn policies_of(vault: &Vault, names: &[String]) -> Result<(), VaultError> {
    let folder = vault.dir().join(policies::FOLDER);
    check(vault.dir(), Content::Open)?;
    check(&folder, Content::Open)?;
    for name in names {
        check(&folder.join(name), Content::Open)?;
    }
    Ok(())
}
