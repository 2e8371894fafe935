//! The settings that there are, a row each.

use core::cmp::Ordering;
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use openpass_auth::SafeText;
use openpass_policy::{Direction, StepUp, Unattended};

use super::{DAY, SealRule, Settings, UnenforcedYaml};
use crate::door::HAS_SYSTEM_LOGIN;
#[cfg(unix)]
use crate::error::shown;

const SHORTEST_TIMEOUT: Duration = Duration::from_secs(5);
const MOST_DAYS: u32 = 365;
const LONGEST_TIMEOUT: Duration = Duration::from_secs(600);

/// The row of one setting, with all that there is to say of it.
#[derive(Clone, Copy)]
pub(super) struct Row {
    /// The key, as `settings.yaml` spells it.
    pub(super) key: &'static str,
    /// The value, as `settings.yaml` would spell it.
    pub(super) shown: fn(&Settings) -> Option<String>,
    /// Reads a value; `None` for a value that the setting cannot have.
    read: fn(&mut Settings, &str) -> Option<()>,
    /// Whether this machine can use a value that the setting can have.
    pub(super) can_be_used: fn(&str) -> Result<(), String>,
    /// Takes the value from the second settings into the first.
    pub(super) take: fn(&mut Settings, &Settings),
    /// The direction of a change. Less proof, a longer time and another program to ask with
    /// give power.
    pub(super) direction: fn(&Settings, &Settings) -> Direction,
}

pub(super) const ROWS: [Row; 7] = [
    Row {
        key: "step_up",
        shown: |it| Some(it.guard.step_up.to_string()),
        read: |it, text| {
            it.guard.step_up = text.parse().ok()?;
            Some(())
        },
        can_be_used: |text| has_what_asks(text),
        take: |it, other| it.guard.step_up = other.guard.step_up,
        direction: |before, after| by_rank(proof(before), proof(after)),
    },
    Row {
        key: "unattended",
        shown: |it| Some(it.guard.unattended.to_string()),
        read: |it, text| {
            it.guard.unattended = text.parse().ok()?;
            Some(())
        },
        can_be_used: |_| Ok(()),
        take: |it, other| it.guard.unattended = other.guard.unattended,
        direction: |before, after| by_rank(scripts(before), scripts(after)),
    },
    Row {
        key: "timeout",
        shown: |it| Some(format!("{}s", it.timeout.as_secs())),
        read: |it, text| {
            it.timeout = timeout(text)?;
            Some(())
        },
        can_be_used: |_| Ok(()),
        take: |it, other| it.timeout = other.timeout,
        direction: |before, after| by_rank(before.timeout.as_secs(), after.timeout.as_secs()),
    },
    Row {
        key: "pinentry",
        shown: |it| {
            let path = it.pinentry.as_ref()?;
            Some(path.to_string_lossy().into_owned())
        },
        read: |it, text| {
            it.pinentry = Some(absolute(text)?);
            Some(())
        },
        can_be_used: |text| is_safe_program(Path::new(text)),
        take: |it, other| it.pinentry.clone_from(&other.pinentry),
        direction: |_, _| Direction::Widens,
    },
    Row {
        key: "unenforced_yaml",
        shown: |it| Some(it.unenforced_yaml.as_str().to_owned()),
        read: |it, text| {
            it.unenforced_yaml = rules(text)?;
            Some(())
        },
        can_be_used: |_| Ok(()),
        take: |it, other| it.unenforced_yaml = other.unenforced_yaml,
        direction: |before, after| by_rank(reports(before), reports(after)),
    },
    Row {
        key: "passphrase_every",
        shown: |it| Some(format!("{}d", in_days(it))),
        read: |it, text| {
            it.passphrase_every = days(text)?;
            Some(())
        },
        can_be_used: |_| Ok(()),
        take: |it, other| it.passphrase_every = other.passphrase_every,
        direction: |before, after| by_rank(in_days(before), in_days(after)),
    },
    Row {
        key: "seal",
        shown: |it| Some(it.seal.as_str().to_owned()),
        read: |it, text| {
            let all = [SealRule::Logged, SealRule::Signed];
            it.seal = all.into_iter().find(|value| value.as_str() == text)?;
            Some(())
        },
        can_be_used: |_| Ok(()),
        take: |it, other| it.seal = other.seal,
        direction: |before, after| by_rank(unsigned(before), unsigned(after)),
    },
];

/// The row of `key`, or that there is none.
pub(super) fn of(key: &str) -> Result<Row, String> {
    let unknown = || {
        let known = ROWS.map(|row| row.key).join(", ");
        format!("{} is not a setting; choose {known}", SafeText::quoted(key))
    };
    ROWS.into_iter()
        .find(|row| row.key == key)
        .ok_or_else(unknown)
}

impl Row {
    pub(super) fn set(&self, settings: &mut Settings, text: &str) -> Result<(), String> {
        let refused = || format!("{} cannot be {}", self.key, SafeText::quoted(text));
        (self.read)(settings, text).ok_or_else(refused)
    }
}

fn by_rank(before: u64, after: u64) -> Direction {
    match before.cmp(&after) {
        Ordering::Less => Direction::Widens,
        Ordering::Equal => Direction::Neutral,
        Ordering::Greater => Direction::Narrows,
    }
}

/// Biometry and the passphrase are as good as each other: which is the better one is the
/// person's call. The system may be set up to take less, and a y/N proves nothing.
const fn proof(settings: &Settings) -> u64 {
    match settings.guard.step_up {
        StepUp::Biometry | StepUp::Passphrase => 0,
        StepUp::SystemLogin => 1,
        StepUp::Confirm => 2,
    }
}

/// A setting that asks nobody would only look as if it did.
fn has_what_asks(step_up: &str) -> Result<(), String> {
    match HAS_SYSTEM_LOGIN || step_up != StepUp::SystemLogin.as_str() {
        true => Ok(()),
        false => Err(
            "this build cannot have the system check its user: that takes Linux, polkit and a \
             build with the feature `system-login`"
                .to_owned(),
        ),
    }
}

const fn scripts(settings: &Settings) -> u64 {
    match settings.guard.unattended {
        Unattended::Refuse => 0,
        Unattended::Passphrase => 1,
        Unattended::Waive => 2,
    }
}

const fn reports(settings: &Settings) -> u64 {
    match settings.unenforced_yaml {
        UnenforcedYaml::Refuse => 0,
        UnenforcedYaml::Report => 1,
    }
}

const fn unsigned(settings: &Settings) -> u64 {
    match settings.seal {
        SealRule::Signed => 0,
        SealRule::Logged => 1,
    }
}

const fn in_days(settings: &Settings) -> u64 {
    settings.passphrase_every.as_secs() / DAY.as_secs()
}

/// Whole days such as `30d`, from one to a year.
fn days(text: &str) -> Option<Duration> {
    let days: u32 = text.strip_suffix('d')?.parse().ok()?;
    (1..=MOST_DAYS)
        .contains(&days)
        .then(|| DAY.saturating_mul(days))
}

fn rules(text: &str) -> Option<UnenforcedYaml> {
    let all = [UnenforcedYaml::Report, UnenforcedYaml::Refuse];
    all.into_iter().find(|value| value.as_str() == text)
}

/// A duration such as `60s` or `2m`, from five seconds to ten minutes.
fn timeout(text: &str) -> Option<Duration> {
    let duration: jiff::SignedDuration = text.parse().ok()?;
    let duration = Duration::try_from(duration).ok()?;
    let range = SHORTEST_TIMEOUT..=LONGEST_TIMEOUT;
    range.contains(&duration).then_some(duration)
}

fn absolute(text: &str) -> Option<PathBuf> {
    let path = PathBuf::from(text);
    path.is_absolute().then_some(path)
}

/// Refuses: no pinentry is run there.
#[cfg(windows)]
fn is_safe_program(_: &Path) -> Result<(), String> {
    Err("no pinentry is run on Windows; the console asks".to_owned())
}

/// Whether a program that asks for the passphrase can have been put there by
/// root or the user alone.
#[cfg(unix)]
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
