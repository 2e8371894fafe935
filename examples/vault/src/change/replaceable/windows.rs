//! Looks at the attributes and names of a file.

use std::{io, os::windows::fs::MetadataExt as _, path::Path};

use windows_sys::Win32::Storage::FileSystem::FILE_ATTRIBUTE_READONLY;

use crate::{error::shown, system};

/// Returns `Ok` always: only a try tells, and the commit makes it before it replaces
/// anything.
#[expect(clippy::unnecessary_wraps, reason = "other systems can tell")]
pub(super) const fn can_be_written_to(_: &Path) -> io::Result<()> {
    Ok(())
}

/// The reason why no user can change a file, if there is one: the file is marked as
/// read-only. The mark says nothing of a folder.
pub(super) fn held_by_the_system(path: &Path, is_folder: bool) -> Option<&'static str> {
    let found = path.symlink_metadata().ok()?;
    let marked = !is_folder && found.file_attributes() & FILE_ATTRIBUTE_READONLY != 0;
    marked.then_some("it is marked as read-only; take the mark away with `attrib -r`")
}

/// Lists what the new file would not have, which is the old file's other names. Streams
/// beside the content are not looked for.
pub(super) fn lost_by_a_replacement(path: &Path) -> Vec<String> {
    match system::names_of(path) {
        Ok(names) if names > 1 && path.is_file() => vec![format!(
            "{} has another name too (a hard link), under which the old content stays",
            shown(path)
        )],
        _ => Vec::new(),
    }
}
