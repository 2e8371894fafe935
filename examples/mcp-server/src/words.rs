//! The words that the model is told, and the words that are for the person
//! alone.
//!
//! A model that is told a command may run it. So the words of a refusal name
//! tools and arguments; commands are in a field of their own.

use openpass_mcp_guard::Words;
use openpass_policy::Refusal;
use openpass_vault::VaultError;

use crate::failure::Failure;

/// The start of every command.
const COMMAND: &str = "`openpass ";
/// The advice to a person whose own policy says no.
const REPAIR: &str = "If the policy is a mistake, you can always take it away in a terminal of \
                      your own: `openpass policy remove ID`, with the id of the policy";

/// A failure in words.
pub(crate) fn of(failure: &Failure) -> Words {
    let whole = failure.to_string();
    match failure {
        Failure::Approval { command, .. } => Words::new(whole).and_for_the_person(command),
        Failure::Refused(Refusal::Denied(denial)) if denial.by_own_policy() => {
            Words::new(whole).and_for_the_person(REPAIR)
        }
        Failure::Vault(error) => by_tool(error).unwrap_or_else(|| split(&whole)),
        _ => split(&whole),
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
    Some(Words::new(message))
}

/// Words up to the first command, and the whole for the person.
fn split(whole: &str) -> Words {
    Words::split(whole, COMMAND, "the person has to see to the vault")
}
