//! Policy files: added, replaced, removed.

use openpass_auth::SafeText;
use openpass_policy::{Direction, FieldChange, Operation, PolicySource};

use super::{FileChange, Plan};
use crate::{
    Vault, VaultError,
    error::shown,
    files, hash, names,
    policies::{self, FOLDER},
};

impl Vault {
    pub(super) fn plan_policy(&self, name: &str, text: &str) -> Result<Plan, VaultError> {
        names::policy(name)?;
        self.loads(name, text)?;
        let before = self.policy_bytes(name);
        let after = text.as_bytes().to_vec();
        if before
            .as_ref()
            .is_ok_and(|before| before.as_deref() == Some(&after))
        {
            return Err(VaultError::NothingToChange);
        }
        let before = before?;
        let change = FieldChange::new(
            format!("{FOLDER}/{name}"),
            before.as_deref().map(described),
            Some(described(&after)),
            Direction::Widens,
        );
        let file = file(name, before, Some(after));
        let name = name.to_owned();
        Ok(Plan::new(
            vec![change],
            vec![file],
            move |request, effect| Operation::apply_policy(request, &name, effect),
        ))
    }

    pub(super) fn plan_policy_removal(&self, name: &str) -> Result<Plan, VaultError> {
        // What is there can be removed whatever its name, and nothing else.
        let names = self.policy_names()?;
        let there = names.iter().any(|there| there == name);
        let before = if there {
            self.policy_bytes(name)?
        } else {
            names::policy(name).map(|()| None)?
        };
        let Some(before) = before else {
            return Err(VaultError::UnknownPolicy {
                name: SafeText::quoted(name),
            });
        };
        let change = FieldChange::new(
            format!("{FOLDER}/{name}"),
            Some(described(&before)),
            None,
            Direction::Widens,
        );
        let file = file(name, Some(before), None);
        let name = name.to_owned();
        Ok(Plan::new(
            vec![change],
            vec![file],
            move |request, effect| Operation::remove_policy(request, &name, effect),
        ))
    }

    fn policy_bytes(&self, name: &str) -> Result<Option<Vec<u8>>, VaultError> {
        files::read_or_describe(&self.dir().join(FOLDER).join(name))
    }

    /// Whether the file would load: a Cedar one beside the others, if they do;
    /// a YAML one by the product's rules.
    fn loads(&self, name: &str, text: &str) -> Result<(), VaultError> {
        let path = self.dir().join(FOLDER).join(name);
        if !policies::is_cedar(name) {
            return crate::yaml_policy::loads(text).map_err(|problem| VaultError::BrokenPolicy {
                path: shown(&path),
                problem,
            });
        }
        let alone = policies::source(&path, name, text)?;
        let others = self.policy_sources().unwrap_or_default();
        let mut all: Vec<PolicySource> = others
            .into_iter()
            .filter(|other| other.file != alone.file)
            .collect();
        if policies::engine_with(&all).is_err() {
            // What is broken already does not keep a good one out.
            all.clear();
        }
        all.push(alone);
        policies::engine_with(&all)?;
        Ok(())
    }
}

fn file(name: &str, before: Option<Vec<u8>>, after: Option<Vec<u8>>) -> FileChange {
    FileChange {
        name: format!("{FOLDER}/{name}"),
        before,
        after,
    }
}

/// A file in a few words: its length and what tells it from another.
fn described(content: &[u8]) -> String {
    let hash = hash::sha256_hex(content);
    let lines = content
        .split(|byte| *byte == b'\n')
        .count()
        .saturating_sub(1);
    let short = hash.get(..12).unwrap_or(&hash);
    format!("{lines} lines, sha256 {short}…")
}
