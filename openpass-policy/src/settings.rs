//! The guard's own settings, as far as policy needs them.

use serde::Serialize;

/// How a person proves to be there for a critical change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new value must break the builds that decide on it"
)]
pub enum StepUp {
    /// Biometry where it can ask, else the passphrase.
    #[default]
    Biometry,
    /// The passphrase; biometry is never asked for.
    Passphrase,
    /// The opt-out: a y/N for a person's own changes at the command line.
    Confirm,
}

impl StepUp {
    /// The value's name in `settings.yaml` and in policy.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Biometry => "biometry",
            Self::Passphrase => "passphrase",
            Self::Confirm => "confirm",
        }
    }
}

/// What a script may do without a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new value must break the builds that decide on it"
)]
pub enum Unattended {
    /// Give the passphrase through a file descriptor.
    #[default]
    Passphrase,
    /// Nothing critical.
    Refuse,
    /// The opt-out: make a person's own changes without any proof.
    Waive,
}

impl Unattended {
    /// The value's name in `settings.yaml` and in policy.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passphrase => "passphrase",
            Self::Refuse => "refuse",
            Self::Waive => "waive",
        }
    }
}

/// The settings that policy decides on. The default is what holds when there
/// is no settings file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct GuardSettings {
    /// How a person proves to be there.
    pub step_up: StepUp,
    /// What a script may do.
    pub unattended: Unattended,
}

impl GuardSettings {
    /// What holds when the settings cannot be read.
    pub const STRICTEST: Self = Self {
        step_up: StepUp::Biometry,
        unattended: Unattended::Refuse,
    };

    /// These settings.
    #[must_use]
    pub const fn new(step_up: StepUp, unattended: Unattended) -> Self {
        Self {
            step_up,
            unattended,
        }
    }
}
