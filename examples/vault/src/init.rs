//! A new vault.

use std::{io, path::Path};

use openpass_auth_passphrase::{NewPassphraseError, Passphrase};

use crate::{Vault, VaultError, config, durable, error::shown, files, system, vault::IDENTITY};

const CONFIG: &str = include_str!("new-config.yaml");
const IGNORED: &str =
    "identity.age\n*.key\n*.pem\nmcp-token\nmcp-tokens.json\nmcp-tokens/\nguard/\n.runtime-port\n";

impl Vault {
    /// Makes a vault in `dir` that `identity`, a sealed identity.age, opens.
    /// The folder may be there, if there is no vault in it.
    ///
    /// # Errors
    ///
    /// [`VaultError::AlreadyThere`], [`VaultError::HalfVault`] where an earlier try was
    /// broken off, or that something cannot be written: then there is no vault, and it can
    /// be made again. No file is ever replaced.
    pub fn init(dir: &Path, identity: &[u8]) -> Result<Self, VaultError> {
        let has = |name: &str| dir.join(name).symlink_metadata().is_ok();
        match Self::open(dir) {
            Err(VaultError::NoVault { .. }) => {}
            Err(half) => return Err(half),
            Ok(_) => return Err(VaultError::AlreadyThere { dir: shown(dir) }),
        }
        let failed = |error| VaultError::unwritable(dir, error);
        folder(dir).map_err(failed)?;
        folder(&dir.join("entries")).map_err(failed)?;
        if !has(".gitignore") {
            make(dir, &[(".gitignore", IGNORED.as_bytes())])?;
        }
        // config.yaml last: without it the folder is no vault yet.
        let both = [(IDENTITY, identity), (config::FILE, CONFIG.as_bytes())];
        make(dir, &both)?;
        Self::open(dir)
    }
}

/// Makes these files, on the disk, or none of them.
fn make(dir: &Path, contents: &[(&str, &[u8])]) -> Result<(), VaultError> {
    let mut made = Vec::new();
    let made_all = contents.iter().try_for_each(|(name, content)| {
        let path = dir.join(name);
        durable::create(dir, name, content)
            .map_err(|error| VaultError::unwritable(&path, error))?;
        made.push(path);
        Ok(())
    });
    let on_disk = made_all.and_then(|()| {
        durable::sync_folder(dir).map_err(|error| VaultError::unwritable(dir, error))
    });
    if on_disk.is_err() {
        // The last first: an identity alone is no vault, and a config.yaml that stays keeps
        // its identity. What cannot be removed is told by the next try.
        for path in made.iter().rev() {
            if files::remove(path).is_err() {
                break;
            }
        }
    }
    on_disk
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
