//! Files: regular ones of a bounded size, or an error that says why.

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, Write as _},
    path::Path,
};

use rustix::fs::{Mode, OFlags};
use tempfile::NamedTempFile;

use crate::{
    VaultError,
    error::shown,
    in_the_way::{self, Wanted},
};

/// No file of a vault that we read is longer than this, in bytes.
pub(crate) const MAX_BYTES: u64 = 1 << 20;
/// What the names of unfinished files begin with.
pub(crate) const UNFINISHED: &str = ".openpass-guard-";

/// The whole of `path`, or `None` when there is nothing by that name.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>, VaultError> {
    Ok(read_and_keep_open(path)?.map(|(content, _)| content))
}

/// As [`read`], with the file that was read.
pub(crate) fn read_and_keep_open(path: &Path) -> Result<Option<(Vec<u8>, File)>, VaultError> {
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(VaultError::unreadable(path, error)),
    };
    // Before it is opened: opening a device may do something.
    if !metadata.is_file() {
        return Err(VaultError::NotAFile { path: shown(path) });
    }
    // It may be another by now, and opening a pipe would wait for a writer.
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = rustix::fs::open(path, flags, Mode::empty())
        .map(File::from)
        .map_err(|errno| VaultError::unreadable(path, errno.into()))?;
    if !file.metadata().is_ok_and(|opened| opened.is_file()) {
        return Err(VaultError::NotAFile { path: shown(path) });
    }
    let content = bounded(path, &file, MAX_BYTES)?;
    Ok(Some((content, file)))
}

/// Whether `path` leads to the file that was `read`, and that still holds
/// `content` and nothing else.
pub(crate) fn is_still(path: &Path, read: &File, content: &[u8]) -> bool {
    use std::os::unix::fs::{FileExt as _, MetadataExt as _};
    let same = |now: std::fs::Metadata, then: std::fs::Metadata| {
        (now.dev(), now.ino()) == (then.dev(), then.ino())
    };
    // One byte more shows what was appended.
    let mut bytes = vec![0; content.len().saturating_add(1)];
    let mut filled = 0_usize;
    while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match read.read_at(rest, filled as u64) {
            Ok(0) => break,
            Ok(more) => filled = filled.saturating_add(more),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return false,
        }
    }
    // The name last: by then it may lead elsewhere.
    let is_same = std::fs::metadata(path)
        .and_then(|now| read.metadata().map(|then| same(now, then)))
        .unwrap_or(false);
    is_same && bytes.get(..filled) == Some(content)
}

/// What begins a description in the place of content.
const DESCRIBED: &str = "\0no content: ";

/// Whether `content` is none, but what [`read_or_describe`] says of a thing
/// without any.
pub(crate) fn is_described(content: &[u8]) -> bool {
    content.starts_with(DESCRIBED.as_bytes())
}

/// As [`read_or_describe`], for the one file that may be a link: it is read
/// where it leads, and one that leads nowhere is described.
pub(crate) fn read_through_or_describe(path: &Path) -> Result<Option<Vec<u8>>, VaultError> {
    match read(path) {
        Ok(None) | Err(VaultError::NotAFile { .. }) => read_or_describe(path),
        read => read,
    }
}

/// The whole of `path`; where that cannot be had, what tells the thing in its
/// place from another, so that it can be replaced or removed as it was seen. A
/// folder is moved aside instead.
pub(crate) fn read_or_describe(path: &Path) -> Result<Option<Vec<u8>>, VaultError> {
    read_own(path).or_else(|error| describe(path, error))
}

/// What tells the thing at `path` from another, which could not be read for
/// `error`.
pub(crate) fn describe(path: &Path, error: VaultError) -> Result<Option<Vec<u8>>, VaultError> {
    use std::os::unix::fs::MetadataExt as _;
    let found = match path.symlink_metadata() {
        Ok(found) => found,
        Err(_) => return Err(error),
    };
    // A file of text cannot begin with it.
    let described = format!(
        "{DESCRIBED}mode {:o}, file {} on {}, {} bytes, changed {}.{:09}",
        found.mode(),
        found.ino(),
        found.dev(),
        found.size(),
        found.ctime(),
        found.ctime_nsec(),
    );
    Ok(Some(described.into_bytes()))
}

/// Reads a file of at most [`MAX_BYTES`], and refuses a link in its place.
pub(crate) fn read_own(path: &Path) -> Result<Option<Vec<u8>>, VaultError> {
    read_own_up_to(path, MAX_BYTES)
}

/// Like [`read_own`], but for files of at most `limit` bytes.
pub(crate) fn read_own_up_to(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, VaultError> {
    match opened(path)? {
        Some(file) => bounded(path, &file, limit).map(Some),
        None => Ok(None),
    }
}

/// Like [`read_own_up_to`], but refuses a file that another user owns, or can
/// read or write: what somebody else could have put there proves nothing.
pub(crate) fn read_private(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, VaultError> {
    let Some(file) = opened(path)? else {
        return Ok(None);
    };
    let metadata = file
        .metadata()
        .map_err(|error| VaultError::unreadable(path, error))?;
    is_private(path, &metadata)?;
    bounded(path, &file, limit).map(Some)
}

fn is_private(path: &Path, found: &std::fs::Metadata) -> Result<(), VaultError> {
    use std::os::unix::fs::MetadataExt as _;
    let path = shown(path);
    let owner = found.uid();
    let problem = if owner != rustix::process::geteuid().as_raw() {
        format!("belongs to user {owner}; run it as that user, or put your own file back")
    } else if found.mode() & 0o077 != 0 {
        format!("is open to others; make it yours alone with `chmod 600 {path}`")
    } else {
        return Ok(());
    };
    Err(VaultError::NotPrivate { path, problem })
}

fn opened(path: &Path) -> Result<Option<File>, VaultError> {
    match open_own(path, OFlags::RDONLY) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
            Err(VaultError::NotAFile { path: shown(path) })
        }
        Err(error) => Err(VaultError::unreadable(path, error)),
    }
}

/// What was read of a file that may be too long to be read whole.
#[derive(Debug, Default)]
pub(crate) struct Ends {
    pub(crate) bytes: Vec<u8>,
    /// Behind which of `bytes` some are left out, and how many.
    pub(crate) left_out: Option<(usize, u64)>,
}

/// The whole of `path`, or the whole lines of its first and last `most` bytes.
pub(crate) fn read_own_ends(path: &Path, most: u64) -> Result<Option<Ends>, VaultError> {
    let mut file = match open_own(path, OFlags::RDONLY) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
            return Err(VaultError::NotAFile { path: shown(path) });
        }
        Err(error) => return Err(VaultError::unreadable(path, error)),
    };
    ends(&mut file, most)
        .map(Some)
        .map_err(|error| VaultError::unreadable(path, error))
}

fn ends(file: &mut File, most: u64) -> io::Result<Ends> {
    let size = file.metadata()?.len();
    let mut bytes = Vec::new();
    if size <= most.saturating_mul(2) {
        // It may grow while it is read.
        file.take(most.saturating_mul(2)).read_to_end(&mut bytes)?;
        return Ok(Ends {
            bytes,
            left_out: None,
        });
    }
    file.take(most).read_to_end(&mut bytes)?;
    let newline = |bytes: &[u8]| bytes.iter().rposition(|byte| *byte == b'\n');
    bytes.truncate(newline(&bytes).map_or(0, |at| at.saturating_add(1)));
    let at = bytes.len();
    let mut end = Vec::new();
    file.seek(io::SeekFrom::Start(size.saturating_sub(most)))?;
    file.take(most).read_to_end(&mut end)?;
    let first = end.iter().position(|byte| *byte == b'\n');
    let first = first.map_or(end.len(), |at| at.saturating_add(1));
    bytes.extend(end.get(first..).unwrap_or_default());
    let left_out = size.saturating_sub(bytes.len() as u64);
    Ok(Ends {
        bytes,
        left_out: Some((at, left_out)),
    })
}

fn bounded(path: &Path, file: &File, limit: u64) -> Result<Vec<u8>, VaultError> {
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
    let file = rustix::fs::open(path, flags, Mode::RUSR | Mode::WUSR).map_err(|errno| {
        // What is there says it, and not the error: a link is ELOOP, or EMLINK on
        // FreeBSD, and a socket ENXIO, or EOPNOTSUPP on macOS and FreeBSD.
        match path.symlink_metadata() {
            Ok(found) if !found.is_file() => other(),
            _ => errno.into(),
        }
    })?;
    let file = File::from(file);
    if !file.metadata()?.is_file() {
        return Err(other());
    }
    Ok(file)
}

/// Opens a file whose only use is to be locked; it is made if need be. Something
/// else in its place locks nothing, and is moved aside.
pub(crate) fn open_lock(path: &Path) -> io::Result<File> {
    in_the_way::make_room(path, Wanted::File)?;
    open_own(path, OFlags::WRONLY | OFlags::CREATE)
}

/// A file beside `path` with `content` on the disk; it goes when it is
/// dropped before it is persisted.
pub(crate) fn prepare(
    folder: &Path,
    content: &[u8],
    mode: std::fs::Permissions,
) -> io::Result<NamedTempFile> {
    let mut file = tempfile::Builder::new()
        .prefix(UNFINISHED)
        .permissions(mode)
        .tempfile_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Replaces a file of the guard's own folder, old or new, whole. Something else
/// in its place is moved aside.
pub(crate) fn replace_own(folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let new = prepare(folder, content, std::fs::Permissions::from_mode(0o600))?;
    let path = folder.join(name);
    in_the_way::make_room(&path, Wanted::File)?;
    new.persist(path).map_err(|error| error.error)?;
    sync_folder(folder)
}

/// Waits until what was renamed in `folder` would survive a crash.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Renames what was prepared over `path`, from which a folder is moved aside.
pub(crate) fn persist(new: NamedTempFile, path: &Path) -> io::Result<()> {
    make_way(path)?;
    new.persist(path).map(drop).map_err(|error| error.error)
}

/// Takes what is under the name away, as a change says: a file is removed, and a
/// folder, which may hold anything, moved aside.
pub(crate) fn take_away(path: &Path) -> io::Result<()> {
    make_way(path)?;
    remove(path)
}

/// Moves a folder aside: no file can be renamed over one.
pub(crate) fn make_way(path: &Path) -> io::Result<()> {
    match path.symlink_metadata() {
        Ok(found) if found.is_dir() => in_the_way::make_room(path, Wanted::File),
        _ => Ok(()),
    }
}

/// Removes a file; that there is none is fine.
#[expect(clippy::disallowed_methods, reason = "this is the store")]
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
