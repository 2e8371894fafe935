//! The guard's settings, in `guard/settings.yaml`.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use openpass_auth::SafeText;
use openpass_policy::{After, Before, Direction, FieldChange, GuardSettings};

use crate::{
    Vault,
    error::shown,
    yaml::{Document, Tree},
};

mod in_force;
mod rows;

use rows::ROWS;

pub use in_force::{SettingSource, SettingsInForce};

/// The file, below the vault.
pub(crate) const FILE: &str = "guard/settings.yaml";
const TIMEOUT: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const PASSPHRASE_EVERY: Duration = Duration::from_secs(30 * DAY.as_secs());

/// The guard's settings. A missing file means the defaults; a file that cannot be read,
/// or says what nobody understands, means the strictest. What of a file counts is said
/// by [`SettingsInForce`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// The settings that policy decides on.
    pub guard: GuardSettings,
    /// The longest time that one prompt may take.
    pub timeout: Duration,
    /// The pinentry program to use, as an absolute path.
    pub pinentry: Option<PathBuf>,
    /// The treatment of the product's YAML rules that are not imported.
    pub unenforced_yaml: UnenforcedYaml,
    /// The time after the last passphrase for which a finger may do, in whole days.
    pub passphrase_every: Duration,
    /// The kinds of seal by which something becomes easier for good.
    pub seal: SealRule,
    /// The reason why these are the strictest settings and not the file's.
    pub problem: Option<SafeText>,
}

/// The treatment of YAML rules in `policies/` that nothing enforces here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new value must break the builds that act on it"
)]
pub enum UnenforcedYaml {
    /// Tell of the rules at every start.
    #[default]
    Report,
    /// Tell of the rules, and refuse every change but those that can end that state.
    Refuse,
}

impl UnenforcedYaml {
    /// The value, as `settings.yaml` spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Refuse => "refuse",
        }
    }
}

/// The kinds of seal that give power.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new value must break the builds that act on it"
)]
pub enum SealRule {
    /// Every seal that the log has: by a proof, a y/N or a waiver.
    #[default]
    Logged,
    /// Only a seal that an approver signed. What is done without a signature only takes
    /// power.
    Signed,
}

impl SealRule {
    /// The value, as `settings.yaml` spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Logged => "logged",
            Self::Signed => "signed",
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            guard: GuardSettings::default(),
            timeout: TIMEOUT,
            pinentry: None,
            unenforced_yaml: UnenforcedYaml::Report,
            passphrase_every: PASSPHRASE_EVERY,
            seal: SealRule::Logged,
            problem: None,
        }
    }
}

impl Settings {
    /// The settings of the file at `path`, and its bytes.
    pub(crate) fn read(vault: &Vault) -> (Self, Option<Vec<u8>>) {
        let path = &vault.settings_path();
        let folder = path.parent().and_then(|dir| dir.symlink_metadata().ok());
        if folder.is_some_and(|folder| !folder.is_dir()) {
            // A link to nothing must not look like a vault without settings.
            return (Self::strictest("guard/ is not a folder"), None);
        }
        match vault.read_own(path) {
            Ok(None) => (Self::default(), None),
            Ok(Some(bytes)) => (Self::of(path, &bytes), Some(bytes)),
            Err(error) => (Self::strictest(&error.to_string()), None),
        }
    }

    fn of(path: &Path, bytes: &[u8]) -> Self {
        let settings = Document::parse(bytes)
            .map_err(|error| error.to_string())
            .and_then(|document| parse(document.tree()));
        settings.unwrap_or_else(|problem| Self::strictest(&format!("{}: {problem}", shown(path))))
    }

    /// The settings that `text` would be.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        Document::parse(text.as_bytes())
            .map_err(|error| error.to_string())
            .and_then(|document| parse(document.tree()))
    }

    /// The value of `key`, as `settings.yaml` would spell it.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<String> {
        let mut values = self.values().into_iter();
        values.find_map(|(name, value)| (name == key).then_some(value)?)
    }

    /// Returns each setting's value, as `settings.yaml` would spell it.
    #[must_use]
    pub fn values(&self) -> [(&'static str, Option<String>); 7] {
        ROWS.map(|row| (row.key, (row.shown)(self)))
    }

    /// Takes the value of `key` from `other`.
    fn take(&mut self, key: &str, other: &Self) {
        if let Ok(row) = rows::of(key) {
            (row.take)(self, other);
        }
    }

    fn strictest(problem: &str) -> Self {
        Self {
            guard: GuardSettings::STRICTEST,
            unenforced_yaml: UnenforcedYaml::Refuse,
            problem: Some(SafeText::composed(problem)),
            ..Self::default()
        }
    }
}

/// The settings with these values; every other has its default.
pub(crate) fn of_values<'a>(
    values: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Settings, String> {
    let mut settings = Settings::default();
    for (key, value) in values {
        set(&mut settings, key, value)?;
    }
    Ok(settings)
}

/// Whether `value` can be set for `key`; `None` is the default.
pub(crate) fn accepts(key: &str, value: Option<&str>) -> Result<(), String> {
    let row = rows::of(key)?;
    let Some(value) = value else {
        return Ok(());
    };
    row.set(&mut Settings::default(), value)?;
    (row.can_be_used)(value)
}

/// Every setting that differs, with its direction. Less proof, a longer time
/// and another program to ask with give power.
pub(crate) fn changes(before: &Settings, after: &Settings) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    for ((key, old), (_, new)) in before.values().into_iter().zip(after.values()) {
        if old != new {
            let direction = direction(key, before, after);
            changes.push(FieldChange::new(key, Before(old), After(new), direction));
        }
    }
    if before.problem.is_some() {
        let broken = Some("a file that cannot be used".to_owned());
        let replaced = Some("a new file, with defaults for the rest".to_owned());
        changes.push(FieldChange::new(
            FILE,
            Before(broken),
            After(replaced),
            Direction::Widens,
        ));
    }
    changes
}

/// Returns the direction in which one setting goes.
pub(crate) fn direction(key: &str, before: &Settings, after: &Settings) -> Direction {
    rows::of(key).map_or(Direction::Widens, |row| (row.direction)(before, after))
}

fn parse(tree: &Tree) -> Result<Settings, String> {
    let mut settings = Settings::default();
    for (key, value) in tree.entries() {
        rows::of(key)?;
        let Some(text) = value.as_text() else {
            return Err(format!("{} must be text", SafeText::quoted(key)));
        };
        set(&mut settings, key, text)?;
    }
    Ok(settings)
}

fn set(settings: &mut Settings, key: &str, text: &str) -> Result<(), String> {
    rows::of(key)?.set(settings, text)
}
