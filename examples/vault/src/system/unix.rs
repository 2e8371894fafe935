//! Files of Unix, by modes, owners and inodes.

use std::{
    fs::{DirBuilder, File, Metadata, Permissions},
    io,
    os::unix::fs::{DirBuilderExt as _, FileExt as _, MetadataExt as _, PermissionsExt as _},
    path::Path,
};

use rustix::fs::OFlags;
use tempfile::{Builder, NamedTempFile};

use super::{NotPrivate, Use};

/// Whether a file that is open can be replaced.
pub(crate) const KEEPS_OPEN: bool = true;

/// The rights on a file, for its owner and for others.
pub(crate) type Mode = Permissions;

/// Returns the mode of a file that is for its owner alone.
pub(crate) fn private() -> Mode {
    Permissions::from_mode(0o600)
}

/// Returns the mode of a file that its owner may use, and that others may read as far as
/// `before` lets them.
pub(crate) fn readable_as(before: Option<&Metadata>) -> Mode {
    let others = before.map_or(0, |before| before.permissions().mode() & 0o044);
    Permissions::from_mode(0o600 | others)
}

/// Opens what `path` leads to, without waiting for a writer of a pipe.
pub(crate) fn open_through(path: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    Ok(File::from(rustix::fs::open(
        path,
        flags,
        rustix::fs::Mode::empty(),
    )?))
}

/// Opens a regular file, and neither a link nor a pipe. Whatever else is there
/// is [`io::ErrorKind::InvalidInput`].
pub(crate) fn open_own(path: &Path, purpose: Use) -> io::Result<File> {
    let other = || io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file");
    let flags = match purpose {
        Use::Read => OFlags::RDONLY,
        Use::Write => OFlags::WRONLY,
        Use::WriteOrMake => OFlags::WRONLY | OFlags::CREATE,
        Use::AppendOrMake => OFlags::WRONLY | OFlags::APPEND | OFlags::CREATE,
    };
    // Without NONBLOCK, opening a pipe would wait for its other end.
    let flags = flags | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    let file = rustix::fs::open(path, flags, mode).map_err(|errno| {
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

/// Cuts a file that was opened to append off after `length` bytes: what is written next
/// stands there.
pub(crate) fn cut(file: &mut File, length: u64) -> io::Result<()> {
    file.set_len(length)
}

/// Whether `path` leads to the very file that `file` is.
pub(crate) fn leads_to(path: &Path, file: &File) -> io::Result<bool> {
    let (now, then) = (std::fs::metadata(path)?, file.metadata()?);
    Ok((now.dev(), now.ino()) == (then.dev(), then.ino()))
}

/// Reads from a place in the file.
pub(crate) fn read_at(file: &File, into: &mut [u8], at: u64) -> io::Result<usize> {
    file.read_at(into, at)
}

/// Describes a file or folder so that it can be told from another.
pub(crate) fn described(_: &Path, found: &Metadata) -> String {
    format!(
        "mode {:o}, file {} on {}, {} bytes, changed {}.{:09}",
        found.mode(),
        found.ino(),
        found.dev(),
        found.size(),
        found.ctime(),
        found.ctime_nsec(),
    )
}

/// Whether the file is this user's own and nobody else's to read or write.
pub(crate) fn is_private(file: &File) -> io::Result<Result<(), NotPrivate>> {
    let found = file.metadata()?;
    let owner = found.uid();
    if owner != rustix::process::geteuid().as_raw() {
        return Ok(Err(NotPrivate {
            problem: format!("belongs to user {owner}"),
            cure: "run it as that user, or put your own file back",
        }));
    }
    if found.mode() & 0o077 != 0 {
        return Ok(Err(NotPrivate {
            problem: "is open to others".to_owned(),
            cure: "chmod 600",
        }));
    }
    Ok(Ok(()))
}

/// Refuses a folder of another user's: what root would write into it, its owner could
/// not read.
pub(crate) fn is_ours(_: &Path, folder: &Metadata) -> io::Result<()> {
    let owner = folder.uid();
    if owner == rustix::process::geteuid().as_raw() {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::PermissionDenied,
        format!("its folder belongs to user {owner}; run it as that user"),
    ))
}

/// Makes a folder for its owner alone.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(path)
}

/// Makes a file with a name that no file has, with the rights `mode`.
pub(crate) fn temporary(
    builder: &mut Builder<'_, '_>,
    folder: &Path,
    mode: Mode,
) -> io::Result<NamedTempFile> {
    builder.permissions(mode).tempfile_in(folder)
}

/// Renames what was prepared over `path`.
pub(crate) fn persist(new: NamedTempFile, path: &Path) -> io::Result<()> {
    new.persist(path).map(drop).map_err(|error| error.error)
}

/// Removes a file.
#[expect(clippy::disallowed_methods, reason = "this is the store")]
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    std::fs::remove_file(path)
}

/// Waits until the file's content is on the disk.
///
/// On macOS it empties the disk's own cache too (`F_FULLFSYNC`, fcntl(2)), which SMB,
/// NFS and exFAT do not know: there it goes as far as fsync(2) does.
pub(crate) fn sync(file: &File) -> io::Result<()> {
    let synced = file.sync_all();
    #[cfg(target_vendor = "apple")]
    if let Err(error) = &synced
        && lacks_full_sync(error.raw_os_error())
    {
        return Ok(rustix::fs::fsync(file)?);
    }
    synced
}

/// Whether the file system knows no more than fsync(2).
#[cfg(any(target_vendor = "apple", test))]
fn lacks_full_sync(code: Option<i32>) -> bool {
    use rustix::io::Errno;
    [Errno::NOTSUP, Errno::OPNOTSUPP, Errno::INVAL, Errno::NOTTY]
        .iter()
        .any(|errno| code == Some(errno.raw_os_error()))
}

/// Waits until the folder's names are on the disk.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    sync(&File::open(folder)?)
}

#[cfg(test)]
mod tests {
    use rustix::io::Errno;

    use super::*;

    /// A full disk is not taken for a file system without it.
    #[test]
    fn a5_only_what_a_file_system_lacks_is_done_without() {
        let lacks = |errno: Errno| lacks_full_sync(Some(errno.raw_os_error()));
        assert!(lacks(Errno::NOTSUP) && lacks(Errno::INVAL));
        assert!(!lacks(Errno::IO) && !lacks(Errno::NOSPC));
        assert!(!lacks_full_sync(None));
    }
}
