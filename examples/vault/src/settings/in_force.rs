//! The settings that count: field by field the stricter of what a person
//! approved and what the file says.

use openpass_policy::{Direction, FieldChange};

use super::{FILE, KEYS, Settings, direction};
use crate::{
    Vault,
    approved::{Baseline, Kind, Known, settings_of},
    trust::{self, Content},
};

/// The settings that count, and what there is beside them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SettingsInForce {
    /// What counts.
    pub counts: Settings,
    /// What `guard/settings.yaml` says.
    pub found: Settings,
    /// What a person approved; the defaults where nothing is known.
    pub approved: Settings,
    /// Whether `approved` is known: a genuine line of the guard's log says so,
    /// of this vault.
    pub is_known: bool,
    /// What makes nothing easier than it should be: the approved settings, or
    /// where they are not known what is at least as strict as the defaults.
    reference: Settings,
}

/// Where the value of a setting is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new source must break the builds that name it"
)]
pub enum SettingSource {
    /// Nobody has set it.
    Default,
    /// A person approved it.
    Approved,
    /// The file says so, and it makes nothing easier.
    File,
}

impl SettingsInForce {
    /// Where the value that counts for `key` is from.
    #[must_use]
    pub fn source(&self, key: &str) -> SettingSource {
        let of = |settings: &Settings| settings.value(key);
        let counts = of(&self.counts);
        if counts == of(&self.approved) && self.is_known {
            SettingSource::Approved
        } else if counts == of(&Settings::default()) {
            SettingSource::Default
        } else {
            SettingSource::File
        }
    }

    /// What the file says and does not count, with the direction that it would
    /// take the settings in.
    #[must_use]
    pub fn not_in_effect(&self) -> Vec<FieldChange> {
        if self.found.problem.is_some() {
            return Vec::new();
        }
        let differing = KEYS.iter().filter_map(|key| {
            let (counts, found) = (self.counts.value(key), self.found.value(key));
            let differs = counts != found;
            differs.then(|| {
                let direction = direction(key, &self.counts, &self.found);
                FieldChange::new(format!("{FILE} {key}"), counts, found, direction)
            })
        });
        differing.collect()
    }
}

impl SettingsInForce {
    /// These, once a change through the guard has set `key`, and the file holds
    /// `found`.
    pub(crate) fn after_setting(&self, key: &str, found: Settings) -> Self {
        let set = |settings: &Settings| {
            let mut settings = settings.clone();
            settings.take(key, &found);
            settings
        };
        // A file that nobody could read is replaced by a new one, whole.
        let (approved, reference) = if self.found.problem.is_some() {
            (found.clone(), found.clone())
        } else {
            (set(&self.approved), set(&self.reference))
        };
        Self {
            counts: stricter(&reference, &found),
            found,
            approved,
            reference,
            is_known: self.is_known,
        }
    }
}

impl Vault {
    /// The settings that count, and where they are from. They never fail to be
    /// read: what cannot be understood means the strictest.
    #[must_use]
    pub fn settings_in_force(&self) -> SettingsInForce {
        self.settings_given(&self.baseline_if_any())
    }

    pub(crate) fn settings_given(&self, baseline: &Baseline<'_>) -> SettingsInForce {
        let baseline = baseline.usable();
        let path = self.settings_path();
        let trusted = trust::check(&path, Content::Open);
        let found = match (&trusted, baseline) {
            (Err(error), _) | (Ok(()), Err(error)) => Settings::strictest(&error.to_string()),
            (Ok(()), Ok(_)) => Settings::read(&path).0,
        };
        let approved = baseline.ok().and_then(approved);
        let is_known = approved.is_some() && baseline.is_ok_and(Baseline::knows_this_vault);
        let approved = approved.unwrap_or_default();
        // INVARIANT (no baseline is not a clean slate): what another vault's
        // log says makes nothing easier here.
        let reference = if is_known {
            approved.clone()
        } else {
            stricter(&Settings::default(), &approved)
        };
        SettingsInForce {
            counts: stricter(&reference, &found),
            found,
            approved,
            is_known,
            reference,
        }
    }
}

fn approved(baseline: &Baseline<'_>) -> Option<Settings> {
    match baseline.of(Kind::Settings, &baseline.observed(Kind::Settings)) {
        Known::Part(part) => settings_of(part.get("")?).ok(),
        Known::Nothing | Known::Lost(_) => None,
    }
}

/// Field by field, what `found` makes stricter, else the reference's. Of two
/// values without an order, it is the reference's.
fn stricter(reference: &Settings, found: &Settings) -> Settings {
    let mut settings = reference.clone();
    settings.problem.clone_from(&found.problem);
    let narrows = |key| direction(key, reference, found) == Direction::Narrows;
    if narrows("step_up") {
        settings.guard.step_up = found.guard.step_up;
    }
    if narrows("unattended") {
        settings.guard.unattended = found.guard.unattended;
    }
    if narrows("unenforced_yaml") {
        settings.unenforced_yaml = found.unenforced_yaml;
    }
    // A shorter time may be one in which nobody can answer, and a program that
    // asks is as good as its author.
    settings
}
