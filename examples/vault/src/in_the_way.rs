//! Moves aside what stands in the way of a file of the guard's own. Such a
//! thing is never followed, and never removed.

use std::{fs::Metadata, io, path::Path};

/// The most things that are kept aside of one name.
const MOST: u32 = 100;

/// The kind of thing that should be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// A regular file.
    File,
    /// A folder, and no link to one.
    Folder,
}

impl Wanted {
    fn is(self, found: &Metadata) -> bool {
        match self {
            Self::File => found.is_file(),
            Self::Folder => found.is_dir(),
        }
    }
}

/// Whether something else than what is wanted is there.
pub(crate) fn is_there(path: &Path, wanted: Wanted) -> bool {
    path.symlink_metadata()
        .is_ok_and(|found| !wanted.is(&found))
}

/// Moves what is not what is wanted to `NAME.aside-N`, the first free one.
pub(crate) fn make_room(path: &Path, wanted: Wanted) -> io::Result<()> {
    if !is_there(path, wanted) {
        return Ok(());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let free = (0..MOST)
        .map(|number| path.with_file_name(format!("{name}.aside-{number}")))
        .find(|aside| aside.symlink_metadata().is_err());
    let taken = || io::Error::other("move away what is in its place, and the old `.aside-` files");
    #[expect(clippy::disallowed_methods, reason = "this is the store")]
    std::fs::rename(path, free.ok_or_else(taken)?)
}
