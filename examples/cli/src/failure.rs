//! Every error, as what a person reads and as an exit code.

use std::{io, process::ExitCode};

use openpass_auth::{AuthError, SafeText, Unavailable};
use openpass_auth_passphrase::{NewPassphraseError, PassphraseFdError, PinentryError, VerifyError};
use openpass_policy::{PolicyLoadError, Refusal};
use openpass_policy_yaml::ImportError;
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
    /// YAML rules that cannot be imported.
    #[error("the rules are not imported:\n{0}")]
    Import(#[from] ImportError),
    /// A file of policies or tests cannot be read.
    #[error("{0}")]
    PolicyFile(String),
    /// Tests of policy failed.
    #[error("{failed} of {all} tests failed")]
    Tests {
        /// How many.
        failed: usize,
        /// Of how many.
        all: usize,
    },
    /// Nothing was proved, with an exit code of `policy verify`'s own.
    #[error("{message}")]
    Proof {
        /// 1 refuted, 2 nothing could be tried, 3 unknown.
        code: u8,
        /// Why.
        message: String,
    },
    /// The guard.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// A question that is not the guard's, such as y/N.
    #[error("{0}")]
    NotAnswered(#[from] AuthError),
    /// identity.age cannot serve to verify a passphrase.
    #[error("identity.age: {0}")]
    Identity(#[from] VerifyError),
    /// The old passphrase proves nothing, so nobody can vouch for a new one.
    #[error(
        "the vault's identity is not bound to its passphrase: any passphrase of the same length opens it, so nobody can vouch for a new one; nothing was changed"
    )]
    NotBound,
    /// No new passphrase was chosen.
    #[error("{0}")]
    NewPassphrase(#[from] NewPassphraseError),
    /// The file descriptor gives no passphrase.
    #[error("--passphrase-fd: {0}")]
    PassphraseFd(#[from] PassphraseFdError),
    /// The guard's setting `pinentry` names nothing that may be run.
    #[error("guard/settings.yaml: {0}")]
    Pinentry(#[from] PinentryError),
    /// Touch ID cannot be the way in where it cannot ask.
    #[error("Touch ID cannot ask here: {0}")]
    NoTouchId(#[source] Unavailable),
    /// A key that config.yaml does not have.
    #[error("{0} is not set in config.yaml")]
    NotSet(SafeText),
    /// What is wrong was the result, and is printed.
    #[error("see above")]
    SaidAlready(Code),
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

/// Where a question that had no room can be answered.
const LARGER: &str = "nothing was changed; run it in a larger terminal, without `--biometric` and `--prompt gui`: long questions are shown there page by page";

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
        if let Self::SaidAlready(code) = self {
            return ExitCode::from(*code as u8);
        }
        let message = self.to_string();
        output.note(&format!("Error: {message}"));
        if let Self::Policy(error) | Self::Vault(VaultError::Policies(error)) = self {
            output.note(&error.report());
        }
        if let Some(hint) = self.hint() {
            output.note(&format!("Hint: {hint}"));
        }
        let code = match self {
            Self::Proof { code, .. } => *code,
            _ => self.code() as u8,
        };
        // `policy test` and `policy verify` have printed what they found.
        let said = matches!(self, Self::Tests { .. } | Self::Proof { code: 1 | 3, .. });
        if output.is_json() && !said {
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
            Self::NewPassphrase(NewPassphraseError::NotAnswered(error)) => auth_code(error),
            Self::Tests { .. } | Self::Proof { .. } => Code::Usage,
            Self::Usage(_) | Self::NewPassphrase(_) | Self::PassphraseFd(_) | Self::Io(_) => {
                Code::Usage
            }
            Self::NoTouchId(_) => Code::NobodyToAsk,
            Self::NotSet(_) => Code::NotFound,
            Self::SaidAlready(code) => *code,
            Self::Vault(error) => vault_code(error),
            Self::Policy(_)
            | Self::PolicyFile(_)
            | Self::Import(_)
            | Self::Identity(_)
            | Self::NotBound
            | Self::Pinentry(_) => Code::Broken,
            Self::Refused(Refusal::Denied(_)) => Code::Denied,
            Self::Refused(Refusal::NotAuthenticated(error)) | Self::NotAnswered(error) => {
                auth_code(error)
            }
            Self::Refused(Refusal::NotRecorded(_)) => Code::Usage,
        }
    }

    fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Refused(Refusal::NotAuthenticated(AuthError::Unavailable(why)))
            | Self::NotAnswered(AuthError::Unavailable(why))
                if why.is_for_want_of_room() =>
            {
                Some(LARGER)
            }
            Self::NewPassphrase(NewPassphraseError::NotAnswered(AuthError::Unavailable(_))) => {
                Some(
                    "run it in a terminal of your own, or give the passphrase with `--passphrase-fd N`",
                )
            }
            Self::NotAnswered(AuthError::Unavailable(_)) => {
                Some("run it in a terminal of your own, or add `--yes`: this change takes a y/N")
            }
            Self::Refused(Refusal::NotAuthenticated(AuthError::Unavailable(_))) => Some(
                "run it in a terminal of your own, or give the passphrase with `--yes --no-biometric --reason TEXT --passphrase-fd N`",
            ),
            Self::NotBound => Some(
                "rotate it once with the product's own `auth rotate-passphrase`, which asks for no proof, and take it that whoever had the file has read the vault; docs/cli.md says more",
            ),
            Self::NoTouchId(_) => {
                Some("nothing was changed; run it at the machine itself, where Touch ID can ask")
            }
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
        VaultError::UnknownAgent { .. }
        | VaultError::BuiltInAgent { .. }
        | VaultError::UnknownProfile { .. }
        | VaultError::UnknownToken { .. }
        | VaultError::UnknownPolicy { .. }
        | VaultError::UnknownPending { .. } => Code::NotFound,
        VaultError::Unreadable { .. }
        | VaultError::NotAFile { .. }
        | VaultError::NotAFolder { .. }
        | VaultError::TooLarge { .. }
        | VaultError::Yaml { .. }
        | VaultError::Registry { .. }
        | VaultError::BrokenPolicy { .. }
        | VaultError::UnenforcedRules { .. }
        | VaultError::BrokenPending { .. }
        | VaultError::Policies(_) => Code::Broken,
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
///
/// clap repeats what it was given as it is, so an error goes through
/// [`SafeText`]: whoever runs a command need not have written it.
pub(crate) fn usage(error: &clap::Error, output: &Output) -> ExitCode {
    if !error.use_stderr() {
        // Nothing can be said if stdout does not take it.
        drop(error.print());
        return ExitCode::SUCCESS;
    }
    let message = harmless(&error.to_string());
    let message = message.trim_end();
    output.note(message);
    // There, 1 says that a statement was refuted.
    let words: Vec<_> = std::env::args_os().collect();
    let proof = words.windows(2).any(|pair| pair == ["policy", "verify"]);
    let code = if proof { 2 } else { Code::Usage as u8 };
    if output.is_json() {
        let report = Report {
            error: message,
            hint: Some("`--help` says what the command takes"),
            code,
        };
        // The exit code says it even if stdout is closed.
        drop(output.result(&report, String::new));
    }
    ExitCode::from(code)
}

/// clap's text, where quotes are its own and every line break may be.
fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '"' | '\\' => shown.push(character),
            _ => shown.push_str(SafeText::escape(character.encode_utf8(&mut [0; 4])).as_str()),
        }
    }
    shown
}
