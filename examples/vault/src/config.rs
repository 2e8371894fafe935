//! config.yaml, as it is read.

use std::{
    path::Path,
    sync::{Arc, OnceLock},
};

use openpass_auth::SafeText;

use crate::{
    Profile, Value, Vault, VaultError,
    agents::WrittenAgent,
    approved::{self, Fields, Part, held_agents, keys_in_effect},
    error::shown,
    hash, parse_auth_method,
    product::{self, Fault},
    yaml::{Content, Document, Tree, decode},
};

/// The file's name.
pub(crate) const FILE: &str = "config.yaml";
/// The name of the method by which the vault is unlocked, among what is
/// watched, whatever key says so.
pub(crate) const AUTH_METHOD: &str = "auth method";

/// config.yaml of one vault at one moment, as the product loads it. A clone is the same
/// one.
#[derive(Debug, Clone)]
pub struct Config(Arc<Loaded>);

#[derive(Debug)]
struct Loaded {
    document: Document,
    faults: Vec<Fault>,
    /// The agents as the product makes them out, once somebody has asked for them.
    profiles: OnceLock<Vec<Profile>>,
    /// The agents that are watched, with the SHA-256 of all of them, once somebody has
    /// asked for them.
    agents: OnceLock<(Part, Option<String>)>,
    /// The other keys that are watched, likewise.
    keys: OnceLock<Fields>,
}

impl Config {
    // INVARIANT: a configuration that the product refuses to load is none here
    // either, so nobody decides or shows anything on a part of it.
    pub(crate) fn parse(path: &Path, bytes: &[u8]) -> Result<Self, VaultError> {
        Self::of(path, parse(path, bytes)?)
    }

    /// The configuration in the file at `path`, which holds `document`.
    pub(crate) fn of(path: &Path, document: Document) -> Result<Self, VaultError> {
        let faults = product::check(document.tree());
        match faults.iter().find(|fault| fault.refuses) {
            None => Ok(Self(Arc::new(Loaded {
                document,
                faults,
                profiles: OnceLock::new(),
                agents: OnceLock::new(),
                keys: OnceLock::new(),
            }))),
            Some(fault) => Err(VaultError::NotLoaded {
                path: shown(path),
                line: fault.line,
                key: key_of(fault),
                problem: SafeText::escape(&fault.problem.replace('"', "'")),
            }),
        }
    }

    /// Everything that the product does not load in the file with these bytes,
    /// or not as it is meant.
    pub(crate) fn problems_of(path: &Path, bytes: &[u8]) -> Result<Vec<SafeText>, VaultError> {
        let document = parse(path, bytes)?;
        Ok(product::check(document.tree())
            .iter()
            .map(problem)
            .collect())
    }

    /// Every key in the file with these bytes that nobody knows.
    pub(crate) fn unknown_in(path: &Path, bytes: &[u8]) -> Result<Vec<SafeText>, VaultError> {
        let document = parse(path, bytes)?;
        let unknown = product::unknown(document.tree());
        Ok(unknown.iter().map(problem).collect())
    }

    /// Every agent of the file, in the file's order.
    #[must_use]
    pub fn agents(&self) -> Vec<Profile> {
        self.profiles().to_vec()
    }

    /// Like [`agents`](Self::agents), for who only looks at them.
    pub(crate) fn profiles(&self) -> &[Profile] {
        self.0.profiles.get_or_init(|| {
            let agents = WrittenAgent::all(self.0.document.tree()).into_iter();
            agents
                .map(|(name, entry)| Profile::effective(name, &entry))
                .collect()
        })
    }

    /// The agent called `name`, to the letter.
    ///
    /// # Errors
    ///
    /// [`VaultError::UnknownAgent`], [`VaultError::BuiltInAgent`].
    pub fn agent(&self, name: &str) -> Result<Profile, VaultError> {
        self.entry(name)
            .map(|entry| Profile::effective(name, &entry))
            .ok_or_else(|| {
                let (plain, name) = (name, SafeText::quoted(name));
                if product::BUILT_IN_AGENTS.contains(&plain) {
                    VaultError::BuiltInAgent { name }
                } else {
                    VaultError::UnknownAgent { name }
                }
            })
    }

    fn entry(&self, name: &str) -> Option<WrittenAgent<'_>> {
        let mut all = WrittenAgent::all(self.0.document.tree()).into_iter();
        all.find_map(|(known, entry)| (known == name).then_some(entry))
    }

    /// The agents that the product has of its own and the file does not list.
    /// What they may do depends on the product's version.
    #[must_use]
    pub fn built_in_agents(&self) -> Vec<&'static str> {
        let mut built_in = product::BUILT_IN_AGENTS.to_vec();
        built_in.retain(|name| self.entry(name).is_none());
        built_in
    }

    /// Returns the method by which the vault is unlocked, as the product works
    /// it out when it loads the file: by authMethod, where it says anything;
    /// else by vault.authMethod, then by useTouchID and vault.useTouchID; else
    /// by the passphrase.
    #[must_use]
    pub fn auth_method(&self) -> openpass_policy::AuthMethod {
        use openpass_policy::AuthMethod::{Passphrase, TouchId};
        let root = self.0.document.tree();
        let text = |section: &Tree, key: &str| {
            let text = decode::member(section, key)
                .ok()
                .flatten()
                .and_then(Tree::scalar);
            text.unwrap_or_default().to_owned()
        };
        let flag = |section: &Tree| {
            let flag = decode::member(section, "useTouchID").ok().flatten();
            flag.and_then(|flag| decode::boolean(flag).ok().flatten()) == Some(true)
        };
        let is_null = |key| {
            decode::member(root, key)
                .ok()
                .flatten()
                .is_none_or(Tree::is_null)
        };
        if !is_null("authMethod") && !text(root, "authMethod").is_empty() {
            // A word that is none leaves the default.
            return parse_auth_method(&text(root, "authMethod")).unwrap_or(Passphrase);
        }
        let by_flag = if flag(root) { TouchId } else { Passphrase };
        let Some(vault) = decode::member(root, "vault").ok().flatten() else {
            return by_flag;
        };
        let own = root.child("vault").filter(|vault| !vault.is_alias());
        match own.and_then(|vault| vault.child("authMethod")) {
            Some(written) if written.is_null() => by_flag,
            Some(written) => written
                .scalar()
                .and_then(parse_auth_method)
                .unwrap_or(by_flag),
            None if flag(vault) => TouchId,
            None => by_flag,
        }
    }

    /// Returns the key that says how the vault is unlocked; `None` where
    /// nothing does, and the default holds.
    pub(crate) fn auth_method_key(&self) -> Option<&'static [&'static str]> {
        const KEYS: [&[&str]; 4] = [
            &["authMethod"],
            &["vault", "authMethod"],
            &["vault", "useTouchID"],
            &["useTouchID"],
        ];
        let root = self.0.document.tree();
        let says = |path: &&[&str]| match (path.last(), root.get(path)) {
            (_, None) => false,
            (Some(&"useTouchID"), Some(flag)) => decode::boolean(flag).ok().flatten() == Some(true),
            (_, Some(written)) => !written.is_null() && written.scalar() != Some(""),
        };
        KEYS.into_iter().find(says)
    }

    /// Returns the text that is written at `path`; `None` when nothing is. It
    /// may hold a secret.
    #[must_use]
    pub fn text_of(&self, path: &[&str]) -> Option<String> {
        let tree = self.0.document.tree().get(path)?;
        (!tree.is_null()).then(|| tree.to_string())
    }

    /// Every key's text below `path`, such as all of them below nothing, as it
    /// may be shown: of a value that may be a secret, its digest.
    #[must_use]
    pub fn leaves(&self, path: &[&str]) -> Vec<(String, String)> {
        let mut all = Vec::new();
        if let Some(tree) = self.0.document.tree().get(path) {
            collect(tree, &path.join("."), &mut |key, tree| {
                all.push((key.to_owned(), text(key, tree)));
            });
        }
        all
    }

    /// Returns every key below `path`, each with its value as the product reads
    /// it: a boolean, a number, a list, else text. The value of a key that may
    /// be a secret is text about it.
    #[must_use]
    pub fn values(&self, path: &[&str]) -> Vec<(String, Value)> {
        let mut all = Vec::new();
        if let Some(tree) = self.0.document.tree().get(path) {
            collect(tree, &path.join("."), &mut |key, tree| {
                all.push((key.to_owned(), value(key, tree)));
            });
        }
        all
    }

    /// Returns everything that the product loads, but not as it is meant: each
    /// with its line.
    #[must_use]
    pub fn problems(&self) -> Vec<SafeText> {
        self.0.faults.iter().map(problem).collect()
    }

    pub(crate) fn document(&self) -> &Document {
        &self.0.document
    }

    /// The agents that are watched, and the SHA-256 of all of them.
    pub(crate) fn watched_agents(&self) -> &(Part, Option<String>) {
        self.0.agents.get_or_init(|| {
            let part = held_agents(self);
            let sha256 = approved::bytes(&part).map(|bytes| hash::sha256_hex(&bytes));
            (part, sha256.ok())
        })
    }

    /// Every other key that is watched.
    pub(crate) fn watched_keys(&self) -> &Fields {
        self.0.keys.get_or_init(|| keys_in_effect(self))
    }
}

impl Vault {
    /// Everything that the product does not load in config.yaml, or not as it
    /// is meant: each with its line.
    ///
    /// # Errors
    ///
    /// That the file cannot be read, or its text is broken, with the line.
    pub fn config_problems(&self) -> Result<Vec<SafeText>, VaultError> {
        Config::problems_of(&self.dir().join(FILE), &self.config_bytes()?)
    }

    /// Every key and profile field in config.yaml that OpenPass does not know
    /// and passes over, each with its line and the one that was meant.
    ///
    /// # Errors
    ///
    /// As [`config_problems`](Self::config_problems).
    pub fn config_warnings(&self) -> Result<Vec<SafeText>, VaultError> {
        Config::unknown_in(&self.dir().join(FILE), &self.config_bytes()?)
    }
}

fn problem(fault: &Fault) -> SafeText {
    let (line, problem) = (fault.line, &fault.problem);
    let key = key_of(fault);
    SafeText::escape(&format!("line {line}: '{key}': {problem}").replace('"', "'"))
}

fn key_of(fault: &Fault) -> SafeText {
    SafeText::escape(&fault.path.join("."))
}

/// Gives every key below `tree`, which is at `path`, to `found`.
fn collect(tree: &Tree, path: &str, found: &mut impl FnMut(&str, &Tree)) {
    if !tree.is_map() {
        return found(path, tree);
    }
    for (key, value) in tree.entries() {
        let dot = if path.is_empty() { "" } else { "." };
        collect(value, &format!("{path}{dot}{key}"), found);
    }
}

fn text(key: &str, tree: &Tree) -> String {
    match tree.content() {
        _ if tree.is_null() => Value::Unset.to_string(),
        Content::List(items) if items.is_empty() => "(none)".to_owned(),
        _ => product::shown_value(key, &tree.to_string()),
    }
}

fn value(key: &str, tree: &Tree) -> Value {
    let path: Vec<&str> = key.split('.').collect();
    match tree.content() {
        Content::List(items) if items.is_empty() => return Value::List(Vec::new()),
        _ => {}
    }
    match Value::of_key(key, product::key(&path), tree) {
        Value::Text(_) | Value::Hidden(_) => Value::Text(text(key, tree)),
        typed => typed,
    }
}

/// Parses a file that has config.yaml's form.
pub(crate) fn parse(path: &Path, bytes: &[u8]) -> Result<Document, VaultError> {
    Document::parse(bytes).map_err(|source| VaultError::Yaml {
        path: shown(path),
        source,
    })
}
