//! The text on changes outside the guard: it is told on every run and in every
//! prompt, until a person accepts the changes.

use core::fmt;

use openpass_auth::SafeText;
use openpass_policy::FieldChange;

use super::Drift;
use crate::{Vault, VaultError, approved::Baseline};

/// A thing in the vault that does not count until a person accepts it at a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new kind must break the builds that tell of these"
)]
pub enum NotInEffect {
    /// A setting of the guard.
    Setting {
        /// The file and the key.
        field: String,
        /// The value that is there; `None` is none.
        found: Option<String>,
        /// The value that counts; `None` is none.
        counts: Option<String>,
    },
    /// A policy file, of which only what it forbids counts.
    Permits {
        /// The file, below the vault.
        file: String,
    },
}

impl NotInEffect {
    fn of(change: FieldChange) -> Self {
        if change.field.starts_with(crate::policies::FOLDER) {
            Self::Permits { file: change.field }
        } else {
            Self::Setting {
                field: change.field,
                found: change.after,
                counts: change.before,
            }
        }
    }
}

/// The thing in one line, for people.
impl fmt::Display for NotInEffect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = |value: &Option<String>| {
            let value = value.as_deref().unwrap_or("(not set)");
            SafeText::escape(value)
        };
        match self {
            Self::Permits { file } => {
                let file = SafeText::escape(file);
                write!(f, "{file}: what it permits does not count")
            }
            Self::Setting {
                field,
                found,
                counts,
            } => {
                let field = SafeText::escape(field);
                let (found, counts) = (value(found), value(counts));
                write!(f, "{field}: {found} does not count; {counts} does")
            }
        }
    }
}

impl Drift {
    /// The drift in one line, with the command that shows it; `None` when there
    /// is none.
    #[must_use]
    pub fn summary(&self) -> Option<String> {
        let lines = self.lines();
        let first = lines.first()?;
        let more = match lines.len() {
            1 => String::new(),
            2 => ", and one more thing".to_owned(),
            many => format!(", and {} more things", many.saturating_sub(1)),
        };
        Some(format!("{first}{more}; see `openpass guard status`"))
    }
}

impl Vault {
    /// Returns the text on the drift for the start of a run, in a line or two;
    /// `None` when there is no drift.
    ///
    /// INVARIANT (nobody silences it): no file notes that it was told before. The
    /// program that made the change could write such a note.
    ///
    /// # Errors
    ///
    /// As [`drift`](Self::drift).
    pub fn drift_to_tell(&self) -> Result<Option<String>, VaultError> {
        let baseline = self.baseline()?;
        let (drift, _) = self.drift_from(&baseline);
        let mut said = drift.summary();
        let waits = self.waits(&baseline);
        if let Some(waits) = waits {
            said = Some(said.map_or_else(|| waits.clone(), |said| format!("{said}\n{waits}")));
        }
        Ok(said)
    }

    /// The settings and policies that are there and do not count, or not wholly:
    /// nobody has accepted them at a prompt.
    ///
    /// # Errors
    ///
    /// As [`drift`](Self::drift).
    pub fn not_in_effect(&self) -> Result<Vec<NotInEffect>, VaultError> {
        let baseline = self.baseline()?;
        let fields = self.not_approved(&baseline).into_iter();
        Ok(fields.map(NotInEffect::of).collect())
    }

    /// Returns the text on the settings and policies that do not count in a vault
    /// without a baseline.
    fn waits(&self, baseline: &Baseline<'_>) -> Option<String> {
        if baseline.exists() {
            return None;
        }
        let waiting = self.not_approved(baseline).len();
        (waiting > 0).then(|| {
            let what = if waiting == 1 {
                "one setting or policy file does".to_owned()
            } else {
                format!("{waiting} settings or policy files do")
            };
            format!(
                "{what} not count until you accept it at a prompt: the guard has no record of \
                 this vault; see `openpass guard status`"
            )
        })
    }
}
