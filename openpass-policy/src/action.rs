//! The catalogue of operations.

use core::fmt;

use serde::{Serialize, Serializer};

use crate::HostAction;

/// What is to happen, by its effect and not by the command that asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Action {
    /// Change an agent's profile so that any field gives more power.
    WidenAgent,
    /// Change an agent's profile so that no field gives more power.
    NarrowAgent,
    /// Add an agent above the lowest tier, or with any power of its own.
    AddAgent,
    /// Add an agent on the lowest tier, without any power of its own.
    AddRestrictedAgent,
    /// Remove an agent's profile.
    RemoveAgent,
    /// Issue an access token.
    CreateToken,
    /// Replace an agent's access tokens.
    RotateToken,
    /// Revoke an access token.
    RevokeToken,
    /// Change how the vault is unlocked, either way.
    SetAuthMethod,
    /// Replace the passphrase.
    RotatePassphrase,
    /// Change who can decrypt.
    ChangeRecipients,
    /// Change which devices take part.
    ChangeDevices,
    /// Add or replace a policy file.
    ApplyPolicy,
    /// Remove a policy file.
    RemovePolicy,
    /// Change the guard's settings.
    ChangeGuardSettings,
    /// Accept what was changed outside the guard.
    AcceptDrift,
    /// Put the approved state back on disk, so that any field gives power.
    Restore,
    /// Put the approved state back on disk, so that no field gives power.
    RestoreNarrower,
    /// Reset the guard's settings to the defaults.
    ResetGuardSettings,
    /// Set a damaged log, or a damaged seal, aside.
    SetLogAside,
    /// Give the guard's log another key.
    RotateLogKey,
    /// Change the audit settings.
    ChangeAuditSettings,
    /// Set a configuration key that has no action of its own.
    SetConfigKey,
    /// Set a configuration key of the closed, harmless list.
    SetRoutineConfigKey,
    /// List what there is.
    List,
    /// Show one thing.
    Show,
    /// Say how things are.
    Status,
    /// Say what a change would take.
    Explain,
    /// Compute a change and do not make it.
    DryRun,
    /// An action of the host's own.
    Host(HostAction),
}

impl Action {
    /// The action with this id, of OpenPass's own.
    #[must_use]
    pub fn named(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == id)
    }

    /// Every action of OpenPass.
    pub const ALL: [Self; 29] = [
        Self::WidenAgent,
        Self::NarrowAgent,
        Self::AddAgent,
        Self::AddRestrictedAgent,
        Self::RemoveAgent,
        Self::CreateToken,
        Self::RotateToken,
        Self::RevokeToken,
        Self::SetAuthMethod,
        Self::RotatePassphrase,
        Self::ChangeRecipients,
        Self::ChangeDevices,
        Self::ApplyPolicy,
        Self::RemovePolicy,
        Self::ChangeGuardSettings,
        Self::AcceptDrift,
        Self::Restore,
        Self::RestoreNarrower,
        Self::ResetGuardSettings,
        Self::SetLogAside,
        Self::RotateLogKey,
        Self::ChangeAuditSettings,
        Self::SetConfigKey,
        Self::SetRoutineConfigKey,
        Self::List,
        Self::Show,
        Self::Status,
        Self::Explain,
        Self::DryRun,
    ];

    /// The action's id in policy, such as `widenAgent`; with its namespace when
    /// it is a host's own, such as `Backup::restore`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WidenAgent => "widenAgent",
            Self::NarrowAgent => "narrowAgent",
            Self::AddAgent => "addAgent",
            Self::AddRestrictedAgent => "addRestrictedAgent",
            Self::RemoveAgent => "removeAgent",
            Self::CreateToken => "createToken",
            Self::RotateToken => "rotateToken",
            Self::RevokeToken => "revokeToken",
            Self::SetAuthMethod => "setAuthMethod",
            Self::RotatePassphrase => "rotatePassphrase",
            Self::ChangeRecipients => "changeRecipients",
            Self::ChangeDevices => "changeDevices",
            Self::ApplyPolicy => "applyPolicy",
            Self::RemovePolicy => "removePolicy",
            Self::ChangeGuardSettings => "changeGuardSettings",
            Self::AcceptDrift => "acceptDrift",
            Self::Restore => "restore",
            Self::RestoreNarrower => "restoreNarrower",
            Self::ResetGuardSettings => "resetGuardSettings",
            Self::SetLogAside => "setLogAside",
            Self::RotateLogKey => "rotateLogKey",
            Self::ChangeAuditSettings => "changeAuditSettings",
            Self::SetConfigKey => "setConfigKey",
            Self::SetRoutineConfigKey => "setRoutineConfigKey",
            Self::List => "list",
            Self::Show => "show",
            Self::Status => "status",
            Self::Explain => "explain",
            Self::DryRun => "dryRun",
            Self::Host(action) => action.id(),
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Action {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
