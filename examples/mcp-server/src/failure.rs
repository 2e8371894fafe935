//! Every refusal and error of a tool, with a code that stays the same.

use openpass_mcp_guard::Words;
pub use openpass_mcp_guard::{Code, Refused, Stopped};
use openpass_policy::{PolicyLoadError, Refusal};
use openpass_vault::{DoorError, VaultError};

use crate::words;

/// The codes that only a server of a vault has. They are part of the server's interface,
/// as all of [`Code`] are.
pub(crate) mod codes {
    use super::Code;

    /// It is so already.
    pub(crate) const NOTHING_TO_CHANGE: Code = Code::host("nothing_to_change");
    /// The token that the server was started with opens nothing any more.
    pub(crate) const TOKEN_REFUSED: Code = Code::host("token_refused");
    /// The token that the server was started with does not open this tool.
    pub(crate) const TOOL_NOT_OPEN: Code = Code::host("tool_not_open");
    /// A file of the vault is broken or cannot be read or written.
    pub(crate) const VAULT_BROKEN: Code = Code::host("vault_broken");
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
    /// It came to nothing for a reason of its own.
    #[error("{0}")]
    Stopped(#[from] Stopped),
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
    /// The server broke, as `error` says.
    pub(crate) fn broke(error: impl ToString) -> Self {
        Stopped::Broke(error.to_string()).into()
    }
}

impl Refused for Failure {
    fn code(&self) -> Code {
        match self {
            Self::Arguments(_) => Code::InvalidArguments,
            Self::NotFound(_) => Code::NotFound,
            Self::Refused(refusal) => refusal.code(),
            Self::Approval { .. } => Code::ApprovalRequired,
            Self::Vault(error) => vault_code(error),
            Self::Policy(_) => Code::PolicyBroken,
            Self::Prompts(_) => codes::VAULT_BROKEN,
            Self::Stopped(stopped) => stopped.code(),
        }
    }

    fn words(&self) -> Words {
        words::of(self)
    }

    fn request_code(&self) -> Option<String> {
        match self {
            Self::Approval { code, .. } => Some(code.clone()),
            _ => None,
        }
    }

    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Refused(refusal) => Refused::retry_after(refusal),
            _ => self.code().retry_after(),
        }
    }

    fn policies(&self) -> Vec<String> {
        match self {
            Self::Refused(refusal) => refusal.policies(),
            _ => Vec::new(),
        }
    }
}

fn vault_code(error: &VaultError) -> Code {
    match error {
        VaultError::UnknownAgent { .. }
        | VaultError::BuiltInAgent { .. }
        | VaultError::UnknownToken { .. }
        | VaultError::NoLiveToken { .. } => Code::NotFound,
        VaultError::BearerRefused { .. } | VaultError::NoBearer { .. } => codes::TOKEN_REFUSED,
        VaultError::ToolNotOpen { .. } => codes::TOOL_NOT_OPEN,
        VaultError::AlreadyOnTier { .. } | VaultError::NothingToChange => codes::NOTHING_TO_CHANGE,
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
        _ => codes::VAULT_BROKEN,
    }
}
