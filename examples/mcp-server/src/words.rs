//! The words that the model is told, and the words that are for the person
//! alone.
//!
//! A model that is told a command may run it. So the words of a refusal name
//! tools and arguments; commands are in a field of their own.

use std::time::Duration;

use openpass_auth::AuthError;
use openpass_policy::Refusal;
use openpass_vault::VaultError;

use crate::failure::{Code, Failure};

/// The start of every command.
const COMMAND: &str = "`openpass ";
/// The advice to a person whose own policy says no.
const REPAIR: &str = "If the policy is a mistake, you can always take it away in a terminal of \
                      your own: `openpass policy remove ID`, with the id of the policy";

/// A failure in words.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) message: String,
    pub(crate) for_the_person: Option<String>,
}

impl Words {
    pub(crate) fn of(failure: &Failure) -> Self {
        match failure {
            Failure::Approval { command, .. } => Self {
                message: failure.to_string(),
                for_the_person: Some(command.clone()),
            },
            Failure::Refused(Refusal::Denied(denial)) if denial.by_own_policy() => Self {
                message: failure.to_string(),
                for_the_person: Some(REPAIR.to_owned()),
            },
            Failure::Vault(error) => by_tool(error).unwrap_or_else(|| split(&failure.to_string())),
            other => split(&other.to_string()),
        }
    }
}

/// The words for what the client's own tools can see to.
fn by_tool(error: &VaultError) -> Option<Words> {
    let message = match error {
        VaultError::UnknownAgent { name } => {
            format!("there is no agent {name}; `list_agents` shows which there are")
        }
        VaultError::UnknownToken { id } => {
            format!("there is no token {id}; `list_tokens` shows which there are")
        }
        VaultError::NoLiveToken { agent, .. } => {
            format!("agent {agent} has no live token, so there is none to replace")
        }
        _ => return None,
    };
    Some(Words {
        message,
        for_the_person: None,
    })
}

/// Words up to the first command, and the whole for the person.
fn split(whole: &str) -> Words {
    let Some(at) = whole.find(COMMAND) else {
        return Words {
            message: whole.to_owned(),
            for_the_person: None,
        };
    };
    let before = whole.get(..at).unwrap_or_default();
    let end = ["; ", ": ", ". "]
        .iter()
        .filter_map(|end| before.rfind(end))
        .max();
    let said = end.and_then(|end| before.get(..end)).unwrap_or_default();
    let said = match said.trim() {
        "" => "the person has to see to the vault",
        said => said,
    };
    Words {
        message: format!("{said}. Show the person `for_the_person`"),
        for_the_person: Some(whole.to_owned()),
    }
}

/// After how many seconds another try may end otherwise.
pub(crate) fn retry_after(failure: &Failure) -> Option<u64> {
    match failure {
        Failure::Refused(refusal) => locked_out(refusal).map(|time| time.as_secs().max(1)),
        _ => match failure.code() {
            Code::Busy => Some(5),
            Code::Conflict => Some(1),
            Code::QueueFull => Some(60),
            _ => None,
        },
    }
}

fn locked_out(refusal: &Refusal) -> Option<Duration> {
    match refusal {
        Refusal::NotAuthenticated(AuthError::LockedOut { retry_after }) => *retry_after,
        Refusal::Unlogged { refusal, .. } => locked_out(refusal),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m13_a_command_is_for_the_person_alone() {
        let whole = "policies/a.cedar: it is not UTF-8; correct it with `openpass policy apply`";
        let words = split(whole);
        assert_eq!(
            words.message,
            "policies/a.cedar: it is not UTF-8. Show the person `for_the_person`"
        );
        assert_eq!(words.for_the_person.as_deref(), Some(whole));
        let plain = split("the vault is locked");
        assert_eq!(plain.message, "the vault is locked");
        assert_eq!(plain.for_the_person, None);
    }
}
