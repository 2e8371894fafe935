//! config.yaml, as it is read.

use std::path::Path;

use openpass_auth::SafeText;

use crate::{
    Profile, VaultError,
    error::shown,
    schema,
    yaml::{Document, Tree},
};

/// The file's name.
pub(crate) const FILE: &str = "config.yaml";
/// How the vault is unlocked, whatever key says so, among what is watched.
pub(crate) const AUTH_METHOD: &str = "auth method";

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
    /// [`VaultError::UnknownAgent`], [`VaultError::BuiltInAgent`].
    pub fn agent(&self, name: &str) -> Result<Profile, VaultError> {
        self.document
            .tree()
            .get(&["agents", name])
            .map(|entry| Profile::effective(name, entry))
            .ok_or_else(|| {
                let (plain, name) = (name, SafeText::quoted(name));
                if schema::BUILT_IN_AGENTS.contains(&plain) {
                    VaultError::BuiltInAgent { name }
                } else {
                    VaultError::UnknownAgent { name }
                }
            })
    }

    /// The agents that the product has of its own and the file does not list.
    /// What they may do depends on the product's version.
    #[must_use]
    pub fn built_in_agents(&self) -> Vec<&'static str> {
        let mut built_in = schema::BUILT_IN_AGENTS.to_vec();
        built_in.retain(|name| self.document.tree().get(&["agents", name]).is_none());
        built_in
    }

    /// How the vault is unlocked, by the product's order: authMethod,
    /// useTouchID, vault.authMethod, vault.useTouchID, else the passphrase.
    #[must_use]
    pub fn auth_method(&self) -> openpass_policy::AuthMethod {
        use openpass_policy::AuthMethod::{Passphrase, TouchId};
        let tree = self.document.tree();
        let method = |path: &[&str]| tree.get(path).and_then(Tree::as_text).and_then(method);
        let flag = |path: &[&str]| tree.get(path).and_then(Tree::as_bool) == Some(true);
        method(&["authMethod"])
            .or_else(|| flag(&["useTouchID"]).then_some(TouchId))
            .or_else(|| method(&["vault", "authMethod"]))
            .or_else(|| flag(&["vault", "useTouchID"]).then_some(TouchId))
            .unwrap_or(Passphrase)
    }

    /// What is written at `path`, as text; `None` when nothing is.
    #[must_use]
    pub fn text_of(&self, path: &[&str]) -> Option<String> {
        let tree = self.document.tree().get(path)?;
        crate::Value::of(tree).text()
    }

    /// Every key's text below `path`, such as all of them below nothing.
    #[must_use]
    pub fn leaves(&self, path: &[&str]) -> Vec<(String, String)> {
        let mut all = Vec::new();
        if let Some(tree) = self.document.tree().get(path) {
            leaves(tree, &path.join("."), &mut all);
        }
        all
    }

    /// What the product would not load, or not as it is meant: each with its
    /// line.
    #[must_use]
    pub fn problems(&self) -> Vec<SafeText> {
        let mut problems = Vec::new();
        self.check(&mut Vec::new(), self.document.tree(), &mut problems);
        problems
    }

    fn check<'t>(&self, path: &mut Vec<&'t str>, tree: &'t Tree, problems: &mut Vec<SafeText>) {
        match schema::key(path).map(|kind| schema::loads(kind, tree)) {
            Some(Err(problem)) => problems.push(self.problem(path, &problem)),
            // Nobody knows the key: the product passes over it.
            None if !path.is_empty() => {}
            _ => {
                let Tree::Map(entries) = tree else { return };
                for (key, value) in entries {
                    path.push(key);
                    self.check(path, value, problems);
                    path.pop();
                }
            }
        }
    }

    fn problem(&self, path: &[&str], problem: &str) -> SafeText {
        let line = self.document.position(path).map_or(1, |at| at.line);
        let key = SafeText::quoted(&path.join("."));
        SafeText::escape(&format!("line {line}: {key}: {problem}").replace('"', "'"))
    }

    pub(crate) const fn document(&self) -> &Document {
        &self.document
    }
}

fn leaves(tree: &Tree, path: &str, all: &mut Vec<(String, String)>) {
    match tree {
        Tree::Map(entries) => {
            for (key, value) in entries {
                let dot = if path.is_empty() { "" } else { "." };
                leaves(value, &format!("{path}{dot}{key}"), all);
            }
        }
        other => all.push((path.to_owned(), crate::Value::of(other).to_string())),
    }
}

/// Parses a file that has config.yaml's form.
pub(crate) fn parse(path: &Path, bytes: &[u8]) -> Result<Document, VaultError> {
    Document::parse(bytes).map_err(|source| VaultError::Yaml {
        path: shown(path),
        source,
    })
}

/// The auth method that `name` names: its name or an alias, in any case.
/// `None` is a name that the product passes over.
#[must_use]
pub fn method(name: &str) -> Option<openpass_policy::AuthMethod> {
    match name.trim().to_lowercase().as_str() {
        "passphrase" => Some(openpass_policy::AuthMethod::Passphrase),
        "touchid" | "touch-id" | "touch_id" | "biometric" | "biometrics" => {
            Some(openpass_policy::AuthMethod::TouchId)
        }
        _ => None,
    }
}
