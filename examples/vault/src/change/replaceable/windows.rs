//! By attributes and names.

use std::{io, os::windows::fs::MetadataExt as _, path::Path};

use windows_sys::Win32::Storage::FileSystem::FILE_ATTRIBUTE_READONLY;

use crate::{error::shown, system};

/// Always: only a try tells, and the commit makes it before it replaces anything.
#[expect(clippy::unnecessary_wraps, reason = "other systems can tell")]
pub(super) const fn can_be_written_to(_: &Path) -> io::Result<()> {
    Ok(())
}

/// The reason why nobody can change a file, if there is one. The mark means nothing on a
/// folder.
pub(super) fn held_by_the_system(path: &Path, is_folder: bool) -> Option<&'static str> {
    let found = path.symlink_metadata().ok()?;
    let marked = !is_folder && found.file_attributes() & FILE_ATTRIBUTE_READONLY != 0;
    marked.then_some("it is marked as read-only; take the mark away with `attrib -r`")
}

/// The names of a file that stay with the old content. Streams are not looked for.
pub(super) fn lost_by_a_replacement(path: &Path) -> Vec<String> {
    match system::names_of(path) {
        Ok(names) if names > 1 && path.is_file() => vec![format!(
            "{} has another name too (a hard link), under which the old content stays",
            shown(path)
        )],
        _ => Vec::new(),
    }
}
