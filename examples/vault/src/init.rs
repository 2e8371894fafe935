//! A new vault.

use std::{io, path::Path};

use openpass_auth_passphrase::{NewPassphraseError, Passphrase};

use crate::{Vault, VaultError, config, durable, error::shown, system, vault::IDENTITY};

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
            durable::create(&path, content)
                .map_err(|error| VaultError::unwritable(&path, error))?;
        }
        durable::sync_folder(dir).map_err(failed)?;
        Self::open(dir)
    }
}

/// Asks for a new passphrase again as long as the person gives a passphrase that cannot be
/// used, and says why with `say`. `ask` keeps the time.
///
/// # Errors
///
/// That nobody answered, or not in time.
pub fn until_it_serves(
    say: &dyn Fn(&str),
    mut ask: impl FnMut() -> Result<Passphrase, NewPassphraseError>,
) -> Result<Passphrase, NewPassphraseError> {
    loop {
        match ask() {
            Err(NewPassphraseError::NotAnswered(error)) => return Err(error.into()),
            Err(error) => say(&format!("{error}. Try again.")),
            Ok(passphrase) => return Ok(passphrase),
        }
    }
}

/// Makes a folder, and those above it, each for its owner alone.
fn folder(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    if let Some(above) = dir.parent().filter(|above| !above.as_os_str().is_empty()) {
        folder(above)?;
    }
    match system::make_folder(dir) {
        // Another program may have made it meanwhile.
        Err(_) if dir.is_dir() => Ok(()),
        made => made,
    }
}
