//! config.yaml, as it is read.

use std::path::Path;

use openpass_auth::SafeText;

use crate::{
    Profile, VaultError,
    error::shown,
    yaml::{Document, Tree},
};

/// The file's name.
pub(crate) const FILE: &str = "config.yaml";

/// config.yaml of one vault at one moment.
#[derive(Debug)]
pub struct Config {
    document: Document,
}

impl Config {
    pub(crate) fn parse(path: &Path, bytes: &[u8]) -> Result<Self, VaultError> {
        let document = parse(path, bytes)?;
        Ok(Self { document })
    }

    /// Every agent of the file, in the file's order.
    #[must_use]
    pub fn agents(&self) -> Vec<Profile> {
        match self.document.tree().get(&["agents"]) {
            Some(Tree::Map(agents)) => agents
                .iter()
                .map(|(name, entry)| Profile::effective(name, entry))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The agent called `name`, to the letter.
    ///
    /// # Errors
    ///
    /// [`VaultError::UnknownAgent`].
    pub fn agent(&self, name: &str) -> Result<Profile, VaultError> {
        self.document
            .tree()
            .get(&["agents", name])
            .map(|entry| Profile::effective(name, entry))
            .ok_or_else(|| VaultError::UnknownAgent {
                name: SafeText::quoted(name),
            })
    }

    /// How the vault is unlocked, by the product's order: authMethod,
    /// useTouchID, vault.authMethod, vault.useTouchID, else the passphrase.
    #[must_use]
    pub fn auth_method(&self) -> openpass_policy::AuthMethod {
        use openpass_policy::AuthMethod::{Passphrase, TouchId};
        let tree = self.document.tree();
        let method = |path: &[&str]| tree.get(path).and_then(Tree::as_text).and_then(method);
        let flag = |path: &[&str]| tree.get(path) == Some(&Tree::Bool(true));
        method(&["authMethod"])
            .or_else(|| flag(&["useTouchID"]).then_some(TouchId))
            .or_else(|| method(&["vault", "authMethod"]))
            .or_else(|| flag(&["vault", "useTouchID"]).then_some(TouchId))
            .unwrap_or(Passphrase)
    }

    pub(crate) const fn document(&self) -> &Document {
        &self.document
    }
}

/// Parses a file that has config.yaml's form.
pub(crate) fn parse(path: &Path, bytes: &[u8]) -> Result<Document, VaultError> {
    Document::parse(bytes).map_err(|source| VaultError::Yaml {
        path: shown(path),
        source,
    })
}

/// A method's name and its aliases, in any case. The product passes over a
/// name that it does not know.
fn method(name: &str) -> Option<openpass_policy::AuthMethod> {
    match name.trim().to_lowercase().as_str() {
        "passphrase" => Some(openpass_policy::AuthMethod::Passphrase),
        "touchid" | "touch-id" | "touch_id" | "biometric" | "biometrics" => {
            Some(openpass_policy::AuthMethod::TouchId)
        }
        _ => None,
    }
}
