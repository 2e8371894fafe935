//! The product's YAML rules that nothing enforces here.

use openpass_policy_yaml::{WhyNot, YamlSource, unenforced};

use crate::{Change, PolicyFile, UnenforcedYaml, Vault, VaultError};

/// The most files that are named in one message.
const NAMED: usize = 3;

impl Vault {
    /// Returns one line about the YAML rules in `policies/` that no policy in
    /// force was imported from; `None` when there are none.
    ///
    /// # Errors
    ///
    /// That the folder cannot be read.
    pub fn unenforced_rules(&self) -> Result<Option<String>, VaultError> {
        let files = self.policy_files()?;
        let open: Vec<(&PolicyFile, WhyNot)> = files
            .iter()
            .filter_map(|file| Some((file, file.unenforced?)))
            .collect();
        if open.is_empty() {
            return Ok(None);
        }
        let mut named: Vec<String> = open
            .iter()
            .take(NAMED)
            .map(|(file, why)| format!("{} ({why})", file.shown()))
            .collect();
        if open.len() > NAMED {
            named.push(format!("{} more", open.len() - NAMED));
        }
        Ok(Some(format!(
            "the YAML rules in policies/ are not enforced here: {}",
            named.join(", ")
        )))
    }

    /// Refuses `change` under the setting `unenforced_yaml: refuse`, as long as
    /// there are rules that nothing enforces. What can end that is never
    /// refused. [`propose`](Self::propose) looks before anybody is asked, and
    /// [`commit`](Self::commit) again.
    ///
    /// # Errors
    ///
    /// [`VaultError::UnenforcedRules`], or that nobody can tell.
    pub(crate) fn ready_for(&self, change: &Change) -> Result<(), VaultError> {
        if change.mends_the_guard() {
            return Ok(());
        }
        self.rules_are_enforced()
    }

    /// Refuses under the setting `unenforced_yaml: refuse`, as long as there are
    /// rules that nothing enforces.
    ///
    /// # Errors
    ///
    /// [`VaultError::UnenforcedRules`], or that nobody can tell.
    pub fn rules_are_enforced(&self) -> Result<(), VaultError> {
        if self.settings().unenforced_yaml == UnenforcedYaml::Report {
            return Ok(());
        }
        match self.unenforced_rules()? {
            None => Ok(()),
            Some(rules) => Err(VaultError::UnenforcedRules { rules }),
        }
    }

    /// Returns the reason why nothing enforces the rules of a YAML file with
    /// these bytes; `None` where a policy in force was imported from it. A file
    /// that cannot be read has no bytes, so no import matches it.
    pub(crate) fn why_unenforced(
        name: &str,
        bytes: Option<&[u8]>,
        in_force: &[openpass_policy::PolicySource],
    ) -> Option<WhyNot> {
        let file = YamlSource::new(name, bytes.unwrap_or_default());
        let found = unenforced(&[file], in_force);
        found.first().map(|unenforced| unenforced.why)
    }
}
