//! One answer of a matrix.

use core::fmt;

use openpass_auth::{Factor, FactorSet};
use serde::{Serialize, Serializer};

use crate::{AuthFactor, Decision, GuardSettings, StepUp, Unattended};

/// One answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new answer must break the builds that draw answers"
)]
pub enum Cell {
    /// Without asking anybody.
    Allow,
    /// By a y/N, since the settings say `step_up: confirm`; or by biometry or
    /// the passphrase.
    Confirm,
    /// Without asking anybody, since the settings say `unattended: waive`.
    Waived,
    /// By biometry or by the passphrase.
    Either,
    /// By biometry alone.
    Biometry,
    /// By the passphrase alone.
    Passphrase,
    /// By a factor that is neither.
    Another,
    /// Not at all.
    Deny,
}

impl Cell {
    /// The answer's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Confirm => "y/N",
            Self::Waived => "waived",
            Self::Either => "biometry or passphrase",
            Self::Biometry => "biometry",
            Self::Passphrase => "passphrase",
            Self::Another => "another factor",
            Self::Deny => "deny",
        }
    }

    /// The answer that `decision` is under `settings`, with what they opt out of where
    /// the factor for it is one that the policies take.
    pub(super) fn of(
        settings: GuardSettings,
        decision: &Decision,
        takes: impl Fn(AuthFactor) -> bool,
    ) -> Self {
        // Without the setting, no policy lets one of these count.
        let confirms = settings.step_up == StepUp::Confirm;
        let waives = settings.unattended == Unattended::Waive;
        match decision {
            Decision::RequireBiometry { .. } if confirms && takes(AuthFactor::Confirm) => {
                Self::Confirm
            }
            Decision::RequireBiometry { .. } if waives && takes(AuthFactor::Waived) => Self::Waived,
            decision => Self::of_proof(decision),
        }
    }

    /// The answer, as far as what proves who goes.
    pub(crate) const fn of_proof(decision: &Decision) -> Self {
        match decision {
            Decision::Allow { .. } => Self::Allow,
            Decision::RequireBiometry { accepts, .. } => Self::of_factors(*accepts),
            Decision::Deny(_) => Self::Deny,
        }
    }

    const fn of_factors(accepts: FactorSet) -> Self {
        match (
            accepts.contains(Factor::Biometry),
            accepts.contains(Factor::Passphrase),
        ) {
            (true, true) => Self::Either,
            (true, false) => Self::Biometry,
            (false, true) => Self::Passphrase,
            (false, false) if accepts.is_empty() => Self::Deny,
            (false, false) => Self::Another,
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
