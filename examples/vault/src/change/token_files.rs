//! The files of a change of tokens.

use openpass_policy::{
    After, Before, Direction, Effect, FieldChange, Operation, Request, TokenRef,
};

use super::{FileChange, IssuedToken, Material, Plan};
use crate::{
    Vault, VaultError, names,
    registry::{self, Registry, Token},
};

/// The line that keeps the product from committing and pushing raw tokens.
const IGNORED: &str = "mcp-tokens/";
const IGNORE_FILE: &str = ".gitignore";

/// The registry as it is, and the bytes it was read from.
pub(super) struct RegistryRead {
    pub(super) registry: Registry,
    bytes: Option<Vec<u8>>,
}

impl Vault {
    /// The registry as it is.
    pub(crate) fn read_registry(&self) -> Result<Registry, VaultError> {
        Ok(self.registry()?.registry)
    }

    pub(super) fn registry(&self) -> Result<RegistryRead, VaultError> {
        let path = self.dir().join(registry::FILE);
        let bytes = self.read_own(&path)?;
        let registry = Registry::parse(&path, bytes.as_deref())?;
        Ok(RegistryRead { registry, bytes })
    }

    /// A plan that issues `token` by the operation that `build` makes. Without
    /// its line in the registry the file opens nothing, so the registry comes
    /// last.
    pub(super) fn issue(
        &self,
        mut before: RegistryRead,
        token: Token,
        mut changes: Vec<FieldChange>,
        material: &Material,
        build: fn(Request, TokenRef, Effect) -> Operation,
    ) -> Result<Plan, VaultError> {
        let name = file_name(token.agent());
        self.is_no_others(&name)?;
        let old = self.read_own(&self.dir().join(&name))?;
        let issued = IssuedToken {
            id: token.id.clone(),
            file: name.clone(),
        };
        let label = token.label.as_deref().unwrap_or_default();
        let asked = token.called(label, |agent| self.token_owner(agent));
        before.registry.tokens.insert(token.id.clone(), token);
        let mut files = Vec::new();
        if let Some((change, file)) = self.ignored()? {
            changes.push(change);
            files.push(file);
        }
        files.push(FileChange {
            name,
            before: old,
            after: Some(format!("{}\n", material.token()).into_bytes()),
        });
        files.push(registry_file(before)?);
        let mut plan = Plan::new(changes, files, move |request, effect| {
            build(request, asked.clone(), effect)
        });
        plan.issued = Some(issued);
        Ok(plan)
    }

    /// The file of an agent's token goes if it holds one of `revoked`. What is no
    /// file, or cannot be read, holds none and stays: what lies there keeps no
    /// token from being revoked.
    pub(super) fn token_file_of(
        &self,
        revoked: &[&Token],
    ) -> Result<Option<FileChange>, VaultError> {
        let Some(agent) = revoked.first().map(|token| token.agent()) else {
            return Ok(None);
        };
        if !names::can_be_there(agent) {
            return Ok(None);
        }
        let name = file_name(agent);
        let held = self.read_own(&self.dir().join(&name)).unwrap_or_default();
        let goes = held.filter(|held| revoked.iter().any(|token| token.is_in(held)));
        Ok(goes.map(|held| FileChange {
            name,
            before: Some(held),
            after: None,
        }))
    }

    /// Refuses the file of an agent whose name differs in the case of its letters alone,
    /// where the disk takes the two names for the same file.
    fn is_no_others(&self, name: &str) -> Result<(), VaultError> {
        let path = self.dir().join(name);
        let (Some(folder), Some(own)) = (path.parent(), path.file_name()) else {
            return Ok(());
        };
        if path.symlink_metadata().is_err() {
            return Ok(());
        }
        let there = folder.read_dir().into_iter().flatten().flatten();
        let there: Vec<_> = there
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect();
        names::is_alone(&own.to_string_lossy(), there.iter().map(String::as_str))
    }

    /// The line that keeps raw tokens out of the vault's history, where it is
    /// missing.
    fn ignored(&self) -> Result<Option<(FieldChange, FileChange)>, VaultError> {
        let before = self.read_own(&self.dir().join(IGNORE_FILE))?;
        let text = before.as_deref().unwrap_or_default();
        let covers = |line: &[u8]| {
            let line = line.trim_ascii();
            line == b"mcp-tokens/" || line == b"/mcp-tokens/" || line == b"mcp-tokens"
        };
        if text.split(|byte| *byte == b'\n').any(covers) {
            return Ok(None);
        }
        let mut after = text.to_vec();
        if !after.is_empty() && !after.ends_with(b"\n") {
            after.push(b'\n');
        }
        after.extend_from_slice(IGNORED.as_bytes());
        after.push(b'\n');
        let change = FieldChange::new(
            IGNORE_FILE,
            Before(None),
            After(Some(format!("{IGNORED}, so that tokens are not committed"))),
            Direction::Narrows,
        );
        let file = FileChange {
            name: IGNORE_FILE.to_owned(),
            before,
            after: Some(after),
        };
        Ok(Some((change, file)))
    }
}

fn file_name(agent: &str) -> String {
    format!("{}/{agent}.token", registry::FOLDER)
}

pub(super) fn registry_file(before: RegistryRead) -> Result<FileChange, VaultError> {
    Ok(FileChange {
        name: registry::FILE.to_owned(),
        after: Some(before.registry.to_bytes()?),
        before: before.bytes,
    })
}
