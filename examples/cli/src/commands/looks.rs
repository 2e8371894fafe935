//! The looks by which policy decides on each command that only reads.

use openpass_vault::Look;

use super::policy::args::Policy;
use crate::args::{Agent, ApproverCommand, Audit, Auth, Command, Config, GuardCommand, Token};

/// The look that `command` takes. `None` where it changes something, which is
/// decided on for itself, or where it opens no vault.
///
/// INVARIANT (every read is decided): a new command does not compile until it
/// says here what it is.
pub(super) const fn of(command: &Command) -> Option<Look> {
    match command {
        Command::Init(_) | Command::Demo | Command::Completions { .. } | Command::Man { .. } => {
            None
        }
        Command::Agent(agent) => of_agent(agent),
        Command::Auth(Auth::Status) => Some(Look::Status),
        Command::Auth(Auth::Set { .. } | Auth::RotatePassphrase(_)) => None,
        Command::Config(Config::Get { .. } | Config::Validate) => Some(Look::Show),
        Command::Config(Config::Set { .. }) => None,
        Command::Policy(policy) => of_policy(policy),
        Command::Guard(GuardCommand::Status) => Some(Look::Status),
        Command::Guard(
            GuardCommand::Set { .. }
            | GuardCommand::Accept { .. }
            | GuardCommand::Seal { .. }
            | GuardCommand::Restore { .. }
            | GuardCommand::Reset { .. }
            | GuardCommand::SetLogAside { .. },
        ) => None,
        Command::Approver(ApproverCommand::List) => Some(Look::List),
        Command::Approver(ApproverCommand::Add(_) | ApproverCommand::Remove { .. }) => None,
        Command::Audit(Audit::List(_) | Audit::Export { .. }) => Some(Look::Show),
        Command::Audit(Audit::Head | Audit::Verify { .. }) => Some(Look::Status),
        Command::Audit(Audit::RotateKey { .. }) => None,
        Command::Approve(approve) if approve.code.is_none() => Some(Look::List),
        Command::Approve(_) | Command::Deny(_) => None,
    }
}

/// Whether `command` is a change that its user asks for themselves. A request
/// that waits is an agent's.
pub(super) const fn is_own_change(command: &Command) -> bool {
    !matches!(command, Command::Approve(_) | Command::Deny(_)) && of(command).is_none()
}

const fn of_agent(agent: &Agent) -> Option<Look> {
    match agent {
        Agent::List | Agent::Token(Token::List) => Some(Look::List),
        Agent::Show { .. } => Some(Look::Show),
        Agent::Add(_) | Agent::Upgrade(_) | Agent::Profile(_) | Agent::Remove(_) => None,
        Agent::Token(Token::New { .. } | Token::Revoke { .. } | Token::Rotate { .. }) => None,
    }
}

const fn of_policy(policy: &Policy) -> Option<Look> {
    match policy {
        Policy::List => Some(Look::List),
        Policy::Check(_)
        | Policy::Explain(_)
        | Policy::Matrix(_)
        | Policy::Test(_)
        | Policy::Verify(_) => Some(Look::Explain),
        Policy::Show(_) => Some(Look::Show),
        // They open no vault.
        Policy::New(_) | Policy::Schema { .. } => None,
        Policy::Import(import) if import.apply => None,
        Policy::Import(_) => Some(Look::Explain),
        Policy::Apply { .. } | Policy::Remove { .. } => None,
    }
}
