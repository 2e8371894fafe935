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
    /// By the system's own check of its user, since the settings say
    /// `step_up: system-login`; or by what proves more.
    SystemLogin,
    /// By biometry or by the passphrase.
    Either,
    /// By either of them, signed by an approver.
    EitherSigned,
    /// By biometry, or by the passphrase signed by an approver.
    BiometryOrSigned,
    /// By the passphrase, or by biometry signed by an approver.
    PassphraseOrSigned,
    /// By biometry alone.
    Biometry,
    /// By biometry alone, signed by an approver.
    BiometrySigned,
    /// By the passphrase alone.
    Passphrase,
    /// By the passphrase alone, signed by an approver.
    PassphraseSigned,
    /// By a factor that is neither.
    Another,
    /// By a factor that is neither, signed by an approver.
    AnotherSigned,
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
            Self::SystemLogin => "system login",
            Self::Either => "biometry or passphrase",
            Self::EitherSigned => "biometry or passphrase, if signed",
            Self::BiometryOrSigned => "biometry, or passphrase if signed",
            Self::PassphraseOrSigned => "passphrase, or biometry if signed",
            Self::Biometry => "biometry",
            Self::BiometrySigned => "biometry, if signed",
            Self::Passphrase => "passphrase",
            Self::PassphraseSigned => "passphrase, if signed",
            Self::Another => "another factor",
            Self::AnotherSigned => "another factor, if signed",
            Self::Deny => "deny",
        }
    }

    /// Returns the answer that `decision` is under `settings`. A y/N or a waiver is the
    /// answer where the settings opt for it and the policies take its factor.
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
            Decision::RequireBiometry { accepts, .. } if accepts.contains(Factor::SystemLogin) => {
                Self::SystemLogin
            }
            decision => Self::of_proof(decision),
        }
    }

    /// The answer, as far as what proves who goes.
    pub(crate) fn of_proof(decision: &Decision) -> Self {
        match decision {
            Decision::Allow { .. } => Self::Allow,
            Decision::RequireBiometry {
                accepts,
                signed_only,
                ..
            } => Self::of_factors(*accepts, *signed_only),
            Decision::Deny(_) => Self::Deny,
        }
    }

    fn of_factors(accepts: FactorSet, signed_only: FactorSet) -> Self {
        let biometry = Taken::of(Factor::Biometry, accepts, signed_only);
        let passphrase = Taken::of(Factor::Passphrase, accepts, signed_only);
        match (biometry, passphrase) {
            (Taken::AsItIs, Taken::AsItIs) => Self::Either,
            (Taken::Signed, Taken::Signed) => Self::EitherSigned,
            (Taken::AsItIs, Taken::Signed) => Self::BiometryOrSigned,
            (Taken::Signed, Taken::AsItIs) => Self::PassphraseOrSigned,
            (Taken::AsItIs, Taken::Not) => Self::Biometry,
            (Taken::Signed, Taken::Not) => Self::BiometrySigned,
            (Taken::Not, Taken::AsItIs) => Self::Passphrase,
            (Taken::Not, Taken::Signed) => Self::PassphraseSigned,
            (Taken::Not, Taken::Not) if accepts.is_empty() => Self::Deny,
            (Taken::Not, Taken::Not) if accepts.iter().all(|it| signed_only.contains(it)) => {
                Self::AnotherSigned
            }
            (Taken::Not, Taken::Not) => Self::Another,
        }
    }

    /// Whether a signature makes a difference to it.
    pub(super) const fn tells_signed(self) -> bool {
        matches!(
            self,
            Self::EitherSigned
                | Self::BiometryOrSigned
                | Self::PassphraseOrSigned
                | Self::BiometrySigned
                | Self::PassphraseSigned
                | Self::AnotherSigned
        )
    }
}

/// The ways in which a factor is taken.
enum Taken {
    AsItIs,
    Signed,
    Not,
}

impl Taken {
    const fn of(factor: Factor, accepts: FactorSet, signed_only: FactorSet) -> Self {
        match (accepts.contains(factor), signed_only.contains(factor)) {
            (true, true) => Self::Signed,
            (true, false) => Self::AsItIs,
            (false, _) => Self::Not,
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
