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
    /// A key in this Mac's Secure Enclave, which Touch ID lets sign
    TouchId(AddKey),
    /// A security key: a FIDO2 key that is plugged in
    SecurityKey(AddKey),
}

#[derive(Debug, Args)]
pub(crate) struct AddKey {
    /// A label for the key
    #[arg(long, value_name = "NAME", default_value = "")]
    pub(crate) label: String,
    /// Put it in the place of this approver
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
