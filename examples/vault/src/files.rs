//! Reading: regular files of a bounded size, or an error that says why.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

use crate::{VaultError, error::shown};

/// No file of a vault that we read is longer than this, in bytes.
pub(crate) const MAX_BYTES: u64 = 1 << 20;

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
    let mut bytes = Vec::new();
    // One more than is allowed: the length may change while it is read.
    file.take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| VaultError::unreadable(path, error))?;
    let read = bytes.len() as u64;
    if read > MAX_BYTES {
        return Err(VaultError::TooLarge {
            path: shown(path),
            size: metadata.len().max(read),
            limit: MAX_BYTES,
        });
    }
    Ok(Some(bytes))
}
