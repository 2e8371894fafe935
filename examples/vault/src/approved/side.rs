//! The parts' files, in `guard/approved/`.

use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
};

use super::Part;
use crate::{durable, files, guard_dir, hash};

const FOLDER: &str = "approved";
const ENDING: &str = ".json";
/// The greatest length of a part, in bytes: config.yaml has a mebibyte at most, and what a
/// tier sets for an agent makes it longer.
const MAX_BYTES: u64 = 64 << 20;

/// Writes a part's file and waits until it would survive a crash. One that is
/// there already, whole, is left alone.
pub(crate) fn keep(guard_dir: &Path, sha256: &str, bytes: &[u8]) -> io::Result<()> {
    guard_dir::ensure(guard_dir)?;
    let folder = guard_dir.join(FOLDER);
    guard_dir::ensure_own_folder(&folder)?;
    if matches!(read(guard_dir, sha256), Ok(Some(found)) if found == bytes) {
        return Ok(());
    }
    durable::replace_own(&folder, &name(sha256), bytes)?;
    durable::sync_folder(guard_dir)
}

/// The part with this SHA-256, or why it cannot be had.
pub(super) fn load(guard_dir: &Path, sha256: &str) -> Result<Part, String> {
    let bytes = read(guard_dir, sha256)?.ok_or("its file in guard/approved is missing")?;
    serde_json::from_slice(&bytes).map_err(|error| error.to_string())
}

/// The bytes of the part with this SHA-256; `None` is no file.
fn read(guard_dir: &Path, sha256: &str) -> Result<Option<Vec<u8>>, String> {
    let path = path(guard_dir, sha256);
    let bytes = files::read_own_up_to(&path, MAX_BYTES).map_err(|error| error.to_string())?;
    match bytes {
        Some(bytes) if hash::sha256_hex(&bytes) != sha256 => {
            Err("its file in guard/approved was changed".to_owned())
        }
        bytes => Ok(bytes),
    }
}

/// Removes the files of all parts but these. What cannot be removed now is
/// removed by the next change.
pub(crate) fn prune(guard_dir: &Path, needed: &BTreeSet<String>) {
    let folder = guard_dir.join(FOLDER);
    if !folder.symlink_metadata().is_ok_and(|found| found.is_dir()) {
        return;
    }
    let Ok(entries) = std::fs::read_dir(&folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let part = name.to_str().and_then(|name| name.strip_suffix(ENDING));
        let is_part = part.is_some_and(|sha256| hash::unhex::<32>(sha256.as_bytes()).is_some());
        if is_part && !part.is_some_and(|sha256| needed.contains(sha256)) {
            drop(files::remove(&entry.path()));
        }
    }
}

fn name(sha256: &str) -> String {
    format!("{sha256}{ENDING}")
}

fn path(guard_dir: &Path, sha256: &str) -> PathBuf {
    guard_dir.join(FOLDER).join(name(sha256))
}
