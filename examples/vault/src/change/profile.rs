//! Edits of config.yaml, and what they come to.

use std::collections::BTreeSet;

use openpass_policy::Tier;

use super::FileChange;
use crate::{
    Config, Value, Vault, VaultError, config,
    product::{self, preset},
    yaml::{Edit, NewValue, Tree},
};

/// config.yaml before and after.
pub(super) struct ConfigEdit {
    pub(super) before: Config,
    pub(super) after: Config,
    pub(super) file: FileChange,
}

impl Vault {
    /// config.yaml, and what it would be after the edits that `edits` makes of
    /// it.
    pub(super) fn edit_config(
        &self,
        edits: impl FnOnce(&Config) -> Result<Vec<Edit>, VaultError>,
    ) -> Result<ConfigEdit, VaultError> {
        let path = self.dir().join(config::FILE);
        let bytes = self.config_bytes()?;
        let before = self.parsed().of(&path, &bytes)?;
        let edits = edits(&before)?;
        let after = self.parsed().edited(&path, &before, &edits)?;
        let file = FileChange {
            name: config::FILE.to_owned(),
            before: Some(bytes),
            after: Some(after.document().to_bytes()),
        };
        Ok(ConfigEdit {
            before,
            after,
            file,
        })
    }
}

/// The preset of `tier`, field by field, where the file does not say so
/// already.
pub(super) fn tier_edits(now: &Config, agent: &str, tier: Tier) -> Vec<Edit> {
    tier_edits_but(now, agent, tier, &BTreeSet::new())
}

/// Like [`tier_edits`], but without the fields that are set beside the tier.
pub(super) fn tier_edits_but(
    now: &Config,
    agent: &str,
    tier: Tier,
    others: &BTreeSet<&str>,
) -> Vec<Edit> {
    let tier_name = Value::Text(tier.as_str().to_owned());
    let fields = core::iter::once(("tier", tier_name)).chain(preset(tier));
    fields
        .filter(|(field, _)| *field == "tier" || !others.contains(field))
        .filter_map(|(field, value)| field_edit(now, agent, field, value.to_yaml()?))
        .collect()
}

/// An edit of one field, unless the file says so already.
pub(super) fn field_edit(now: &Config, agent: &str, field: &str, value: NewValue) -> Option<Edit> {
    let path = ["agents", agent, field];
    let written = now.document().tree().get(&path);
    let same = written.is_some_and(|written| says(field, written, &value));
    (!same).then(|| Edit::set(path, value))
}

/// Whether the product makes the same of what is written as of `value`.
fn says(field: &str, written: &Tree, value: &NewValue) -> bool {
    let new = Tree::from(value);
    if written.is_alias() || product::agent_field(field).is_none() {
        return *written == new;
    }
    !written.is_null() && Value::of_field(field, written) == Value::of_field(field, &new)
}
