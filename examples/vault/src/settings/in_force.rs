//! The settings that count: field by field the stricter of what a person
//! approved and what the file says.

use openpass_auth::SafeText;
use openpass_policy::{After, Before, Direction, FieldChange, SealGrade, StepUp};

use super::{FILE, ROWS, Settings, direction};
use crate::{
    Vault, VaultError,
    approved::{Baseline, ItemKind, Known, settings_of},
    trust::{self, Content},
};

/// The settings that count, and what there is beside them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SettingsInForce {
    /// The settings that count.
    pub counts: Settings,
    /// The settings that `guard/settings.yaml` gives.
    pub found: Settings,
    /// The settings that a person approved; the defaults where nothing is known.
    pub approved: Settings,
    /// Whether `approved` is known: a genuine line of the guard's log says so,
    /// of this vault.
    pub is_known: bool,
    /// The settings that make nothing easier than it should be: the approved
    /// ones, or where they are not known, settings that are at least as strict as
    /// the defaults.
    reference: Settings,
}

/// The source of a setting's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new source must break the builds that name it"
)]
pub enum SettingSource {
    /// Nobody has set the value.
    Default,
    /// A person approved the value.
    Approved,
    /// The file has the value, and it makes nothing easier.
    File,
}

impl SettingsInForce {
    /// Returns the source of the value that counts for `key`.
    #[must_use]
    pub fn source(&self, key: &str) -> SettingSource {
        let of = |settings: &Settings| settings.value(key);
        let counts = of(&self.counts);
        let is_approved = counts == of(&self.approved);
        if is_approved && self.is_known {
            SettingSource::Approved
        } else if counts == of(&Settings::default()) {
            SettingSource::Default
        } else if is_approved {
            // It is stricter than the default, and holds whatever is known.
            SettingSource::Approved
        } else {
            SettingSource::File
        }
    }

    /// Returns the values that the file has and that do not count, with the
    /// direction that each would take the settings in.
    #[must_use]
    pub fn not_in_effect(&self) -> Vec<FieldChange> {
        if self.found.problem.is_some() {
            return Vec::new();
        }
        let differing = ROWS.iter().map(|row| row.key).filter_map(|key| {
            let (counts, found) = (self.counts.value(key), self.found.value(key));
            let differs = counts != found;
            differs.then(|| {
                let direction = direction(key, &self.counts, &self.found);
                FieldChange::new(
                    format!("{FILE} {key}"),
                    Before(counts),
                    After(found),
                    direction,
                )
            })
        });
        differing.collect()
    }
}

impl SettingsInForce {
    /// Returns these settings once a change through the guard has set `key`, and the file
    /// holds `found`.
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
            counts: counting(&reference, &found, self.counts.guard.sealed),
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
        let work_out = || self.settings_given(&self.baseline_if_any());
        match &self.reads {
            Some(reads) => reads.settings(work_out),
            None => work_out(),
        }
    }

    /// Returns the reason why the file's value for `key` does not count yet, and
    /// what makes it count; `None` where it counts.
    ///
    /// # Errors
    ///
    /// That the log cannot be read, or that others may have written it.
    pub fn setting_waits(&self, key: &str) -> Result<Option<String>, VaultError> {
        let baseline = self.baseline()?;
        let given = self.settings_given(&baseline);
        if given.counts.value(key) == given.found.value(key) {
            return Ok(None);
        }
        let until = if baseline.state().is_damaged() {
            "`openpass guard accept` has accepted the damaged guard log, and the setting once more"
        } else if baseline.knows_this_vault() {
            "it is accepted with `openpass guard accept`"
        } else {
            "the passphrase of identity.age has been given, or another identity accepted with \
             `openpass guard accept --identity`"
        };
        let counts = given.counts.value(key);
        let counts = counts.unwrap_or_else(|| "none".to_owned());
        let counts = SafeText::quoted(&counts);
        Ok(Some(format!(
            "it is not in force until {until}; until then it is {counts}"
        )))
    }

    pub(crate) fn settings_given(&self, baseline: &Baseline<'_>) -> SettingsInForce {
        let baseline = baseline.usable();
        let path = self.settings_path();
        let trusted = trust::check(&path, Content::Open);
        let found = match (&trusted, baseline) {
            (Err(error), _) | (Ok(()), Err(error)) => Settings::strictest(&error.to_string()),
            (Ok(()), Ok(_)) => Settings::read(self).0,
        };
        let approved = baseline.ok().and_then(approved);
        let is_known = approved.is_some() && baseline.is_ok_and(Baseline::knows_this_vault);
        let approved = approved.unwrap_or_default();
        // INVARIANT (a missing baseline makes nothing easier): what another vault's
        // log says makes nothing easier here either.
        let reference = if is_known {
            approved.clone()
        } else {
            strictly(&approved)
        };
        // A damaged log and another vault's have no seal here.
        let sealed = match baseline {
            Ok(baseline) if is_known => baseline.state().seal_grade(),
            _ => SealGrade::None,
        };
        SettingsInForce {
            counts: counting(&reference, &found, sealed),
            found,
            approved,
            is_known,
            reference,
        }
    }
}

fn approved(baseline: &Baseline<'_>) -> Option<Settings> {
    match baseline.of(ItemKind::Settings, &baseline.observed(ItemKind::Settings)) {
        Known::Part(part) => settings_of(part.get("")?).ok(),
        Known::Nothing | Known::Lost(_) => None,
    }
}

/// Returns the settings that count, with the grade of the seal behind the
/// approved state: no setting says that.
fn counting(reference: &Settings, found: &Settings, sealed: SealGrade) -> Settings {
    let mut counts = stricter(reference, found);
    counts.guard.sealed = sealed;
    counts
}

/// Returns the approved settings, with the default in the place of each setting
/// that makes the guard easier, or that has no order with the default. A setting
/// that a person made stricter stays, a shorter time and the passphrase alone
/// too: they chose it.
fn strictly(approved: &Settings) -> Settings {
    let defaults = Settings::default();
    let mut settings = defaults.clone();
    for key in ROWS.map(|row| row.key) {
        let narrows = direction(key, &defaults, approved) == Direction::Narrows;
        // Never a finger is a factor less.
        let is_the_passphrase = key == "step_up" && approved.guard.step_up == StepUp::Passphrase;
        if narrows || is_the_passphrase {
            settings.take(key, approved);
        }
    }
    settings
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
    if narrows("passphrase_every") {
        settings.passphrase_every = found.passphrase_every;
    }
    if narrows("seal") {
        settings.seal = found.seal;
    }
    // A shorter time may be one in which nobody can answer, and a program that
    // asks is as good as its author.
    settings
}
