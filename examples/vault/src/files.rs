//! Files: regular ones of a bounded size, or an error that says why.

use std::{
    fs::File,
    io::{self, Read as _, Write as _},
    path::Path,
};

use rustix::fs::{Mode, OFlags};
use tempfile::NamedTempFile;

use crate::{VaultError, error::shown};

/// No file of a vault that we read is longer than this, in bytes.
pub(crate) const MAX_BYTES: u64 = 1 << 20;
/// What the names of unfinished files begin with.
pub(crate) const UNFINISHED: &str = ".openpass-guard-";

/// The whole of `path`, or `None` when there is nothing by that name.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>, VaultError> {
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(VaultError::unreadable(path, error)),
    };
    // Before it is opened: opening a pipe would wait for a writer.
    if !metadata.is_file() {
        return Err(VaultError::NotAFile { path: shown(path) });
    }
    let file = File::open(path).map_err(|error| VaultError::unreadable(path, error))?;
    bounded(path, file, MAX_BYTES).map(Some)
}

/// The same, where a link must not lead elsewhere.
pub(crate) fn read_own(path: &Path) -> Result<Option<Vec<u8>>, VaultError> {
    read_own_up_to(path, MAX_BYTES)
}

/// The same, with a bound of its own.
pub(crate) fn read_own_up_to(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, VaultError> {
    match open_own(path, OFlags::RDONLY) {
        Ok(file) => bounded(path, file, limit).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
            Err(VaultError::NotAFile { path: shown(path) })
        }
        Err(error) => Err(VaultError::unreadable(path, error)),
    }
}

fn bounded(path: &Path, file: File, limit: u64) -> Result<Vec<u8>, VaultError> {
    let failed = |error| VaultError::unreadable(path, error);
    let size = file.metadata().map_err(failed)?.len();
    let mut bytes = Vec::new();
    // One more than is allowed: the length may change while it is read.
    file.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    let read = bytes.len() as u64;
    if read > limit {
        return Err(VaultError::TooLarge {
            path: shown(path),
            size: size.max(read),
            limit,
        });
    }
    Ok(bytes)
}

/// Opens a regular file, and neither a link nor a pipe. Whatever else is there
/// is [`io::ErrorKind::InvalidInput`].
pub(crate) fn open_own(path: &Path, flags: OFlags) -> io::Result<File> {
    let other = || io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file");
    // Without NONBLOCK, opening a pipe would wait for its other end.
    let flags = flags | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file =
        rustix::fs::open(path, flags, Mode::RUSR | Mode::WUSR).map_err(|errno| match errno {
            rustix::io::Errno::LOOP | rustix::io::Errno::ISDIR | rustix::io::Errno::NXIO => other(),
            errno => errno.into(),
        })?;
    let file = File::from(file);
    if !file.metadata()?.is_file() {
        return Err(other());
    }
    Ok(file)
}

/// Opens a file whose only use is to be locked; it is made if need be.
pub(crate) fn open_lock(path: &Path) -> io::Result<File> {
    open_own(path, OFlags::WRONLY | OFlags::CREATE)
}

/// A file beside `path` with `content` on the disk; it goes when it is
/// dropped before it is persisted.
pub(crate) fn prepare(
    folder: &Path,
    content: &[u8],
    mode: Option<std::fs::Permissions>,
) -> io::Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = mode.unwrap_or_else(|| std::fs::Permissions::from_mode(0o600));
    let mut file = tempfile::Builder::new()
        .prefix(UNFINISHED)
        .permissions(mode)
        .tempfile_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Replaces a file of the guard's own folder, old or new, whole.
pub(crate) fn replace_own(folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    prepare(folder, content, None)?
        .persist(folder.join(name))
        .map_err(|error| error.error)?;
    sync_folder(folder)
}

/// Waits until what was renamed in `folder` would survive a crash.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Removes a file; that there is none is fine.
#[expect(clippy::disallowed_methods, reason = "this is the store")]
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
