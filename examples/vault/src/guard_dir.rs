//! The guard's own folder in a vault.

use std::{
    fs::Metadata,
    io::{self, Write as _},
    path::Path,
};

use crate::{
    files,
    in_the_way::{self, Wanted},
    system::{self, Use},
};

/// Makes sure that the folder is there, for its owner alone, and that the
/// product does not commit and push what is in it.
pub(crate) fn ensure(guard_dir: &Path) -> io::Result<()> {
    ensure_folder(guard_dir)?;
    let ignore = guard_dir.join(".gitignore");
    // An empty one is of a disk that had no room for its text.
    let is_whole = |found: &Metadata| !found.is_file() || found.len() > 0;
    if !ignore
        .symlink_metadata()
        .is_ok_and(|found| is_whole(&found))
    {
        files::open_own(&ignore, Use::WriteOrMake)?.write_all(b"*\n")?;
    }
    Ok(())
}

/// Makes sure that `dir` is a folder, and no link to one.
pub(crate) fn ensure_folder(dir: &Path) -> io::Result<()> {
    if let Some(parent) = dir.parent() {
        // Before anything is made in it.
        system::is_ours(parent, &parent.metadata()?)?;
    }
    match system::make_folder(dir) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let found = dir.symlink_metadata()?;
    if !found.is_dir() {
        return Err(io::Error::new(
            io::ErrorKind::NotADirectory,
            "it is not a folder, or a link to one",
        ));
    }
    system::is_ours(dir, &found)
}

/// Makes sure that `dir`, a folder of the guard's own, is a folder, and no link to one.
/// Something else in its place is moved aside.
pub(crate) fn ensure_own_folder(dir: &Path) -> io::Result<()> {
    in_the_way::make_room(dir, Wanted::Folder)?;
    ensure_folder(dir)
}
