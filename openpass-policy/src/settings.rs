//! The guard's own settings, as far as policy needs them.

use serde::Serialize;

use crate::vocabulary::vocabulary;

vocabulary! {
    /// The proof that a critical change takes.
    #[derive(Default)]
    pub enum StepUp: "step-up" {
        /// Biometry where it can ask, else the passphrase.
        #[default]
        Biometry = "biometry",
        /// The passphrase; biometry is never asked for.
        Passphrase = "passphrase",
        /// The opt-in to the system's own check of its user, for a person's own changes:
        /// first where it can ask, else as for `biometry`. A machine may be set up to
        /// take little for it.
        SystemLogin = "system-login",
        /// The opt-out: a y/N for a person's own changes at the command line.
        Confirm = "confirm",
    }
}

vocabulary! {
    /// The rights of a script without a person.
    #[derive(Default)]
    pub enum Unattended: "setting for scripts" {
        /// Give the passphrase through a file descriptor.
        #[default]
        Passphrase = "passphrase",
        /// Nothing critical.
        Refuse = "refuse",
        /// The opt-out: make a person's own changes without any proof.
        Waive = "waive",
    }
}

vocabulary! {
    /// The seal behind the state that was approved before the operation.
    #[derive(Default)]
    pub enum SealGrade: "grade of a seal" {
        /// Nothing: the host keeps no seals, or has none yet, or the last one does not fit.
        #[default]
        None = "none",
        /// The log alone: who can write it can make such a seal.
        Logged = "logged",
        /// An approver's signature: nobody else can make such a seal.
        Signed = "signed",
    }
}

/// The settings that policy decides on, and what stands behind them. The default is what
/// holds when there is no settings file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct GuardSettings {
    /// The proof that a critical change takes.
    pub step_up: StepUp,
    /// The rights of a script without a person.
    pub unattended: Unattended,
    /// The seal behind the state that was approved.
    pub sealed: SealGrade,
}

impl GuardSettings {
    /// The settings that hold if the settings cannot be read.
    pub const STRICTEST: Self = Self {
        step_up: StepUp::Biometry,
        unattended: Unattended::Refuse,
        sealed: SealGrade::None,
    };

    /// Makes the settings of a host that keeps no seals.
    #[must_use]
    pub const fn new(step_up: StepUp, unattended: Unattended) -> Self {
        Self {
            step_up,
            unattended,
            sealed: SealGrade::None,
        }
    }

    /// Sets the grade of the seal on what was approved.
    #[must_use]
    pub const fn sealed(mut self, grade: SealGrade) -> Self {
        self.sealed = grade;
        self
    }
}
