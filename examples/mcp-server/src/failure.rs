//! Every refusal and error of a tool, with a code that stays the same.

use openpass_auth::{AuthError, CancelledBy, SafeText};
use openpass_policy::{PolicyLoadError, Refusal};
use openpass_vault::{DoorError, VaultError};
use schemars::JsonSchema;
use serde::Serialize;

/// The outcome of a call that was not carried out. The codes are part of the
/// server's interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Code {
    /// The arguments are not what the tool takes.
    InvalidArguments,
    /// There is no such agent, token, tool or request.
    NotFound,
    /// It is so already.
    NothingToChange,
    /// Policy says no, whatever anybody proves.
    Denied,
    /// The token that the server was started with opens nothing any more.
    TokenRefused,
    /// The token that the server was started with does not open this tool.
    ToolNotOpen,
    /// A person has to approve it in a terminal of their own.
    ApprovalRequired,
    /// Nobody could be asked, and too many requests wait already.
    QueueFull,
    /// Nobody could be asked, and no request could be left either.
    NobodyToAsk,
    /// The person's answer was wrong.
    Rejected,
    /// The person or the system called the prompt off.
    Declined,
    /// The client called it off, or is gone.
    Cancelled,
    /// Nobody answered in time.
    TimedOut,
    /// Too many failures; wait.
    LockedOut,
    /// The prompt broke.
    PromptFailed,
    /// The guard log cannot be written.
    NotRecorded,
    /// The vault changed while the person was asked, or the approval expired.
    Conflict,
    /// Another program is using the vault, or too many changes wait.
    Busy,
    /// A file of the vault is broken or cannot be read or written.
    VaultBroken,
    /// The policies do not load, or the settings want YAML rules enforced first.
    PolicyBroken,
    /// The change was made, in part or whole, and something went wrong after.
    Incomplete,
    /// The server broke.
    Internal,
}

/// The reason why a call was not carried out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The arguments are not what the tool takes.
    #[error("{0}")]
    Arguments(String),
    /// There is no such thing.
    #[error("{0}")]
    NotFound(String),
    /// The guard.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// The token does not open the tool.
    #[error("the token {token} does not open {tool}; tools/list has the tools that it opens")]
    NotOpened {
        /// The tool.
        tool: SafeText,
        /// The token's id.
        token: SafeText,
    },
    /// A person has to approve it elsewhere.
    #[error(
        "a person has to approve this: {why}. Nothing was changed. Show the person \
         `for_the_person`; then call `get_request` with this `request_code` and a `wait`"
    )]
    Approval {
        /// The request's code.
        code: String,
        /// The command that the person runs.
        command: String,
        /// The reason why nobody has decided.
        why: String,
    },
    /// The vault, or a file of it.
    #[error("{0}")]
    Vault(#[from] VaultError),
    /// The policies.
    #[error("{0}")]
    Policy(#[from] PolicyLoadError),
    /// The prompts that would ask a person cannot be put together.
    #[error("{0}; nobody was asked, and nothing was changed")]
    Prompts(DoorError),
    /// The client called it off, or is gone.
    #[error("the client cancelled it; nothing was changed")]
    Cancelled,
    /// Too many changes wait for their turn.
    #[error("too many changes wait already; nothing was changed")]
    Queued,
    /// The call's time is over.
    #[error("the call took too long; nothing was changed")]
    TooLong,
    /// The server broke.
    #[error("the server broke: {0}; nothing is known to have changed")]
    Internal(String),
}

impl From<DoorError> for Failure {
    fn from(error: DoorError) -> Self {
        match error {
            DoorError::Refused(refusal) => refusal.into(),
            DoorError::Vault(error) => error.into(),
            DoorError::Policy(error) => error.into(),
            other => Self::Prompts(other),
        }
    }
}

impl Failure {
    /// The code that stays the same.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::Arguments(_) => Code::InvalidArguments,
            Self::NotFound(_) => Code::NotFound,
            Self::Refused(refusal) => refusal_code(refusal),
            Self::NotOpened { .. } => Code::ToolNotOpen,
            Self::Approval { .. } => Code::ApprovalRequired,
            Self::Vault(error) => vault_code(error),
            Self::Policy(_) => Code::PolicyBroken,
            Self::Prompts(_) => Code::VaultBroken,
            Self::Cancelled => Code::Cancelled,
            Self::Queued => Code::Busy,
            Self::TooLong => Code::TimedOut,
            Self::Internal(_) => Code::Internal,
        }
    }

    /// The policies that denied it.
    #[must_use]
    pub fn policies(&self) -> Vec<String> {
        match self {
            Self::Refused(Refusal::Denied(denial)) => {
                denial.policies().iter().map(ToString::to_string).collect()
            }
            _ => Vec::new(),
        }
    }
}

const fn refusal_code(refusal: &Refusal) -> Code {
    match refusal {
        Refusal::Denied(_) | Refusal::Malformed(_) => Code::Denied,
        Refusal::NotAuthenticated(error) => auth_code(error),
        Refusal::NotRecorded(_) => Code::NotRecorded,
        Refusal::Unlogged { refusal, .. } => refusal_code(refusal),
    }
}

const fn auth_code(error: &AuthError) -> Code {
    match error {
        AuthError::Unavailable(_) => Code::NobodyToAsk,
        AuthError::Rejected { .. } => Code::Rejected,
        AuthError::Cancelled(CancelledBy::Host) => Code::Cancelled,
        AuthError::Cancelled(_) => Code::Declined,
        AuthError::TimedOut => Code::TimedOut,
        AuthError::LockedOut { .. } => Code::LockedOut,
        AuthError::Backend(_) => Code::PromptFailed,
    }
}

const fn vault_code(error: &VaultError) -> Code {
    match error {
        VaultError::UnknownAgent { .. }
        | VaultError::BuiltInAgent { .. }
        | VaultError::UnknownToken { .. }
        | VaultError::NoLiveToken { .. } => Code::NotFound,
        VaultError::BearerRefused { .. } | VaultError::NoBearer { .. } => Code::TokenRefused,
        VaultError::AlreadyOnTier { .. } | VaultError::NothingToChange => Code::NothingToChange,
        VaultError::BadName { .. } | VaultError::RefusedValue { .. } => Code::InvalidArguments,
        VaultError::Conflict | VaultError::Grant(_) => Code::Conflict,
        VaultError::Busy => Code::Busy,
        VaultError::TooManyPending { .. } | VaultError::TooManyOfAgent { .. } => Code::QueueFull,
        VaultError::NoTouchId(_) => Code::NobodyToAsk,
        VaultError::NotRecorded(_) => Code::NotRecorded,
        VaultError::OutcomeNotRecorded(_)
        | VaultError::NotSynced { .. }
        | VaultError::HalfDone { .. } => Code::Incomplete,
        VaultError::Policies(_)
        | VaultError::BrokenPolicy { .. }
        | VaultError::UnenforcedRules { .. }
        | VaultError::Untrusted { .. }
        | VaultError::PoliciesGone { .. }
        | VaultError::PoliciesLost { .. }
        | VaultError::PoliciesUnusable
        | VaultError::AcceptPoliciesFirst => Code::PolicyBroken,
        _ => Code::VaultBroken,
    }
}
