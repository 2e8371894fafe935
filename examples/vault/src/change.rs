//! From what is asked to an operation: every field's before and after.

use openpass_auth::SafeText;
use openpass_policy::{Effect, FieldChange, Operation, Request, StateDigest, Tier};

use crate::{
    Config, Profile, Settings, Vault, VaultError,
    agents::{changes, preset},
    config,
    error::shown,
    yaml::Edit,
};

/// A change that somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// Put an agent on a tier: its whole preset.
    SetTier {
        /// The agent's name.
        agent: String,
        /// The tier.
        tier: Tier,
    },
}

/// A file's content before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileChange {
    pub(crate) name: &'static str,
    pub(crate) before: Vec<u8>,
    pub(crate) after: Vec<u8>,
}

/// A change worked out against the vault as it is: the operation to be
/// authorized, and what would be written.
#[derive(Debug, Clone)]
pub struct Proposal {
    change: Change,
    operation: Operation,
    files: Vec<FileChange>,
    profiles: (Profile, Profile),
}

impl Proposal {
    /// The operation to be authorized.
    #[must_use]
    pub const fn operation(&self) -> &Operation {
        &self.operation
    }

    /// The agent's profile now.
    #[must_use]
    pub const fn before(&self) -> &Profile {
        &self.profiles.0
    }

    /// The agent's profile as it would be.
    #[must_use]
    pub const fn after(&self) -> &Profile {
        &self.profiles.1
    }

    pub(crate) const fn change(&self) -> &Change {
        &self.change
    }

    pub(crate) fn files(&self) -> &[FileChange] {
        &self.files
    }
}

impl Vault {
    /// Works out what `change` would do, and writes nothing.
    ///
    /// # Errors
    ///
    /// That there is nothing to change, or that it cannot be done safely.
    pub fn propose(&self, request: Request, change: &Change) -> Result<Proposal, VaultError> {
        match change {
            Change::SetTier { agent, tier } => self.propose_tier(request, change, agent, *tier),
        }
    }

    fn propose_tier(
        &self,
        request: Request,
        change: &Change,
        agent: &str,
        tier: Tier,
    ) -> Result<Proposal, VaultError> {
        let path = self.dir().join(config::FILE);
        let bytes = self.config_bytes()?;
        let now = Config::parse(&path, &bytes)?;
        let before = now.agent(agent)?;
        if before.tier() == tier && tier != Tier::Custom {
            return Err(VaultError::AlreadyOnTier {
                name: SafeText::quoted(agent),
                tier: tier.as_str(),
            });
        }
        let text = now
            .document()
            .apply(&tier_edits(&now, agent, tier))
            .map_err(|source| VaultError::Yaml {
                path: shown(&path),
                source,
            })?;
        let after = Config::parse(&path, text.as_bytes())?.agent(agent)?;
        let files = vec![FileChange {
            name: config::FILE,
            before: bytes,
            after: text.into_bytes(),
        }];
        let effect = self.effect(changes(&before, &after), &files);
        Ok(Proposal {
            change: change.clone(),
            operation: Operation::change_agent(request, before.agent_ref(), tier, effect),
            files,
            profiles: (before, after),
        })
    }

    // INVARIANT: the digest covers the settings under which policy decides and
    // every file's bytes before and after, so a commit that works it out again
    // under the lock finds any change in between.
    fn effect(&self, changes: Vec<FieldChange>, files: &[FileChange]) -> Effect {
        let (_, settings) = Settings::read(&self.settings_path());
        let settings = settings.unwrap_or_default();
        let mut parts: Vec<&[u8]> = vec![&settings];
        for file in files {
            parts.extend([file.name.as_bytes(), &file.before, &file.after]);
        }
        Effect::new(changes, StateDigest::of(&parts))
    }
}

/// The preset of `tier`, field by field, where the file does not say so
/// already.
fn tier_edits(now: &Config, agent: &str, tier: Tier) -> Vec<Edit> {
    let tier_name = crate::agents::Value::Text(tier.as_str().to_owned());
    let fields = core::iter::once(("tier", tier_name)).chain(preset(tier));
    fields
        .filter_map(|(field, value)| {
            let value = value.to_yaml()?;
            let written = now.document().tree().get(&["agents", agent, field]);
            let same = written.is_some_and(|written| *written == (&value).into());
            (!same).then(|| Edit::set(["agents", agent, field], value))
        })
        .collect()
}
