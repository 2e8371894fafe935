//! Finds the vault by the product's own rules: the first hit wins.

use std::path::{Path, PathBuf};

use openpass_auth::SafeText;

use crate::{VaultError, config, files, yaml::Document};

/// The flags and variables that decide where the vault is. Hosts fill them in
/// from their command line and their environment.
#[derive(Debug, Clone, Default)]
#[expect(clippy::exhaustive_structs, reason = "hosts fill in every field")]
pub struct Location {
    /// `--vault`.
    pub vault_flag: Option<PathBuf>,
    /// `OPENPASS_VAULT`.
    pub vault_variable: Option<PathBuf>,
    /// `--profile`.
    pub profile_flag: Option<String>,
    /// `OPENPASS_PROFILE`.
    pub profile_variable: Option<String>,
    /// The user's folder, by the variable [`Location::HOME`].
    pub home: Option<PathBuf>,
}

impl Location {
    /// The variable that names the user's folder, as the product has it: `HOME`, and
    /// `USERPROFILE` on Windows (Go's `os.UserHomeDir`).
    pub const HOME: &str = if cfg!(windows) { "USERPROFILE" } else { "HOME" };

    /// The vault's folder: `--vault`, `OPENPASS_VAULT`, `--profile`,
    /// `OPENPASS_PROFILE`, `defaultProfile` in `~/.openpass/config.yaml`,
    /// `~/.openpass`. Empty ones are passed over, `~/` is expanded.
    ///
    /// # Errors
    ///
    /// [`VaultError::UnknownProfile`], [`VaultError::NoHome`], or that the
    /// file with the profiles cannot be read.
    pub fn resolve(&self) -> Result<PathBuf, VaultError> {
        let paths = [&self.vault_flag, &self.vault_variable];
        if let Some(path) = paths
            .into_iter()
            .flatten()
            .find(|path| !path.as_os_str().is_empty())
        {
            return self.expanded(path);
        }
        let profiles = [&self.profile_flag, &self.profile_variable];
        if let Some(name) = profiles.into_iter().flatten().find(|name| !name.is_empty()) {
            return self.profile(name);
        }
        let home = self.home_vault()?;
        match self.profiles()? {
            Some(profiles) => match default_profile(&profiles) {
                Some(name) => self.profile(&name),
                None => Ok(home),
            },
            None => Ok(home),
        }
    }

    fn home_vault(&self) -> Result<PathBuf, VaultError> {
        let home = self.home.as_deref().ok_or(VaultError::NoHome)?;
        Ok(home.join(".openpass"))
    }

    fn expanded(&self, path: &Path) -> Result<PathBuf, VaultError> {
        match path.strip_prefix("~") {
            Ok(rest) => Ok(self.home.as_deref().ok_or(VaultError::NoHome)?.join(rest)),
            Err(_) => Ok(path.to_owned()),
        }
    }

    fn profiles(&self) -> Result<Option<Document>, VaultError> {
        let path = self.home_vault()?.join(config::FILE);
        match files::read(&path)? {
            Some(bytes) => config::parse(&path, &bytes).map(Some),
            None => Ok(None),
        }
    }

    fn profile(&self, name: &str) -> Result<PathBuf, VaultError> {
        let profiles = self.profiles()?;
        let path = profiles
            .as_ref()
            .and_then(|document| document.tree().get(&["profiles", name, "vault"]))
            .and_then(crate::yaml::Tree::as_text)
            .filter(|path| !path.is_empty());
        match path {
            Some(path) => self.expanded(Path::new(path)),
            None => Err(VaultError::UnknownProfile {
                name: SafeText::quoted(name),
            }),
        }
    }
}

fn default_profile(document: &Document) -> Option<String> {
    let name = document.tree().get(&["defaultProfile"])?.as_text()?;
    (!name.is_empty()).then(|| name.to_owned())
}
