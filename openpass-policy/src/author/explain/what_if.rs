//! One circumstance that would have to be otherwise.

use core::fmt;

use serde::Serialize;

use crate::{AuthFactor, Channel, PolicyId, SealGrade, StepUp, Unattended, WallTime};

/// One circumstance that would have to be otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "change", content = "to", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum WhatIf {
    /// Another factor.
    Factor(AuthFactor),
    /// An approver signs for what is given.
    Signed,
    /// The person asks, at the command line.
    AskedByThePerson,
    /// The agent that asks has canManageConfig.
    CanManageConfig,
    /// It is asked through this host.
    Channel(Channel),
    /// Somebody is there, or nobody.
    Attended(bool),
    /// The guard's setting `step_up` has this value.
    StepUp(StepUp),
    /// The guard's setting `unattended` has this value.
    Unattended(Unattended),
    /// The approved state has a seal of this grade.
    Sealed(SealGrade),
    /// It is this day and time.
    Time(WallTime),
    /// This policy, which is not a shipped one, does not apply or is removed.
    Without(PolicyId),
}

impl fmt::Display for WhatIf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Factor(AuthFactor::Biometry) => f.write_str("biometry is given"),
            Self::Factor(AuthFactor::Passphrase) => f.write_str("the passphrase is given"),
            Self::Factor(AuthFactor::SecurityKey) => f.write_str("a security key is touched"),
            Self::Factor(AuthFactor::Device) => f.write_str("another device answers"),
            Self::Factor(AuthFactor::SystemLogin) => f.write_str("the system checks its user"),
            Self::Factor(AuthFactor::OneTimeCode) => f.write_str("a one-time code is given"),
            Self::Factor(AuthFactor::Confirm) => f.write_str("the person says y"),
            Self::Factor(AuthFactor::Waived) => f.write_str("a setting waives the proof"),
            Self::Factor(AuthFactor::None) => f.write_str("nobody is asked"),
            Self::Signed => f.write_str("an approver signs it"),
            Self::AskedByThePerson => f.write_str("the person asks, at the command line"),
            Self::CanManageConfig => f.write_str("the agent that asks has canManageConfig"),
            Self::Channel(channel) => write!(f, "it is asked through {}", channel.as_str()),
            Self::Attended(true) => f.write_str("somebody is there"),
            Self::Attended(false) => f.write_str("nobody is there"),
            Self::StepUp(value) => {
                write!(f, "the guard's settings say step_up: {}", value.as_str())
            }
            Self::Unattended(value) => {
                write!(f, "the guard's settings say unattended: {}", value.as_str())
            }
            Self::Sealed(SealGrade::None) => f.write_str("what was approved has no seal"),
            Self::Sealed(grade) => write!(f, "what was approved has a {grade} seal"),
            Self::Time(time) => write!(f, "it is {time}"),
            Self::Without(id) => write!(f, "the policy {id} is not in force"),
        }
    }
}
