//! The guard's settings, in `guard/settings.yaml`.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use openpass_auth::SafeText;
use openpass_policy::{
    After, Before, Direction, FieldChange, GuardSettings, StepUp, Unattended, UnknownWord,
};

use crate::{
    Vault,
    error::shown,
    yaml::{Document, Tree},
};

mod in_force;

pub use in_force::{SettingSource, SettingsInForce};

/// The file, below the vault.
pub(crate) const FILE: &str = "guard/settings.yaml";
/// The settings that there are.
const KEYS: [&str; 5] = [
    "step_up",
    "unattended",
    "timeout",
    "pinentry",
    "unenforced_yaml",
];

const TIMEOUT: Duration = Duration::from_secs(60);
const SHORTEST_TIMEOUT: Duration = Duration::from_secs(5);
const LONGEST_TIMEOUT: Duration = Duration::from_secs(600);

/// The guard's settings. A missing file means the defaults; one that cannot be
/// read, or says what nobody understands, means the strictest. What of a file
/// counts is said by [`SettingsInForce`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// What policy decides on.
    pub guard: GuardSettings,
    /// How long one prompt may take.
    pub timeout: Duration,
    /// The pinentry program to use, as an absolute path.
    pub pinentry: Option<PathBuf>,
    /// What to do about the product's YAML rules that are not imported.
    pub unenforced_yaml: UnenforcedYaml,
    /// Why these are the strictest settings and not the file's.
    pub problem: Option<SafeText>,
}

/// What to do about YAML rules in `policies/` that nothing enforces here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new value must break the builds that act on it"
)]
pub enum UnenforcedYaml {
    /// Say so at every start.
    #[default]
    Report,
    /// Say so, and refuse every change but those that can end it.
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

impl Default for Settings {
    fn default() -> Self {
        Self {
            guard: GuardSettings::default(),
            timeout: TIMEOUT,
            pinentry: None,
            unenforced_yaml: UnenforcedYaml::Report,
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

    /// Each setting's value, as `settings.yaml` would spell it.
    #[must_use]
    pub fn values(&self) -> [(&'static str, Option<String>); 5] {
        let pinentry = self.pinentry.as_ref();
        let values = [
            Some(self.guard.step_up.as_str().to_owned()),
            Some(self.guard.unattended.as_str().to_owned()),
            Some(format!("{}s", self.timeout.as_secs())),
            pinentry.map(|path| path.to_string_lossy().into_owned()),
            Some(self.unenforced_yaml.as_str().to_owned()),
        ];
        let mut values = values.into_iter();
        KEYS.map(|key| (key, values.next().flatten()))
    }

    /// Takes the value of `key` from `other`.
    fn take(&mut self, key: &str, other: &Self) {
        match key {
            "step_up" => self.guard.step_up = other.guard.step_up,
            "unattended" => self.guard.unattended = other.guard.unattended,
            "timeout" => self.timeout = other.timeout,
            "pinentry" => self.pinentry.clone_from(&other.pinentry),
            "unenforced_yaml" => self.unenforced_yaml = other.unenforced_yaml,
            _ => {}
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
    let Some(value) = value else {
        let known = KEYS.contains(&key);
        let unknown = || format!("it is not a setting; choose {}", KEYS.join(", "));
        return known.then_some(()).ok_or_else(unknown);
    };
    set(&mut Settings::default(), key, value)?;
    if key == "pinentry" {
        return is_safe_program(Path::new(value));
    }
    Ok(())
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

/// Which way one setting goes.
pub(crate) fn direction(key: &str, before: &Settings, after: &Settings) -> Direction {
    let by_rank = |before: u64, after: u64| match before.cmp(&after) {
        core::cmp::Ordering::Less => Direction::Widens,
        core::cmp::Ordering::Equal => Direction::Neutral,
        core::cmp::Ordering::Greater => Direction::Narrows,
    };
    let proof = |settings: &Settings| match settings.guard.step_up {
        // Each is a real factor; which is the better one is the person's call.
        StepUp::Biometry | StepUp::Passphrase => 0,
        StepUp::Confirm => 1,
    };
    let scripts = |settings: &Settings| match settings.guard.unattended {
        Unattended::Refuse => 0,
        Unattended::Passphrase => 1,
        Unattended::Waive => 2,
    };
    let rules = |settings: &Settings| match settings.unenforced_yaml {
        UnenforcedYaml::Refuse => 0,
        UnenforcedYaml::Report => 1,
    };
    match key {
        "step_up" => by_rank(proof(before), proof(after)),
        "unattended" => by_rank(scripts(before), scripts(after)),
        "timeout" => by_rank(before.timeout.as_secs(), after.timeout.as_secs()),
        "unenforced_yaml" => by_rank(rules(before), rules(after)),
        _ => Direction::Widens,
    }
}

/// Whether a program that asks for the passphrase can have been put there by
/// root or the user alone.
fn is_safe_program(path: &Path) -> Result<(), String> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    let metadata = std::fs::metadata(path).map_err(|error| format!("{}: {error}", shown(path)))?;
    let ours = rustix::process::geteuid().as_raw();
    if !metadata.is_file() || metadata.permissions().mode() & 0o111 == 0 {
        return Err(format!("{} is not a program", shown(path)));
    }
    if metadata.uid() != 0 && metadata.uid() != ours {
        return Err(format!("{} belongs to another user", shown(path)));
    }
    if metadata.permissions().mode() & 0o022 != 0 {
        return Err(format!("{} can be written by others", shown(path)));
    }
    Ok(())
}

fn parse(tree: &Tree) -> Result<Settings, String> {
    let mut settings = Settings::default();
    for (key, value) in tree.entries() {
        is_known(key)?;
        let Some(text) = value.as_text() else {
            return Err(format!("{} must be text", SafeText::quoted(key)));
        };
        set(&mut settings, key, text)?;
    }
    Ok(settings)
}

fn set(settings: &mut Settings, key: &str, text: &str) -> Result<(), String> {
    let unknown = || format!("{key} cannot be {}", SafeText::quoted(text));
    let refused = |_: UnknownWord| unknown();
    match key {
        "step_up" => settings.guard.step_up = text.parse().map_err(refused)?,
        "unattended" => settings.guard.unattended = text.parse().map_err(refused)?,
        "timeout" => settings.timeout = timeout(text).ok_or_else(unknown)?,
        "pinentry" => settings.pinentry = Some(absolute(text).ok_or_else(unknown)?),
        "unenforced_yaml" => settings.unenforced_yaml = rules(text).ok_or_else(unknown)?,
        _ => is_known(key)?,
    }
    Ok(())
}

fn is_known(key: &str) -> Result<(), String> {
    let unknown = || {
        let key = SafeText::quoted(key);
        format!("{key} is not a setting; choose {}", KEYS.join(", "))
    };
    KEYS.contains(&key).then_some(()).ok_or_else(unknown)
}

fn rules(text: &str) -> Option<UnenforcedYaml> {
    let all = [UnenforcedYaml::Report, UnenforcedYaml::Refuse];
    all.into_iter().find(|value| value.as_str() == text)
}

/// A duration such as `60s` or `2m`, from five seconds to ten minutes.
fn timeout(text: &str) -> Option<Duration> {
    let duration: jiff::SignedDuration = text.parse().ok()?;
    let duration = Duration::try_from(duration).ok()?;
    (SHORTEST_TIMEOUT..=LONGEST_TIMEOUT)
        .contains(&duration)
        .then_some(duration)
}

fn absolute(text: &str) -> Option<PathBuf> {
    let path = PathBuf::from(text);
    path.is_absolute().then_some(path)
}
