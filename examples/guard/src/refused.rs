//! A failure, as an agent is told of it.

use openpass_mcp_guard::{Code, Words};
use openpass_policy::Refusal;
use openpass_vault::{DoorError, VaultError};

use crate::{failure::Failure, proxy::Refused};

/// The start of every command.
const COMMAND: &str = "`openpass";

/// The refusal that a client gets.
pub(crate) fn refused(failure: &Failure) -> Refused {
    let (code, policies, retry) = match failure {
        Failure::Door(DoorError::Refused(refusal)) => {
            (Code::of_refusal(refusal), policies(refusal), retry_after(refusal))
        }
        Failure::Door(DoorError::Vault(error)) | Failure::Vault(error) => {
            let code = of_vault(error);
            let retry = code.retry_after();
            (code, Vec::new(), retry)
        }
        Failure::NotWorkedOut(_) => (Code::InvalidArguments, Vec::new(), None),
        Failure::Door(_) | Failure::Tools { .. } => (Code::PolicyBroken, Vec::new(), None),
        _ => (Code::Internal, Vec::new(), None),
    };
    let words = words(failure);
    Refused::new(code.as_str().to_owned(), words.message)
        .telling_the_person(words.for_the_person)
        .retry_after(retry)
        .by_policies(policies)
}

/// The words for the model, and those for the person alone.
pub(crate) fn words(failure: &Failure) -> Words {
    Words::split(
        &failure.to_string(),
        COMMAND,
        "the person has to see to the policy folder",
    )
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

fn policies(refusal: &Refusal) -> Vec<String> {
    match refusal {
        Refusal::Denied(denial) => denial.policies().iter().map(ToString::to_string).collect(),
        Refusal::Unlogged { refusal, .. } => policies(refusal),
        _ => Vec::new(),
    }
}

fn retry_after(refusal: &Refusal) -> Option<u64> {
    openpass_mcp_guard::retry_after(refusal)
}
