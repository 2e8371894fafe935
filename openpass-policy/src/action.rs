//! The names of the operations.

use core::fmt;

use serde::{Serialize, Serializer};

use crate::{
    HostAction,
    catalogue::{self, Group, Row},
};

/// Declares the actions, each with its id and its row in the catalogue.
macro_rules! actions {
    ($( $(#[$doc:meta])* $action:ident = $id:literal: $room:ident::$row:ident, )+) => {
        /// An action: what is done, by its effect and not by the command that
        /// asked.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Action {
            $( $(#[$doc])* $action, )+
            /// An action of the host's own.
            Host(HostAction),
        }

        impl Action {
            /// Every action of OpenPass.
            pub const ALL: [Self; [$($id),+].len()] = [$(Self::$action),+];

            /// The action's id in policy, such as `widenAgent`; with its namespace
            /// when it is a host's own, such as `Backup::restore`.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$action => $id, )+
                    Self::Host(action) => action.id(),
                }
            }

            /// The id, for one of OpenPass's.
            #[cfg(feature = "author")]
            pub(crate) const fn shipped_id(&self) -> &'static str {
                match self {
                    $( Self::$action => $id, )+
                    Self::Host(_) => "",
                }
            }

            /// Returns what the catalogue says of the action; `None` for a host's own
            /// action.
            pub(crate) const fn row(&self) -> Option<&'static Row> {
                match self {
                    $( Self::$action => Some(&catalogue::$room::$row), )+
                    Self::Host(_) => None,
                }
            }
        }
    };
}

actions! {
    /// Change an agent's profile so that any field gives more power.
    WidenAgent = "widenAgent": agents::WIDEN,
    /// Change an agent's profile so that no field gives more power.
    NarrowAgent = "narrowAgent": agents::NARROW,
    /// Add an agent above the lowest tier, or with any power of its own.
    AddAgent = "addAgent": agents::ADD,
    /// Add an agent on the lowest tier, without any power of its own.
    AddRestrictedAgent = "addRestrictedAgent": agents::ADD_RESTRICTED,
    /// Remove an agent's profile.
    RemoveAgent = "removeAgent": agents::REMOVE,
    /// Issue an access token.
    CreateToken = "createToken": tokens::CREATE,
    /// Replace an agent's access tokens.
    RotateToken = "rotateToken": tokens::ROTATE,
    /// Revoke an access token.
    RevokeToken = "revokeToken": tokens::REVOKE,
    /// Change how the vault is unlocked, either way.
    SetAuthMethod = "setAuthMethod": credentials::SET_AUTH_METHOD,
    /// Replace the passphrase.
    RotatePassphrase = "rotatePassphrase": credentials::ROTATE_PASSPHRASE,
    /// Change who can decrypt.
    ChangeRecipients = "changeRecipients": credentials::CHANGE_RECIPIENTS,
    /// Change which devices take part.
    ChangeDevices = "changeDevices": credentials::CHANGE_DEVICES,
    /// Let another approver sign for the person.
    AddApprover = "addApprover": approvers::ADD,
    /// Put an approver in the place of another.
    ReplaceApprover = "replaceApprover": approvers::REPLACE,
    /// Remove an approver.
    RemoveApprover = "removeApprover": approvers::REMOVE,
    /// Enrol the passphrase's approver anew.
    RenewApprover = "renewApprover": approvers::RENEW,
    /// Add or replace a policy file.
    ApplyPolicy = "applyPolicy": guardrails::APPLY_POLICY,
    /// Remove a policy file.
    RemovePolicy = "removePolicy": guardrails::REMOVE_POLICY,
    /// Change the guard's settings.
    ChangeGuardSettings = "changeGuardSettings": guardrails::CHANGE_GUARD_SETTINGS,
    /// Accept what was changed outside the guard.
    AcceptDrift = "acceptDrift": guardrails::ACCEPT_DRIFT,
    /// Put the approved state back on disk, so that any field gives power.
    Restore = "restore": guardrails::RESTORE,
    /// Put the approved state back on disk, so that no field gives power.
    RestoreNarrower = "restoreNarrower": guardrails::RESTORE_NARROWER,
    /// Reset the guard's settings to the defaults.
    ResetGuardSettings = "resetGuardSettings": guardrails::RESET_GUARD_SETTINGS,
    /// Set a damaged log, or a damaged seal, aside.
    SetLogAside = "setLogAside": guardrails::SET_LOG_ASIDE,
    /// Give the guard's log another key.
    RotateLogKey = "rotateLogKey": guardrails::ROTATE_LOG_KEY,
    /// Seal the approved state.
    SealState = "sealState": guardrails::SEAL_STATE,
    /// Change the audit settings.
    ChangeAuditSettings = "changeAuditSettings": config::CHANGE_AUDIT_SETTINGS,
    /// Set a configuration key that has no action of its own.
    SetConfigKey = "setConfigKey": config::SET_CONFIG_KEY,
    /// Set a configuration key of the closed, harmless list.
    SetRoutineConfigKey = "setRoutineConfigKey": config::SET_ROUTINE_CONFIG_KEY,
    /// List what there is.
    List = "list": looks::LIST,
    /// Show one thing.
    Show = "show": looks::SHOW,
    /// Say how things are.
    Status = "status": looks::STATUS,
    /// Say what a change would take.
    Explain = "explain": looks::EXPLAIN,
    /// Compute a change and do not make it.
    DryRun = "dryRun": looks::DRY_RUN,
}

impl Action {
    /// The action with this id, of OpenPass's own.
    #[must_use]
    pub fn named(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == id)
    }

    /// Whether this puts the guard right again. When the person asks for it at
    /// the command line, only the shipped policies decide.
    #[must_use]
    pub fn is_repair(&self) -> bool {
        self.is_in(Group::Repair)
    }

    /// Every action that [is repair](Self::is_repair).
    pub fn repairs() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(Self::is_repair)
    }

    /// Whether it changes nothing.
    #[must_use]
    pub fn is_look(&self) -> bool {
        self.is_in(Group::Routine) && !self.is_in(Group::Config)
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
