//! `openpass auth …` and `openpass config …`.

use clap::{Args, Subcommand};
use openpass_policy::AuthMethod;
use openpass_vault::{Change, parse_auth_method};

use super::PromptFlags;

#[derive(Debug, Subcommand)]
pub(crate) enum Auth {
    /// Show how the vault is unlocked, and who can be asked now
    Status,
    /// Set how the vault is unlocked
    Set {
        /// passphrase, or touchid where Touch ID can ask
        #[arg(value_parser = auth_method)]
        method: AuthMethod,
        #[command(flatten)]
        flags: PromptFlags,
    },
    /// Replace the passphrase
    RotatePassphrase(RotatePassphrase),
}

impl Auth {
    /// Returns the change that the command asks for. `auth rotate-passphrase`
    /// has none, because a new passphrase is no change before it is chosen.
    pub(crate) fn change(&self) -> Option<(Change, &PromptFlags)> {
        match self {
            Self::Set { method, flags } => Some((Change::SetAuthMethod { method: *method }, flags)),
            Self::Status | Self::RotatePassphrase(_) => None,
        }
    }
}

impl Config {
    /// Returns the change that the command asks for; `None` where it only
    /// reads. The command itself uses it, and so does `policy explain`.
    pub(crate) fn change(&self) -> Option<(Change, &PromptFlags)> {
        match self {
            Self::Set { key, value, flags } => {
                let change = Change::SetConfigKey {
                    key: key.clone(),
                    value: value.clone(),
                };
                Some((change, flags))
            }
            Self::Get { .. } | Self::Validate => None,
        }
    }
}

fn auth_method(name: &str) -> Result<AuthMethod, &'static str> {
    parse_auth_method(name).ok_or("choose passphrase or touchid")
}

#[derive(Debug, Args)]
pub(crate) struct RotatePassphrase {
    /// With --passphrase-fd: read the new passphrase from this file
    /// descriptor, which is above 2 and not a terminal
    #[arg(long, value_name = "N", requires = "passphrase_fd")]
    pub(crate) new_passphrase_fd: Option<u32>,
    #[command(flatten)]
    pub(crate) flags: PromptFlags,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Print a key's value; without a key, all values
    Get {
        /// The key, with dots between its parts
        key: Option<String>,
    },
    /// Set a key
    Set {
        /// The key, with dots between its parts
        key: String,
        /// The value; separate list items with commas
        value: String,
        #[command(flatten)]
        flags: PromptFlags,
    },
    /// Show what the product would not load, or not as you meant it
    Validate,
}
