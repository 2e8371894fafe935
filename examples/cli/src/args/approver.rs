//! `openpass approver …`.

use clap::Subcommand;
use openpass_vault::Change;

use super::PromptFlags;

#[derive(Debug, Subcommand)]
pub(crate) enum ApproverCommand {
    /// List who can approve
    List,
    /// Let another key approve
    #[command(subcommand)]
    Add(AddApprover),
    /// Let a key approve no longer
    Remove {
        /// Its name, or the start of its key's id, as `approver list` has them
        id: String,
        #[command(flatten)]
        flags: PromptFlags,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum AddApprover {
    /// The key that the passphrase derives; also puts a wrong one right
    Passphrase {
        #[command(flatten)]
        flags: PromptFlags,
    },
}

impl ApproverCommand {
    /// What it asks for, as far as the command line says it.
    pub(crate) fn change(&self) -> Option<(Change, &PromptFlags)> {
        match self {
            Self::List => None,
            Self::Add(AddApprover::Passphrase { flags }) => Some((Change::RenewApprover {}, flags)),
            Self::Remove { id, flags } => {
                let id = id.clone();
                Some((Change::RemoveApprover { id }, flags))
            }
        }
    }
}
