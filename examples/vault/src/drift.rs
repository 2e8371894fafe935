//! What was changed outside the guard, as far as that can be told.

use std::collections::BTreeMap;

use openpass_auth::SafeText;

use crate::{
    Config, GuardLog, Profile, Vault, VaultError,
    change::FileChange,
    config, files, hash,
    identity::RECIPIENT_ITEM,
    log::{self, State},
    policies, settings,
    vault::IDENTITY,
};

/// What config.yaml's items begin with.
const CONFIG_ITEM: &str = "config.yaml ";

/// What is said of an identity.age that is not the file of before. The product
/// wraps the same key anew when it first opens a vault, so this alone is no
/// reason to refuse.
const REWRITTEN: &str = "identity.age was written anew outside the guard; the next proof by passphrase says whether it still holds this vault's key; if it is meant to hold another, accept it with `openpass guard accept --identity`";

/// What differs from what the last audited change left.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Drift {
    /// What differs, by name.
    pub items: Vec<DriftItem>,
    /// Whether the log has damaged lines that nobody has accepted; what it
    /// says of the past may not be all.
    pub log_is_damaged: bool,
    pub(crate) damaged_lines: u64,
}

/// One thing that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DriftItem {
    /// A policy file, the settings, or an agent of config.yaml.
    pub name: String,
    /// Its SHA-256 as the last change left it; `None` when there was none.
    pub before: Option<String>,
    /// Its SHA-256 now; `None` when it is gone.
    pub after: Option<String>,
}

impl Drift {
    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && !self.log_is_damaged
    }

    /// Whether `openpass guard accept` takes any of it for good: a new
    /// identity.age is not among that.
    #[must_use]
    pub fn can_be_accepted(&self) -> bool {
        self.log_is_damaged || self.items.iter().any(|item| item.name != IDENTITY)
    }

    /// One line for each, for people.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self
            .items
            .iter()
            .map(|item| {
                if item.name == IDENTITY {
                    return REWRITTEN.to_owned();
                }
                let what = match (&item.before, &item.after) {
                    (None, _) => "was added",
                    (_, None) => "was removed",
                    _ => "was changed",
                };
                format!("{} {what} outside the guard", SafeText::escape(&item.name))
            })
            .collect();
        if self.log_is_damaged {
            lines.push(format!(
                "the guard log has {} damaged lines; see `openpass audit verify`",
                self.damaged_lines
            ));
        }
        lines
    }
}

impl Vault {
    /// What differs from what the last audited change left: policies, the
    /// guard's settings, config.yaml's agents and auth method. Before the
    /// first such change there is nothing to compare with; that change takes
    /// everything as it finds it.
    ///
    /// # Errors
    ///
    /// That the log cannot be read.
    pub fn drift(&self) -> Result<Drift, VaultError> {
        let state = GuardLog::of(self).state()?;
        let mut drift = Drift {
            log_is_damaged: state.is_damaged(),
            damaged_lines: state.damaged,
            ..Drift::default()
        };
        if !is_known(&state) {
            return Ok(drift);
        }
        let mut now = self.watched();
        // Only a proof by passphrase tells which key is in the file.
        if state.baseline.contains_key(IDENTITY) {
            drop(now.insert(IDENTITY.to_owned(), self.identity_item()));
        }
        let names = now.keys().chain(state.baseline.keys());
        drift.items = names
            .filter(|name| *name != RECIPIENT_ITEM)
            .filter(|name| now.get(*name) != state.baseline.get(*name))
            .map(|name| DriftItem {
                name: name.clone(),
                before: state.baseline.get(name).cloned(),
                after: now.get(name).cloned(),
            })
            .collect();
        drift.items.sort_by(|a, b| a.name.cmp(&b.name));
        drift.items.dedup();
        Ok(drift)
    }

    /// Since when and by whom each of the guard's settings is what it is, as
    /// far as the log says.
    ///
    /// # Errors
    ///
    /// That the log cannot be read.
    pub fn settings_since(&self) -> Result<BTreeMap<String, log::Since>, VaultError> {
        Ok(GuardLog::of(self).state()?.since)
    }

    /// What a change of `changed` leaves of what is watched.
    ///
    /// Only what the change itself touches: what was changed outside the guard
    /// before stays visible. The first change leaves everything.
    pub(crate) fn leaves(
        &self,
        changed: &[FileChange],
        state: &State,
    ) -> BTreeMap<String, Option<String>> {
        let mut left = BTreeMap::new();
        if !is_known(state) {
            let all = self.watched().into_iter();
            left.extend(all.map(|(name, hash)| (name, Some(hash))));
        }
        for file in changed {
            if file.name == config::FILE {
                left.extend(config_leaves(file));
            } else if file.name == settings::FILE || file.name.starts_with("policies/") {
                left.insert(file.name.clone(), file.hashes().1);
            }
        }
        left
    }

    /// Everything that is watched, as it is.
    fn watched(&self) -> BTreeMap<String, String> {
        let mut all = self.watched_policies();
        match files::read_own(&self.settings_path()) {
            Ok(None) => {}
            Ok(Some(bytes)) => {
                drop(all.insert(settings::FILE.to_owned(), hash::sha256_hex(&bytes)));
            }
            Err(error) => drop(all.insert(settings::FILE.to_owned(), error.to_string())),
        }
        all.extend(watched_config(self.config_bytes().ok().as_deref()));
        all
    }

    /// Every policy file's hash, or why it cannot be read.
    pub(crate) fn watched_policies(&self) -> BTreeMap<String, String> {
        let folder = self.dir().join(policies::FOLDER);
        let names = match self.policy_names() {
            Ok(names) => names,
            Err(error) => {
                return BTreeMap::from([(policies::FOLDER.to_owned(), error.to_string())]);
            }
        };
        let hashed = names.into_iter().map(|name| {
            let hash = match files::read_own(&folder.join(&name)) {
                Ok(bytes) => hash::sha256_hex(&bytes.unwrap_or_default()),
                Err(error) => error.to_string(),
            };
            (format!("{}/{name}", policies::FOLDER), hash)
        });
        hashed.collect()
    }
}

/// Whether the log says what there should be. A damaged one does: that it says
/// nothing may be what the damage was for.
const fn is_known(state: &State) -> bool {
    state.known || state.damaged > 0
}

fn config_leaves(file: &FileChange) -> BTreeMap<String, Option<String>> {
    let before = watched_config(file.before.as_deref());
    let after = watched_config(file.after.as_deref());
    let names = before.keys().chain(after.keys());
    names
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| (name.clone(), after.get(name).cloned()))
        .collect()
}

/// What of config.yaml gives power: each agent and the auth method, in effect.
fn watched_config(bytes: Option<&[u8]>) -> BTreeMap<String, String> {
    let path = std::path::Path::new(config::FILE);
    let Some(config) = bytes.and_then(|bytes| Config::parse(path, bytes).ok()) else {
        return BTreeMap::new();
    };
    let method = hash::sha256_hex(config.auth_method().as_str().as_bytes());
    let mut items = BTreeMap::from([(format!("{CONFIG_ITEM}auth method"), method)]);
    for agent in config.agents() {
        items.insert(
            format!("{CONFIG_ITEM}agent {}", agent.name()),
            in_effect(&agent),
        );
    }
    items
}

fn in_effect(agent: &Profile) -> String {
    let mut fields: Vec<String> = agent
        .fields()
        .iter()
        .map(|(name, value)| format!("{name:?}: {value:?}"))
        .collect();
    fields.sort();
    fields.push(agent.tier_text());
    hash::sha256_hex(fields.join("\n").as_bytes())
}
