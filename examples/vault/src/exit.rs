//! The exit codes of the commands, and the failures that end with each of them.

use openpass_auth::AuthError;
use openpass_auth_passphrase::NewPassphraseError;
use openpass_policy::Refusal;

use crate::{DoorError, VaultError};

/// The exit codes. They are part of the commands' interface, and the same for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new code must break the builds that document the codes"
)]
pub enum Exit {
    /// The flags do not fit, or what they ask for cannot be.
    Usage = 1,
    /// There is no such thing.
    NotFound = 2,
    /// There is no vault.
    NoVault = 3,
    /// Policy says no.
    Denied = 5,
    /// A file of the vault is broken.
    Broken = 6,
    /// Nobody proved that they are there.
    NotAuthenticated = 10,
    /// Nobody could be asked.
    NobodyToAsk = 11,
    /// The vault changed meanwhile, or the approval expired.
    Conflict = 12,
    /// A person can decide on it still.
    Waits = 13,
    /// The disk did not take what had to be written.
    NotWritten = 14,
    /// Another program is at it.
    Busy = 15,
    /// There is one of that name.
    Taken = 16,
    /// The log that was followed is another.
    LogGone = 17,
}

impl Exit {
    /// The exit code by which a shell reports a program that ended by SIGPIPE.
    pub const SIGPIPE: u8 = 128 + 13;

    /// The code of an error of the vault.
    #[must_use]
    pub const fn of_vault(error: &VaultError) -> Self {
        match error {
            VaultError::NoVault { .. } | VaultError::HalfVault { .. } | VaultError::NoHome => {
                Self::NoVault
            }
            VaultError::UnknownAgent { .. }
            | VaultError::BuiltInAgent { .. }
            | VaultError::UnknownProfile { .. }
            | VaultError::UnknownToken { .. }
            | VaultError::NoLiveToken { .. }
            | VaultError::UnknownPolicy { .. }
            | VaultError::NoSuchApprover { .. }
            | VaultError::UnknownPending { .. } => Self::NotFound,
            VaultError::Unreadable { .. }
            | VaultError::NotAFile { .. }
            | VaultError::NotAFolder { .. }
            | VaultError::TooLarge { .. }
            | VaultError::NotPrivate { .. }
            | VaultError::Identity(_)
            | VaultError::Yaml { .. }
            | VaultError::NotLoaded { .. }
            | VaultError::Registry { .. }
            | VaultError::BrokenPolicy { .. }
            | VaultError::UnenforcedRules { .. }
            | VaultError::Untrusted { .. }
            | VaultError::PoliciesGone { .. }
            | VaultError::PoliciesLost { .. }
            | VaultError::PoliciesUnusable
            | VaultError::AcceptPoliciesFirst
            | VaultError::BrokenPending { .. }
            | VaultError::Policies(_) => Self::Broken,
            VaultError::OtherIdentity { .. }
            | VaultError::PassphraseDue { .. }
            | VaultError::NotSigned => Self::NotAuthenticated,
            VaultError::Conflict | VaultError::Grant(_) => Self::Conflict,
            VaultError::NoTouchId(_) => Self::NobodyToAsk,
            VaultError::Unwritable { .. }
            | VaultError::NotRecorded(_)
            | VaultError::OutcomeNotRecorded(_)
            | VaultError::DenialNotRecorded(_)
            | VaultError::HalfDone { .. }
            | VaultError::NotSynced { .. }
            | VaultError::Unsettled(_) => Self::NotWritten,
            VaultError::Busy => Self::Busy,
            VaultError::AgentExists { .. }
            | VaultError::AlreadyThere { .. }
            | VaultError::SameName { .. } => Self::Taken,
            _ => Self::Usage,
        }
    }

    /// The code of a refusal of the guard.
    #[must_use]
    pub const fn of_refusal(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::Denied(_) | Refusal::Malformed(_) => Self::Denied,
            Refusal::NotAuthenticated(error) => Self::of_prompt(error),
            Refusal::NotRecorded(_) => Self::NotWritten,
            Refusal::Unlogged { refusal, .. } => Self::of_refusal(refusal),
        }
    }

    /// The code of a prompt that nobody answered as it takes.
    #[must_use]
    pub const fn of_prompt(error: &AuthError) -> Self {
        match error {
            AuthError::Unavailable(_) => Self::NobodyToAsk,
            AuthError::Rejected { .. }
            | AuthError::Cancelled(_)
            | AuthError::TimedOut
            | AuthError::LockedOut { .. }
            | AuthError::Backend(_) => Self::NotAuthenticated,
        }
    }

    /// The code of an error of the door.
    #[must_use]
    pub const fn of_door(error: &DoorError) -> Self {
        match error {
            DoorError::Refused(refusal) => Self::of_refusal(refusal),
            DoorError::Vault(error) => Self::of_vault(error),
            DoorError::Policy(_) | DoorError::Identity(_) | DoorError::Pinentry(_) => Self::Broken,
            _ => Self::Usage,
        }
    }

    /// The code where no new passphrase was chosen.
    #[must_use]
    pub const fn of_new_passphrase(error: &NewPassphraseError) -> Self {
        match error {
            NewPassphraseError::NotAnswered(error) => Self::of_prompt(error),
            _ => Self::Usage,
        }
    }
}
