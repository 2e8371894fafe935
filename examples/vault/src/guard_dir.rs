//! The guard's own folder in a vault.

use std::{fs::DirBuilder, io, os::unix::fs::DirBuilderExt as _, path::Path};

/// Makes sure that the folder is there, for its owner alone, and that the
/// product does not commit and push what is in it.
pub(crate) fn ensure(guard_dir: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(guard_dir) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    let ignore = guard_dir.join(".gitignore");
    if ignore.symlink_metadata().is_err() {
        #[expect(clippy::disallowed_methods, reason = "this is the store")]
        std::fs::write(ignore, "*\n")?;
    }
    Ok(())
}
