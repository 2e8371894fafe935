//! `openpass guard …`, `audit …`, `approve` and `deny`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use openpass_vault::Change;

use super::{PromptFlags, time::since};

#[derive(Debug, Subcommand)]
pub(crate) enum GuardCommand {
    /// Show what the guard asks for, and what was changed outside it
    Status,
    /// Change one of the guard's settings
    Set {
        /// step-up, unattended, timeout, pinentry, unenforced-yaml, passphrase-every or seal
        key: String,
        /// The value, or `default`
        value: String,
        #[command(flatten)]
        flags: PromptFlags,
    },
    /// Accept what was changed outside the guard
    Accept {
        /// Accept only the present identity.age, in place of the pinned one
        #[arg(long)]
        identity: bool,
        /// Accept only the present identity.age, by the old passphrase and this
        /// older identity.age
        #[arg(long, value_name = "FILE")]
        old_identity: Option<PathBuf>,
        #[command(flatten)]
        flags: PromptFlags,
    },
    /// Seal what is approved, by your signature, and show what that adopts
    Seal {
        #[command(flatten)]
        flags: PromptFlags,
    },
    /// Repair: put back on disk what was approved, whatever was done to it
    Restore {
        #[command(flatten)]
        flags: PromptFlags,
    },
    /// Repair: put every setting of the guard back to its default
    Reset {
        #[command(flatten)]
        flags: PromptFlags,
    },
    /// Repair: keep a damaged log under another name, and begin a new one
    SetLogAside {
        #[command(flatten)]
        flags: PromptFlags,
    },
}

impl GuardCommand {
    /// Returns the change that the command asks for; `None` for `status`. The command
    /// itself uses it, and so does `policy explain`.
    pub(crate) fn change(&self) -> Option<(Change, &PromptFlags)> {
        Some(match self {
            Self::Status => return None,
            Self::Set { key, value, flags } => {
                let change = Change::SetGuard {
                    key: key.replace('-', "_"),
                    value: (value != "default").then(|| value.clone()),
                };
                (change, flags)
            }
            Self::Accept {
                identity,
                old_identity,
                flags,
            } if *identity || old_identity.is_some() => (Change::AcceptIdentity {}, flags),
            Self::Accept { flags, .. } => (Change::AcceptDrift {}, flags),
            Self::Seal { flags } => (Change::Seal {}, flags),
            Self::Restore { flags } => (Change::Restore {}, flags),
            Self::Reset { flags } => (Change::ResetSettings {}, flags),
            Self::SetLogAside { flags } => (Change::SetLogAside {}, flags),
        })
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// List what was done and refused, one line each
    List(ListLog),
    /// Print the number and the seal of what is approved, for you to note elsewhere
    Head,
    /// Check that the log is what was written, and has every seal that the system's log has
    Verify {
        /// Verify only the approvers' signatures, and by this JWK set alone
        #[arg(long, value_name = "FILE")]
        keys: Option<PathBuf>,
        /// Check only whether the history has this seal, which you noted before
        #[arg(long, value_name = "SEAL", conflicts_with = "keys")]
        head: Option<String>,
    },
    /// Write what approvers signed, one line each, or their public keys
    Export {
        /// jws: of the passphrase and Touch ID; webauthn: of security keys; jwks: the keys
        #[arg(long, value_enum)]
        format: ExportFormat,
    },
    /// Give the log a new key, and close its present files as they are
    RotateKey {
        #[command(flatten)]
        flags: PromptFlags,
    },
}

impl Audit {
    /// Returns the change that the command asks for and the flags that say how to ask;
    /// `None` where the command changes nothing.
    pub(crate) const fn change(&self) -> Option<(Change, &PromptFlags)> {
        match self {
            Self::List(_) | Self::Head | Self::Verify { .. } | Self::Export { .. } => None,
            Self::RotateKey { flags } => Some((Change::RotateLogKey {}, flags)),
        }
    }
}

/// The part of the signatures that `audit export` writes, and its format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ExportFormat {
    /// Compact JSON Web Signatures (RFC 7515)
    Jws,
    /// Web Authentication responses, as JSON
    Webauthn,
    /// A JWK set (RFC 7517)
    Jwks,
}

#[derive(Debug, Args)]
pub(crate) struct ListLog {
    /// The earliest time to list: a time (2026-11-26, "2026-11-26 14:30"), or how
    /// long ago (2h, 1d12h)
    #[arg(long, value_name = "WHEN", value_parser = since)]
    pub(crate) since: Option<jiff::Timestamp>,
    /// Only the last N
    #[arg(long, value_name = "N")]
    pub(crate) last: Option<usize>,
    /// Only the lines on what this agent asked for, or what was done to it
    #[arg(long, value_name = "NAME")]
    pub(crate) agent: Option<String>,
    /// Only this kind of change, such as widenAgent
    #[arg(long, value_name = "ACTION")]
    pub(crate) action: Option<String>,
    /// Also print new lines until ^C; with JSON, one document a line
    #[arg(long, short)]
    pub(crate) follow: bool,
    /// Show every field, and everything else that is known of each line
    #[arg(long)]
    pub(crate) details: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Approve {
    /// The request's code; without it, what waits is listed, the newest first
    pub(crate) code: Option<String>,
    /// Show each request as it comes, and ask about one after the other, until ^C
    #[arg(long, conflicts_with_all = ["code", "dry_run", "yes"])]
    pub(crate) watch: bool,
    #[command(flatten)]
    pub(crate) flags: PromptFlags,
}

#[derive(Debug, Args)]
pub(crate) struct Deny {
    /// The request's code
    pub(crate) code: String,
    /// The reason for the denial; it goes on the guard log, and to the agent
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// Show the request, and leave it waiting
    #[arg(long)]
    pub(crate) dry_run: bool,
}
