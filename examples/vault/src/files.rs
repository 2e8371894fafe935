//! Files: regular ones of a bounded size, or an error that says why.

use std::{
    fs::File,
    io::{self, BufRead as _, Read as _, Seek as _},
    path::Path,
};

use tempfile::NamedTempFile;

use crate::{
    VaultError, durable,
    error::shown,
    in_the_way::{self, Wanted},
    system::{self, Use},
};

/// The greatest length of a file of a vault that is read, in bytes.
pub(crate) const MAX_BYTES: u64 = 1 << 20;

/// The whole of `path`, or `None` when there is nothing by that name.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>, VaultError> {
    Ok(read_and_keep_open(path)?.map(|(content, _)| content))
}

/// Like [`read`], but also returns the file that was read.
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
    let file = system::open_through(path).map_err(|error| VaultError::unreadable(path, error))?;
    if !file.metadata().is_ok_and(|opened| opened.is_file()) {
        return Err(VaultError::NotAFile { path: shown(path) });
    }
    let content = bounded(path, &file, MAX_BYTES)?;
    Ok(Some((content, file)))
}

/// Whether `path` leads to the file that was `read`, and that still holds
/// `content` and nothing else.
pub(crate) fn is_still(path: &Path, read: &File, content: &[u8]) -> bool {
    // One byte more shows what was appended.
    let mut bytes = vec![0; content.len().saturating_add(1)];
    let mut filled = 0_usize;
    while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match system::read_at(read, rest, filled as u64) {
            Ok(0) => break,
            Ok(more) => filled = filled.saturating_add(more),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return false,
        }
    }
    // The name last: by then it may lead elsewhere.
    let is_same = system::leads_to(path, read).unwrap_or(false);
    is_same && bytes.get(..filled) == Some(content)
}

/// The beginning of a description that stands in the place of content.
const DESCRIBED: &str = "\0no content: ";

/// Returns whether `content` is no content, but the description that [`read_or_describe`]
/// gives of a thing without any.
pub(crate) fn is_described(content: &[u8]) -> bool {
    content.starts_with(DESCRIBED.as_bytes())
}

/// Like [`read_or_describe`], but for the single file that may be a link: it is read where
/// it leads, and a link that leads nowhere is described.
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

/// Describes the thing at `path`, which could not be read for `error`, so that it can be
/// told from another.
pub(crate) fn describe(path: &Path, error: VaultError) -> Result<Option<Vec<u8>>, VaultError> {
    let found = match path.symlink_metadata() {
        Ok(found) => found,
        Err(_) => return Err(error),
    };
    // A file of text cannot begin with it.
    let described = format!("{DESCRIBED}{}", system::described(path, &found));
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
    let found = system::is_private(&file).map_err(|error| VaultError::unreadable(path, error))?;
    found.map_err(|why| not_private(path, why))?;
    bounded(path, &file, limit).map(Some)
}

fn not_private(path: &Path, why: system::NotPrivate) -> VaultError {
    let path = shown(path);
    let problem = match why.cure {
        "chmod 600" => format!(
            "{}; make it yours alone with `chmod 600 {path}`",
            why.problem
        ),
        cure => format!("{}; {cure}", why.problem),
    };
    VaultError::NotPrivate { path, problem }
}

fn opened(path: &Path) -> Result<Option<File>, VaultError> {
    match open_own(path, Use::Read) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
            Err(VaultError::NotAFile { path: shown(path) })
        }
        Err(error) => Err(VaultError::unreadable(path, error)),
    }
}

/// The bytes that were read of a file that may be too long to be read whole.
#[derive(Debug, Default)]
pub(crate) struct Ends {
    pub(crate) bytes: Vec<u8>,
    /// The place in `bytes` behind which some of the file are left out, and their number.
    pub(crate) left_out: Option<(usize, u64)>,
}

/// The whole of `path`, or the whole lines of its first and last `most` bytes.
pub(crate) fn read_own_ends(path: &Path, most: u64) -> Result<Option<Ends>, VaultError> {
    let mut file = match open_own(path, Use::Read) {
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

/// The first line of `path` with its newline, or the first `most` bytes of it.
pub(crate) fn read_own_line(path: &Path, most: u64) -> Result<Option<Vec<u8>>, VaultError> {
    let Some(file) = opened(path)? else {
        return Ok(None);
    };
    let mut line = Vec::new();
    let mut file = io::BufReader::new(file.take(most));
    file.read_until(b'\n', &mut line)
        .map_err(|error| VaultError::unreadable(path, error))?;
    Ok(Some(line))
}

fn ends(file: &mut File, most: u64) -> io::Result<Ends> {
    let size = file.metadata()?.len();
    let mut bytes = room_for(size.min(most.saturating_mul(2)));
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

/// Room for a file of this length, and for the byte that shows that it has grown: without
/// it, a file is read in pieces from 32 bytes on.
fn room_for(size: u64) -> Vec<u8> {
    Vec::with_capacity(usize::try_from(size).map_or(0, |size| size.saturating_add(1)))
}

fn bounded(path: &Path, file: &File, limit: u64) -> Result<Vec<u8>, VaultError> {
    let failed = |error| VaultError::unreadable(path, error);
    let size = file.metadata().map_err(failed)?.len();
    let mut bytes = room_for(size.min(limit));
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
pub(crate) fn open_own(path: &Path, purpose: Use) -> io::Result<File> {
    system::open_own(path, purpose)
}

/// Opens a file whose only use is to be locked; it is made if need be. Something
/// else in its place locks nothing, and is moved aside.
pub(crate) fn open_lock(path: &Path) -> io::Result<File> {
    in_the_way::make_room(path, Wanted::File)?;
    open_own(path, Use::WriteOrMake)
}

/// Renames what was prepared over `path`, from which a folder is moved aside.
pub(crate) fn persist(new: NamedTempFile, path: &Path) -> io::Result<()> {
    make_way(path)?;
    durable::rename(new, path)
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
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match system::remove(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
