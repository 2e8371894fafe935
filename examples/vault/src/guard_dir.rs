//! The guard's own folder in a vault.

use std::{
    fs::DirBuilder,
    io::{self, Write as _},
    os::unix::fs::DirBuilderExt as _,
    path::Path,
};

use rustix::fs::OFlags;

use crate::{
    files,
    in_the_way::{self, Wanted},
};

/// Makes sure that the folder is there, for its owner alone, and that the
/// product does not commit and push what is in it.
pub(crate) fn ensure(guard_dir: &Path) -> io::Result<()> {
    ensure_folder(guard_dir)?;
    let ignore = guard_dir.join(".gitignore");
    if ignore.symlink_metadata().is_err() {
        let flags = OFlags::WRONLY | OFlags::CREATE;
        files::open_own(&ignore, flags)?.write_all(b"*\n")?;
    }
    Ok(())
}

/// Makes sure that `dir` is a folder, and no link to one.
pub(crate) fn ensure_folder(dir: &Path) -> io::Result<()> {
    if let Some(parent) = dir.parent() {
        // Before anything is made in it.
        is_ours(&parent.metadata()?)?;
    }
    match DirBuilder::new().mode(0o700).create(dir) {
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
    is_ours(&found)
}

/// The same for a folder of the guard's own. Something else in its place is
/// moved aside.
pub(crate) fn ensure_own_folder(dir: &Path) -> io::Result<()> {
    in_the_way::make_room(dir, Wanted::Folder)?;
    ensure_folder(dir)
}

/// What root would write into another user's vault, its owner could not read.
fn is_ours(folder: &std::fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    let owner = folder.uid();
    if owner == rustix::process::geteuid().as_raw() {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::PermissionDenied,
        format!("its folder belongs to user {owner}; run it as that user"),
    ))
}
