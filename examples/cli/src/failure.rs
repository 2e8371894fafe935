//! Every error, as what a person reads and as an exit code.

use std::{io, process::ExitCode};

use openpass_auth::AuthError;
use openpass_auth_passphrase::{NewPassphraseError, PassphraseFdError, VerifyError};
use openpass_policy::{PolicyLoadError, Refusal};
use openpass_vault::VaultError;
use serde::Serialize;

use crate::output::Output;

/// Why the command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The flags do not fit the change.
    #[error("{0}")]
    Usage(String),
    /// The vault, or a file of it.
    #[error("{0}")]
    Vault(#[from] VaultError),
    /// The policies.
    #[error("{0}")]
    Policy(#[from] PolicyLoadError),
    /// The guard.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// A question that is not the guard's, such as y/N.
    #[error("{0}")]
    NotAnswered(#[from] AuthError),
    /// identity.age cannot serve to verify a passphrase.
    #[error("identity.age: {0}")]
    Identity(#[from] VerifyError),
    /// No new passphrase was chosen.
    #[error("{0}")]
    NewPassphrase(#[from] NewPassphraseError),
    /// The file descriptor gives no passphrase.
    #[error("--passphrase-fd: {0}")]
    PassphraseFd(#[from] PassphraseFdError),
    /// Printing, or a temporary file.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// The exit codes. They are part of the command's interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    Usage = 1,
    NotFound = 2,
    NoVault = 3,
    Denied = 5,
    Broken = 6,
    NotAuthenticated = 10,
    NobodyToAsk = 11,
    Conflict = 12,
}

#[derive(Serialize)]
struct Report<'a> {
    error: &'a str,
    hint: Option<&'a str>,
    code: u8,
}

impl Failure {
    /// Says what happened and what to do next, on stderr. With `--output json`
    /// the same stands on stdout too.
    pub(crate) fn report(&self, output: &Output) -> ExitCode {
        let message = self.to_string();
        output.note(&format!("Error: {message}"));
        if let Some(hint) = self.hint() {
            output.note(&format!("Hint: {hint}"));
        }
        let code = self.code() as u8;
        if output.is_json() {
            let report = Report {
                error: &message,
                hint: self.hint(),
                code,
            };
            // The exit code says it even if stdout is closed.
            drop(output.result(&report, String::new));
        }
        ExitCode::from(code)
    }

    const fn code(&self) -> Code {
        match self {
            Self::Usage(_) | Self::NewPassphrase(_) | Self::PassphraseFd(_) | Self::Io(_) => {
                Code::Usage
            }
            Self::Vault(error) => vault_code(error),
            Self::Policy(_) | Self::Identity(_) => Code::Broken,
            Self::Refused(Refusal::Denied(_)) => Code::Denied,
            Self::Refused(Refusal::NotAuthenticated(error)) | Self::NotAnswered(error) => {
                auth_code(error)
            }
            Self::Refused(Refusal::NotRecorded(_)) => Code::Usage,
        }
    }

    const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotAnswered(AuthError::Unavailable(_)) => {
                Some("run it in a terminal of your own, or add `--yes`: this change takes a y/N")
            }
            Self::Refused(Refusal::NotAuthenticated(AuthError::Unavailable(_))) => Some(
                "run it in a terminal of your own, or give the passphrase with `--yes --no-biometric --reason TEXT --passphrase-fd N`",
            ),
            Self::Refused(Refusal::NotAuthenticated(AuthError::Rejected)) => {
                Some("nothing was changed; run the command again when you have the passphrase")
            }
            Self::Refused(Refusal::NotAuthenticated(AuthError::LockedOut { .. })) => Some(
                "nothing was changed; docs/lockout.md says what to do if it was not you, or if the passphrase is forgotten",
            ),
            Self::Refused(Refusal::NotAuthenticated(AuthError::CoolingDown { .. }))
            | Self::NotAnswered(AuthError::CoolingDown { .. }) => {
                Some("nothing was changed; guard/log.jsonl says who asked")
            }
            Self::Refused(Refusal::Denied(_)) => {
                Some("add `--dry-run` to see which policies decide")
            }
            _ => None,
        }
    }
}

const fn vault_code(error: &VaultError) -> Code {
    match error {
        VaultError::NoVault { .. } | VaultError::HalfVault { .. } | VaultError::NoHome => {
            Code::NoVault
        }
        VaultError::UnknownAgent { .. } | VaultError::UnknownProfile { .. } => Code::NotFound,
        VaultError::Unreadable { .. }
        | VaultError::NotAFile { .. }
        | VaultError::TooLarge { .. }
        | VaultError::Yaml { .. } => Code::Broken,
        VaultError::Conflict | VaultError::Grant(_) => Code::Conflict,
        _ => Code::Usage,
    }
}

const fn auth_code(error: &AuthError) -> Code {
    match error {
        AuthError::Unavailable(_) => Code::NobodyToAsk,
        AuthError::Rejected
        | AuthError::Cancelled(_)
        | AuthError::TimedOut
        | AuthError::LockedOut { .. }
        | AuthError::CoolingDown { .. }
        | AuthError::Backend(_) => Code::NotAuthenticated,
    }
}

/// What clap found wrong, or the help that was asked for.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    // Nothing can be said if neither stdout nor stderr takes it.
    drop(error.print());
    if error.use_stderr() {
        ExitCode::from(Code::Usage as u8)
    } else {
        ExitCode::SUCCESS
    }
}
