//! `openpass approver …`.

use clap::{Args, Subcommand};
use openpass_vault::Change;

use super::PromptFlags;

#[derive(Debug, Subcommand)]
pub(crate) enum ApproverCommand {
    /// List who can approve
    List,
    /// Let another key approve
    #[command(subcommand)]
    Add(AddApprover),
    /// Remove a key, so that it can no longer approve
    Remove {
        /// Its name, or the start of its key's id, as `approver list` shows them
        id: String,
        #[command(flatten)]
        flags: PromptFlags,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum AddApprover {
    /// Add the key that the passphrase derives, or correct a wrong one
    Passphrase {
        #[command(flatten)]
        flags: PromptFlags,
    },
    /// Add a key in this Mac's Secure Enclave, which signs after Touch ID
    TouchId(AddKey),
    /// Add a security key: a FIDO2 key that is plugged in
    SecurityKey(AddKey),
}

#[derive(Debug, Args)]
pub(crate) struct AddKey {
    /// A label for the key
    #[arg(long, value_name = "NAME", default_value = "")]
    pub(crate) label: String,
    /// The approver that it replaces
    #[arg(long, value_name = "NAME")]
    pub(crate) replace: Option<String>,
    #[command(flatten)]
    pub(crate) flags: PromptFlags,
}

impl ApproverCommand {
    /// Returns the change that the command asks for; `None` where it asks for
    /// none, or where the command line does not say all of the change.
    pub(crate) fn change(&self) -> Option<(Change, &PromptFlags)> {
        match self {
            Self::List | Self::Add(AddApprover::TouchId(_) | AddApprover::SecurityKey(_)) => None,
            Self::Add(AddApprover::Passphrase { flags }) => Some((Change::RenewApprover {}, flags)),
            Self::Remove { id, flags } => {
                let id = id.clone();
                Some((Change::RemoveApprover { id }, flags))
            }
        }
    }
}
