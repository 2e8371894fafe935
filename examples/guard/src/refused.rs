//! A failure, as an agent is told of it.

use openpass_mcp_guard::{Code, Refused, Words};
use openpass_vault::{DoorError, VaultError};

use crate::{failure::Failure, proxy};

/// The start of every command.
const COMMAND: &str = "`openpass";

impl Refused for Failure {
    fn code(&self) -> Code {
        match self {
            Self::Door(DoorError::Refused(refusal)) => refusal.code(),
            Self::Door(DoorError::Vault(error)) | Self::Vault(error) => of_vault(error),
            Self::NotWorkedOut(_) => Code::InvalidArguments,
            Self::Door(_) | Self::Tools { .. } => Code::PolicyBroken,
            _ => Code::Internal,
        }
    }

    fn words(&self) -> Words {
        Words::split(
            &self.to_string(),
            COMMAND,
            "the person has to see to the policy folder",
        )
    }

    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Door(DoorError::Refused(refusal)) => refusal.retry_after(),
            _ => self.code().retry_after(),
        }
    }

    fn policies(&self) -> Vec<String> {
        match self {
            Self::Door(DoorError::Refused(refusal)) => refusal.policies(),
            _ => Vec::new(),
        }
    }
}

/// The refusal that a client of the proxy gets.
pub(crate) fn of_call(failure: &Failure) -> proxy::Refused {
    let words = failure.words();
    proxy::Refused::new(failure.code().as_str().to_owned(), words.message)
        .telling_the_person(words.for_the_person)
        .retry_after(failure.retry_after())
        .by_policies(failure.policies())
}

fn of_vault(error: &VaultError) -> Code {
    match error {
        VaultError::BearerRefused { .. } | VaultError::NoBearer { .. } => {
            Code::host("token_refused")
        }
        VaultError::ToolNotOpen { .. } => Code::host("tool_not_open"),
        VaultError::UnknownAgent { .. } => Code::NotFound,
        VaultError::Conflict | VaultError::Grant(_) => Code::Conflict,
        VaultError::Busy => Code::Busy,
        VaultError::TooManyPending { .. } | VaultError::TooManyOfAgent { .. } => Code::QueueFull,
        VaultError::NotRecorded(_) => Code::NotRecorded,
        VaultError::Policies(_)
        | VaultError::BrokenPolicy { .. }
        | VaultError::PoliciesGone { .. }
        | VaultError::PoliciesLost { .. }
        | VaultError::PoliciesUnusable => Code::PolicyBroken,
        _ => Code::host("vault_broken"),
    }
}
