//! A new vault.

use std::{
    fs::{DirBuilder, File},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::Path,
};

use crate::{Vault, VaultError, config, error::shown, vault::IDENTITY};

const CONFIG: &str = include_str!("new-config.yaml");
const IGNORED: &str =
    "identity.age\n*.key\n*.pem\nmcp-token\nmcp-tokens.json\nmcp-tokens/\nguard/\n.runtime-port\n";

impl Vault {
    /// Makes a vault in `dir` that `identity`, a sealed identity.age, opens.
    /// The folder may be there, if there is no vault in it.
    ///
    /// # Errors
    ///
    /// [`VaultError::AlreadyThere`], or that something cannot be written. No
    /// file is ever replaced.
    pub fn init(dir: &Path, identity: &[u8]) -> Result<Self, VaultError> {
        let has = |name: &str| dir.join(name).symlink_metadata().is_ok();
        if has(config::FILE) || has(IDENTITY) {
            return Err(VaultError::AlreadyThere { dir: shown(dir) });
        }
        let failed = |error| VaultError::unwritable(dir, error);
        folder(dir).map_err(failed)?;
        folder(&dir.join("entries")).map_err(failed)?;
        // config.yaml last: without it the folder is no vault yet.
        let files = [
            (".gitignore", IGNORED.as_bytes()),
            (IDENTITY, identity),
            (config::FILE, CONFIG.as_bytes()),
        ];
        for (name, content) in files {
            let path = dir.join(name);
            if name == ".gitignore" && has(name) {
                continue;
            }
            create(&path, content).map_err(|error| VaultError::unwritable(&path, error))?;
        }
        File::open(dir)
            .and_then(|folder| folder.sync_all())
            .map_err(failed)?;
        Self::open(dir)
    }
}

fn folder(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the store, and the file is new"
)]
fn create(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = File::options()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(content)?;
    file.sync_all()
}
