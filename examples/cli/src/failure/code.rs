//! The exit codes, and the failures that end with each of them.

use openpass_auth::AuthError;
use openpass_policy::Refusal;
use openpass_vault::VaultError;

/// The exit codes. They are part of the command's interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    Usage = 1,
    NotFound = 2,
    NoVault = 3,
    Denied = 5,
    Broken = 6,
    NotAuthenticated = 10,
    NobodyToAsk = 11,
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

impl Code {
    /// The exit code by which a shell reports a program that ended by SIGPIPE.
    pub(super) const SIGPIPE: u8 = 128 + 13;
}

pub(super) const fn vault_code(error: &VaultError) -> Code {
    match error {
        VaultError::NoVault { .. } | VaultError::HalfVault { .. } | VaultError::NoHome => {
            Code::NoVault
        }
        VaultError::UnknownAgent { .. }
        | VaultError::BuiltInAgent { .. }
        | VaultError::UnknownProfile { .. }
        | VaultError::UnknownToken { .. }
        | VaultError::NoLiveToken { .. }
        | VaultError::UnknownPolicy { .. }
        | VaultError::NoSuchApprover { .. }
        | VaultError::UnknownPending { .. } => Code::NotFound,
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
        | VaultError::Policies(_) => Code::Broken,
        VaultError::OtherIdentity { .. }
        | VaultError::PassphraseDue { .. }
        | VaultError::NotSigned => Code::NotAuthenticated,
        VaultError::Conflict | VaultError::Grant(_) => Code::Conflict,
        VaultError::NoTouchId(_) => Code::NobodyToAsk,
        VaultError::Unwritable { .. }
        | VaultError::NotRecorded(_)
        | VaultError::OutcomeNotRecorded(_)
        | VaultError::HalfDone { .. }
        | VaultError::Unsettled(_) => Code::NotWritten,
        VaultError::Busy => Code::Busy,
        VaultError::AgentExists { .. }
        | VaultError::AlreadyThere { .. }
        | VaultError::SameName { .. } => Code::Taken,
        _ => Code::Usage,
    }
}

pub(super) const fn refusal_code(refusal: &Refusal) -> Code {
    match refusal {
        Refusal::Denied(_) | Refusal::Malformed(_) => Code::Denied,
        Refusal::NotAuthenticated(error) => auth_code(error),
        Refusal::NotRecorded(_) => Code::NotWritten,
        Refusal::Unlogged { refusal, .. } => refusal_code(refusal),
    }
}

pub(super) const fn auth_code(error: &AuthError) -> Code {
    match error {
        AuthError::Unavailable(_) => Code::NobodyToAsk,
        AuthError::Rejected { .. }
        | AuthError::Cancelled(_)
        | AuthError::TimedOut
        | AuthError::LockedOut { .. }
        | AuthError::Backend(_) => Code::NotAuthenticated,
    }
}
