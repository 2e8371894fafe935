//! The guard's settings, in `guard/settings.yaml`.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use openpass_auth::SafeText;
use openpass_policy::{GuardSettings, StepUp, Unattended};

use crate::{
    error::shown,
    files,
    yaml::{Document, Tree},
};

const TIMEOUT: Duration = Duration::from_secs(60);
const SHORTEST_TIMEOUT: Duration = Duration::from_secs(5);
const LONGEST_TIMEOUT: Duration = Duration::from_secs(600);

/// The guard's settings. A missing file means the defaults; one that cannot be
/// read, or says what nobody understands, means the strictest.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// What policy decides on.
    pub guard: GuardSettings,
    /// How long one prompt may take.
    pub timeout: Duration,
    /// The pinentry program to use, as an absolute path.
    pub pinentry: Option<PathBuf>,
    /// Why these are the strictest settings and not the file's.
    pub problem: Option<SafeText>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            guard: GuardSettings::default(),
            timeout: TIMEOUT,
            pinentry: None,
            problem: None,
        }
    }
}

impl Settings {
    /// The settings of the file at `path`, and its bytes.
    pub(crate) fn read(path: &Path) -> (Self, Option<Vec<u8>>) {
        match files::read(path) {
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

    fn strictest(problem: &str) -> Self {
        Self {
            guard: GuardSettings::STRICTEST,
            problem: Some(SafeText::escape(problem)),
            ..Self::default()
        }
    }
}

fn parse(tree: &Tree) -> Result<Settings, String> {
    let mut settings = Settings::default();
    let entries = match tree {
        Tree::Map(entries) => entries.as_slice(),
        Tree::Null => &[],
        other => {
            return Err(format!(
                "it must hold keys and values, not {}",
                other.kind()
            ));
        }
    };
    for (key, value) in entries {
        let Some(text) = value.as_text() else {
            return Err(format!("{} must be text", SafeText::quoted(key)));
        };
        set(&mut settings, key, text)?;
    }
    Ok(settings)
}

fn set(settings: &mut Settings, key: &str, text: &str) -> Result<(), String> {
    let unknown = || format!("{key} cannot be {}", SafeText::quoted(text));
    match key {
        "step_up" => settings.guard.step_up = step_up(text).ok_or_else(unknown)?,
        "unattended" => settings.guard.unattended = unattended(text).ok_or_else(unknown)?,
        "timeout" => settings.timeout = timeout(text).ok_or_else(unknown)?,
        "pinentry" => settings.pinentry = Some(absolute(text).ok_or_else(unknown)?),
        _ => return Err(format!("{} is not a setting", SafeText::quoted(key))),
    }
    Ok(())
}

fn step_up(text: &str) -> Option<StepUp> {
    [StepUp::Biometry, StepUp::Passphrase, StepUp::Confirm]
        .into_iter()
        .find(|value| value.as_str() == text)
}

fn unattended(text: &str) -> Option<Unattended> {
    [
        Unattended::Passphrase,
        Unattended::Refuse,
        Unattended::Waive,
    ]
    .into_iter()
    .find(|value| value.as_str() == text)
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
