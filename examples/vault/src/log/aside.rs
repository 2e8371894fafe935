//! The record of a file that gets no further lines, because it is set aside or closed.

use std::{
    io::{self, Read as _},
    path::Path,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{files, hash, system::Use};

/// The most bytes that are hashed: the file may be as long as the disk.
const MOST: u64 = 64 << 20;

/// The length of the file, and the SHA-256 of its first `hashed` bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct What {
    bytes: u64,
    hashed: u64,
    sha256: String,
}

impl What {
    fn nothing() -> Self {
        Self {
            bytes: 0,
            hashed: 0,
            sha256: hash::sha256_hex(b""),
        }
    }

    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let file = match files::open_own(path, Use::Read) {
            // It is no file, and has no bytes.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => return Ok(Self::nothing()),
            file => file?,
        };
        let bytes = file.metadata()?.len();
        let (mut sha256, mut hashed) = (Sha256::new(), 0_u64);
        let mut file = file.take(MOST);
        let mut buffer = vec![0; 64 << 10];
        loop {
            let read = file.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            sha256.update(buffer.get(..read).unwrap_or_default());
            hashed = hashed.saturating_add(read as u64);
        }
        Ok(Self {
            bytes,
            hashed,
            sha256: hash::hex(&sha256.finalize()),
        })
    }
}
