//! The guard's own folder in a vault.

use std::{fs::DirBuilder, io, os::unix::fs::DirBuilderExt as _, path::Path};

/// Makes sure that the folder is there, for its owner alone, and that the
/// product does not commit and push what is in it.
pub(crate) fn ensure(guard_dir: &Path) -> io::Result<()> {
    ensure_folder(guard_dir)?;
    let ignore = guard_dir.join(".gitignore");
    if ignore.symlink_metadata().is_err() {
        #[expect(clippy::disallowed_methods, reason = "this is the store")]
        std::fs::write(ignore, "*\n")?;
    }
    Ok(())
}

/// Makes sure that `dir` is a folder, and no link to one.
pub(crate) fn ensure_folder(dir: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(dir) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    if dir.symlink_metadata()?.is_dir() {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::NotADirectory,
        "it is not a folder, or a link to one",
    ))
}
