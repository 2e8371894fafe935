//! The records of what a host saw last, for a person to look at: `guard/seen/NAME.json`. Each
//! is a hint that any program can write; nothing that it says counts for anything.

use std::path::PathBuf;

use crate::{Vault, VaultError, durable, files, guard_dir, names};

/// The longest file, in bytes.
const MAX_BYTES: u64 = 8 << 20;

/// The records of what a host saw, each under a name of the host's.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing in it")]
pub struct Seen;

impl Seen {
    /// Keeps `content` under `name`: letters, digits, `-`, `_` and `.`.
    ///
    /// # Errors
    ///
    /// That the name cannot be a file's, or that the file cannot be written.
    pub fn keep(vault: &Vault, name: &str, content: &[u8]) -> Result<(), VaultError> {
        let dir = folder(vault);
        let failed = |error| VaultError::unwritable(&dir, error);
        names::key_part(name)?;
        if content.len() as u64 > MAX_BYTES {
            return Err(VaultError::NotForLater);
        }
        guard_dir::ensure(&vault.guard_dir()).map_err(failed)?;
        guard_dir::ensure_own_folder(&dir).map_err(failed)?;
        durable::replace_own(&dir, &file_name(name), content).map_err(failed)
    }

    /// Returns the content that was kept under `name`; `None` if nothing was.
    ///
    /// # Errors
    ///
    /// That the file cannot be read, or is too long.
    pub fn read(vault: &Vault, name: &str) -> Result<Option<Vec<u8>>, VaultError> {
        names::key_part(name)?;
        files::read_own_up_to(&folder(vault).join(file_name(name)), MAX_BYTES)
    }
}

fn folder(vault: &Vault) -> PathBuf {
    vault.guard_dir().join("seen")
}

fn file_name(name: &str) -> String {
    format!("{name}.json")
}
