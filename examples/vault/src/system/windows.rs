//! Files of Windows, by access control lists, and without following reparse points.

use std::{
    fs::{File, Metadata},
    io::{self, Seek as _, SeekFrom},
    os::windows::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::Path,
    thread,
    time::Duration,
};

use tempfile::{Builder, NamedTempFile};
use windows_sys::Win32::{
    Foundation::{ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION},
    Storage::FileSystem::{
        FILE_ATTRIBUTE_REPARSE_POINT, FILE_FLAG_BACKUP_SEMANTICS, FILE_FLAG_OPEN_REPARSE_POINT,
    },
};

#[cfg(feature = "kill-points")]
use windows_sys::Win32::System::Threading::{GetCurrentProcess, TerminateProcess};

use super::{NotPrivate, Use, acl};

mod identity;

pub(crate) use super::acl::of as rights;
#[cfg(test)]
pub(crate) use super::acl::set as set_list;

/// Returns the number of names that the file at `path` has.
pub(crate) fn names_of(path: &Path) -> io::Result<u32> {
    Ok(identity::of(&open_as_it_is(path)?)?.names)
}

/// Whether a file that is open can be replaced: by `MoveFileEx` it cannot. What was read
/// is read again before it is replaced.
pub(crate) const KEEPS_OPEN: bool = false;

/// The most tries to replace a file that another program has open: virus scanners and
/// search indexes let go within moments.
const TRIES: u32 = 20;
/// The pause between two tries.
const PAUSE: Duration = Duration::from_millis(25);

/// The rights on a file: for its owner alone, always.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mode(());

/// Returns the mode of a file that is for its owner alone: it is made so.
pub(crate) const fn private() -> Mode {
    Mode(())
}

/// Returns the mode of a file that is for its owner alone: a right of others to read is not
/// carried over.
pub(crate) const fn readable_as(_: Option<&Metadata>) -> Mode {
    Mode(())
}

/// Opens what `path` leads to.
pub(crate) fn open_through(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Opens a regular file, and no reparse point: a link, a junction, a file that lies
/// elsewhere. Whatever else is there is [`io::ErrorKind::InvalidInput`].
#[expect(clippy::disallowed_methods, reason = "this is the store")]
pub(crate) fn open_own(path: &Path, purpose: Use) -> io::Result<File> {
    let other = || io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file");
    match path.symlink_metadata() {
        Ok(found) if !is_plain(&found) => return Err(other()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if !matches!(purpose, Use::WriteOrMake | Use::AppendOrMake) {
                return Err(error);
            }
            match acl::create_file(path) {
                // Another program was first.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                made => drop(made?),
            }
        }
        _ => {}
    }
    let mut options = File::options();
    match purpose {
        Use::Read => options.read(true),
        Use::Write | Use::WriteOrMake => options.write(true),
        Use::AppendOrMake => options.read(true).write(true),
    };
    let mut file = options
        .custom_flags(FILE_FLAG_OPEN_REPARSE_POINT)
        .open(path)?;
    // It may be another by now.
    if !is_plain(&file.metadata()?) {
        return Err(other());
    }
    if purpose == Use::AppendOrMake {
        // A file that was opened to append alone cannot be cut.
        file.seek(SeekFrom::End(0))?;
    }
    Ok(file)
}

fn is_plain(found: &Metadata) -> bool {
    found.is_file() && found.file_attributes() & FILE_ATTRIBUTE_REPARSE_POINT == 0
}

/// Cuts a file that was opened to append off after `length` bytes: what is written next
/// stands there.
pub(crate) fn cut(file: &mut File, length: u64) -> io::Result<()> {
    file.set_len(length)?;
    // A place behind the end would leave a hole.
    file.seek(SeekFrom::Start(length)).map(drop)
}

/// Whether `path` leads to the very file that `file` is.
pub(crate) fn leads_to(path: &Path, file: &File) -> io::Result<bool> {
    Ok(identity::of(&File::open(path)?)? == identity::of(file)?)
}

/// Reads from a place in the file. It moves the file's own place, too, which nobody
/// reads from afterwards.
pub(crate) fn read_at(file: &File, into: &mut [u8], at: u64) -> io::Result<usize> {
    file.seek_read(into, at)
}

/// Describes the file or folder at `path` so that it can be told from another.
pub(crate) fn described(path: &Path, found: &Metadata) -> String {
    let identity = open_as_it_is(path).and_then(|file| identity::of(&file));
    let (volume, index) = identity.map_or((0, 0), |found| (found.volume, found.index));
    format!(
        "attributes {:x}, file {index} on {volume}, {} bytes, changed {}",
        found.file_attributes(),
        found.file_size(),
        found.last_write_time(),
    )
}

/// Opens a file or folder, or a link itself, to look at it.
#[expect(clippy::disallowed_methods, reason = "nothing is written")]
pub(crate) fn open_as_it_is(path: &Path) -> io::Result<File> {
    File::options()
        .read(true)
        .custom_flags(FILE_FLAG_OPEN_REPARSE_POINT | FILE_FLAG_BACKUP_SEMANTICS)
        .open(path)
}

/// Whether the file is this user's own and nobody else's to read or write, the system
/// and its administrators aside.
pub(crate) fn is_private(file: &File) -> io::Result<Result<(), NotPrivate>> {
    let rights = acl::of(file)?;
    if !rights.is_trusted() {
        return Ok(Err(NotPrivate {
            problem: format!("belongs to user {}", rights.owner),
            cure: "run it as that user, or put your own file back",
        }));
    }
    let others = rights.readers.into_iter().chain(rights.writers);
    Ok(match others.into_iter().next() {
        None => Ok(()),
        Some(other) => Err(NotPrivate {
            problem: format!("is open to {other}"),
            cure: "make it yours alone: `icacls FILE /inheritance:r /grant:r %USERNAME%:F`",
        }),
    })
}

/// Refuses a folder of another user's.
pub(crate) fn is_ours(path: &Path, _: &Metadata) -> io::Result<()> {
    let rights = acl::of(&open_as_it_is(path)?)?;
    if rights.is_trusted() {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::PermissionDenied,
        format!(
            "its folder belongs to user {}; run it as that user",
            rights.owner
        ),
    ))
}

/// Makes a folder for its owner alone, with what is made in it.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    acl::create_folder(path)
}

/// Makes a file that is not there yet, for its owner alone.
#[cfg(test)]
pub(crate) fn create_new(path: &Path) -> io::Result<File> {
    acl::create_file(path)
}

/// A file with a name that nobody has, for its owner alone.
pub(crate) fn temporary(
    builder: &mut Builder<'_, '_>,
    folder: &Path,
    _: Mode,
) -> io::Result<NamedTempFile> {
    builder.make_in(folder, acl::create_file)
}

/// Renames what was prepared over `path`.
#[expect(clippy::disallowed_methods, reason = "this is the store")]
pub(crate) fn persist(new: NamedTempFile, path: &Path) -> io::Result<()> {
    // It is closed first: a file is renamed under no handle of ours.
    let mut new = new.into_temp_path();
    while_held(|| std::fs::rename(&new, path))?;
    new.disable_cleanup(true);
    Ok(())
}

/// Removes a file.
#[expect(clippy::disallowed_methods, reason = "this is the store")]
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    while_held(|| std::fs::remove_file(path))
}

/// Tries again for half a second while a program that has the file open without sharing
/// it keeps it as it is (`ERROR_SHARING_VIOLATION`, `ERROR_ACCESS_DENIED`).
fn while_held(mut change: impl FnMut() -> io::Result<()>) -> io::Result<()> {
    for _ in 1..TRIES {
        match change() {
            Err(error) if is_held(&error) => thread::sleep(PAUSE),
            done => return done,
        }
    }
    change().map_err(|error| match is_held(&error) {
        true => io::Error::new(
            error.kind(),
            format!(
                "another program has it open (a virus scanner, an editor or a backup, \
                 perhaps), or you may not change it; close that program, and try again ({error})"
            ),
        ),
        false => error,
    })
}

/// Ends this process as a kill does.
#[cfg(feature = "kill-points")]
#[expect(unsafe_code, reason = "std only ends a process after its handlers ran")]
pub(crate) fn end_at_once(code: u32) {
    // SAFETY: the process's own pseudo handle is always valid.
    unsafe { TerminateProcess(GetCurrentProcess(), code) };
}

fn is_held(error: &io::Error) -> bool {
    let code = error
        .raw_os_error()
        .and_then(|code| u32::try_from(code).ok());
    matches!(code, Some(ERROR_SHARING_VIOLATION | ERROR_ACCESS_DENIED))
}

/// Waits until the file's content is on the disk (`FlushFileBuffers`).
pub(crate) fn sync(file: &File) -> io::Result<()> {
    file.sync_all()
}

/// Does nothing: a folder cannot be flushed.
#[expect(clippy::unnecessary_wraps, reason = "it can fail on other systems")]
pub(crate) const fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests;
