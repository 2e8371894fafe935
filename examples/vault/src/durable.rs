//! The one way by which files reach the disk, so that what is said to be written
//! survives a crash: the content, then the name, then the folder that has the name.

use std::{
    fs::File,
    io::{self, Write as _},
    path::Path,
};

use tempfile::NamedTempFile;

use crate::{
    files,
    in_the_way::{self, Wanted},
    step,
    system::{self, Mode},
};

/// The prefix of the names of unfinished files.
pub(crate) const UNFINISHED: &str = ".openpass-guard-";

/// Waits until what was written to `file` would survive a crash.
pub(crate) fn sync(file: &File) -> io::Result<()> {
    system::sync(file)
}

/// Waits until what was made, renamed or removed in `folder` would survive a crash.
///
/// On Windows it waits for nothing: a folder cannot be flushed there, and NTFS brings
/// its own journal of names in order
/// (<https://learn.microsoft.com/windows/win32/fileio/file-buffering>). What a name leads
/// to was flushed before ([`sync`]), so a crash leaves the old file or the new one.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    step::folders_obey()?;
    system::sync_folder(folder)
}

/// A file in `folder` with `content` on the disk; it goes when it is dropped before it
/// is persisted.
pub(crate) fn prepare(folder: &Path, content: &[u8], mode: Mode) -> io::Result<NamedTempFile> {
    prepare_as(UNFINISHED, folder, content, mode)
}

fn prepare_as(
    prefix: &str,
    folder: &Path,
    content: &[u8],
    mode: Mode,
) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix);
    let mut file = system::temporary(&mut builder, folder, mode)?;
    file.write_all(content)?;
    sync(file.as_file())?;
    Ok(file)
}

/// Gives what was prepared the name `path`, over what has it. The folder is yet to be
/// synced.
pub(crate) fn rename(new: NamedTempFile, path: &Path) -> io::Result<()> {
    system::persist(new, path)
}

/// Replaces a file of the guard's own folder, old or new, whole. Something else in its
/// place is moved aside.
pub(crate) fn replace_own(folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    let path = folder.join(name);
    let new = prepare(folder, content, system::private())?;
    in_the_way::make_room(&path, Wanted::File)?;
    rename(new, &path)?;
    sync_folder(folder)
}

/// Like [`replace_own`], but under unfinished names that begin with `prefix`, and over
/// nothing but a file.
pub(crate) fn replace(folder: &Path, prefix: &str, path: &Path, content: &[u8]) -> io::Result<()> {
    let new = prepare_as(prefix, folder, content, system::private())?;
    rename(new, path)?;
    sync_folder(folder)
}

/// Makes a file in `folder` that is not there yet, for its owner alone: with the whole
/// content, or not at all. The folder is yet to be synced.
pub(crate) fn create(folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    let new = prepare(folder, content, system::private())?;
    // It is closed first: Windows renames no file that is open.
    let named = new.into_temp_path().persist_noclobber(folder.join(name));
    named.map_err(|error| error.error)
}

/// Removes the unfinished files in `folder` of processes that are gone. It is called only
/// by who holds the lock under which such files are made there.
pub(crate) fn remove_unfinished(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            // What cannot be removed now is removed next time.
            drop(files::remove(&entry.path()));
        }
    }
}
