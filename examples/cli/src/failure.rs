//! Every error, as what a person reads and as an exit code.

mod hint;
mod tests;
mod told;

use std::{io, process::ExitCode};

use openpass_auth::{AuthError, SafeText, Unavailable};
use openpass_auth_passphrase::{NewPassphraseError, PassphraseFdError, PinentryError, VerifyError};
use openpass_policy::{PolicyLoadError, Refusal};
use openpass_policy_yaml::ImportError;
use openpass_vault::{DoorError, Left, VaultError};
use serde::Serialize;

use self::told::lines;
use crate::output::Output;

pub(crate) use openpass_vault::Exit as Code;

/// The reason why the command failed.
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
    /// A policy file that was to be applied does not load.
    #[error("{what}{}", lines(problems.as_ref()))]
    NotApplied {
        /// The file, and that nothing was applied.
        what: String,
        /// Each problem of the file, where the engine told the problems.
        problems: Option<PolicyLoadError>,
    },
    /// YAML rules that cannot be imported.
    #[error("the rules are not imported:\n{0}")]
    Import(#[from] ImportError),
    /// A file of policies or tests cannot be read.
    #[error("{0}")]
    PolicyFile(String),
    /// A file or folder that the command line names.
    #[error("{problem}")]
    File {
        /// Whether there is none.
        is_missing: bool,
        /// The file or folder, and what is wrong with it.
        problem: String,
    },
    /// Tests of policy failed.
    #[error("{}", tests::failed(*failed, *all))]
    Tests {
        /// The number of tests that failed.
        failed: usize,
        /// The number of all tests.
        all: usize,
    },
    /// Policies that load and cannot have been meant.
    #[error("{}", findings(*count))]
    Findings {
        /// The number of findings.
        count: usize,
    },
    /// Files of tests cannot be used, or hold no test.
    #[error("{}", tests::unusable(*broken, *all))]
    TestFiles {
        /// The number of files that cannot be used.
        broken: usize,
        /// The number of all files.
        all: usize,
    },
    /// Policies that no test reached, where that was asked for.
    #[error("{} in no test: write one for each, or leave `--require-coverage` out", tests::unreached(*.0))]
    NotCovered(usize),
    /// There is no policy of this id.
    #[error("{0}")]
    NoPolicy(String),
    /// A file that was to be written is there already.
    #[error("{0}")]
    Taken(String),
    /// Nothing was proved, with an exit code of `policy verify`'s own.
    #[error("{message}")]
    Proof {
        /// 1 refuted, 2 nothing could be tried, 3 unknown.
        code: u8,
        /// The reason why nothing was proved.
        message: String,
    },
    /// The guard.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// Nobody could be asked here, and what an agent asked for waits for a person.
    #[error("{why}; it waits for a person, as request {}", request.code)]
    Waits {
        /// The reason why nobody was asked.
        why: AuthError,
        /// The request that waits.
        request: Box<Left>,
    },
    /// Nobody could be asked here, and nobody can be later.
    #[error("{why}; and it cannot wait for a person: {problem}")]
    CannotWait {
        /// The reason why nobody was asked.
        why: AuthError,
        /// The reason why the request cannot wait.
        problem: Box<VaultError>,
    },
    /// A question that is not the guard's, such as y/N.
    #[error("{0}")]
    NotAnswered(#[from] AuthError),
    /// A key that was to approve was not made.
    #[error("no key was made, and nothing was changed: {0}")]
    NoKey(AuthError),
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
    /// There is nothing of the kind yet.
    #[error("{0}")]
    Missing(String),
    /// A key that config.yaml does not have.
    #[error("{0} is not set in config.yaml")]
    NotSet(SafeText),
    /// The log that was followed does not go on.
    #[error("the guard log was removed or replaced, so it can no longer be followed")]
    LogGone,
    /// A failure that the printed result already tells.
    #[error("see above")]
    SaidAlready(Code),
    /// Printing, or a temporary file.
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl From<DoorError> for Failure {
    fn from(error: DoorError) -> Self {
        match error {
            DoorError::Refused(refusal) => refusal.into(),
            DoorError::Vault(error) => error.into(),
            DoorError::Policy(error) => error.into(),
            DoorError::Identity(error) => error.into(),
            DoorError::Pinentry(error) => error.into(),
            DoorError::PassphraseFd(error) => error.into(),
            other => Self::Usage(other.to_string()),
        }
    }
}
#[derive(Serialize)]
struct Report<'a> {
    error: &'a str,
    hint: Option<&'a str>,
    code: u8,
    /// The request that waits for a person, where one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<&'a Left>,
}

impl Failure {
    /// Says what happened and what to do next, on stderr. With `--output json`
    /// the same stands on stdout too.
    pub(crate) fn report(&self, output: &Output) -> ExitCode {
        if let Self::SaidAlready(code) = self {
            return ExitCode::from(*code as u8);
        }
        if self.is_for_want_of_a_reader() {
            return ExitCode::from(Code::SIGPIPE);
        }
        let message = self.to_string();
        self.say(&message, output);
        let hint = self.hint();
        if let Some(hint) = &hint {
            output.say(&format!("Hint: {hint}"));
        }
        let code = match self {
            Self::Proof { code, .. } => *code,
            _ => self.code() as u8,
        };
        // `policy check`, `test` and `verify` have printed what they found.
        let said = matches!(
            self,
            Self::Tests { .. }
                | Self::TestFiles { .. }
                | Self::NotCovered(_)
                | Self::Findings { .. }
                | Self::Proof { code: 1 | 3, .. }
        );
        if output.is_json() && !said {
            let report = Report {
                error: &message,
                hint: hint.as_deref(),
                code,
                request: self.request(),
            };
            // The exit code says it even if stdout is closed.
            drop(output.result(&report, String::new));
        }
        ExitCode::from(code)
    }

    /// Whether the reader of the output closed it, as `head` does. Other programs
    /// say nothing then, and a signal ends them.
    pub(crate) fn is_for_want_of_a_reader(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// Whether nobody could be asked, so that nobody has seen the question.
    pub(crate) fn is_for_want_of_somebody(&self) -> bool {
        matches!(
            self,
            Self::Refused(Refusal::NotAuthenticated(AuthError::Unavailable(_)))
                | Self::NotAnswered(AuthError::Unavailable(_))
        )
    }

    /// Whether there is no terminal to ask on, so that nobody can be asked about anything.
    pub(crate) const fn is_for_want_of_a_terminal(&self) -> bool {
        matches!(
            self,
            Self::Refused(Refusal::NotAuthenticated(AuthError::Unavailable(
                Unavailable::NoTerminal
            )))
        )
    }

    fn request(&self) -> Option<&Left> {
        match self {
            Self::Waits { request, .. } => Some(request),
            _ => None,
        }
    }

    const fn code(&self) -> Code {
        match self {
            Self::Waits { .. } => Code::Waits,
            Self::CannotWait { .. } => Code::NobodyToAsk,
            Self::NewPassphrase(error) => Code::of_new_passphrase(error),
            Self::Tests { .. }
            | Self::NotCovered(_)
            | Self::Findings { .. }
            | Self::Proof { .. } => Code::Usage,
            Self::Taken(_) => Code::Taken,
            Self::Usage(_) | Self::PassphraseFd(_) | Self::Io(_) => Code::Usage,
            Self::NotSet(_)
            | Self::Missing(_)
            | Self::NoPolicy(_)
            | Self::File {
                is_missing: true, ..
            } => Code::NotFound,
            Self::File { .. } => Code::Usage,
            Self::LogGone => Code::LogGone,
            Self::SaidAlready(code) => *code,
            Self::Vault(error) => Code::of_vault(error),
            Self::Policy(_)
            | Self::NotApplied { .. }
            | Self::PolicyFile(_)
            | Self::TestFiles { .. }
            | Self::Import(_)
            | Self::Identity(_)
            | Self::NotBound
            | Self::Pinentry(_) => Code::Broken,
            Self::Refused(refusal) => Code::of_refusal(refusal),
            Self::NotAnswered(error) | Self::NoKey(error) => Code::of_prompt(error),
        }
    }
}

fn findings(count: usize) -> String {
    match count {
        1 => "1 thing was found; no policy was changed".to_owned(),
        _ => format!("{count} things were found; no policy was changed"),
    }
}

/// Reports what clap found wrong, or prints the help that was asked for.
///
/// clap repeats what it was given as it is, so an error goes through
/// [`SafeText`]: the person who runs a command may not have written it.
pub(crate) fn usage(error: &clap::Error, output: &Output) -> ExitCode {
    if !error.use_stderr() {
        // Nothing can be said if stdout does not take it.
        drop(error.print());
        return ExitCode::SUCCESS;
    }
    let message = harmless(&error.to_string());
    let message = message.trim_end();
    output.say(message);
    // There, 1 says that a statement was refuted.
    let words: Vec<_> = std::env::args_os().collect();
    let proof = words.windows(2).any(|pair| pair == ["policy", "verify"]);
    let code = if proof { 2 } else { Code::Usage as u8 };
    if output.is_json() {
        let report = Report {
            error: message,
            hint: Some("`--help` says what the command takes"),
            code,
            request: None,
        };
        // The exit code says it even if stdout is closed.
        drop(output.result(&report, String::new));
    }
    ExitCode::from(code)
}

/// clap's text, where quotes are its own and every line break may be.
pub(crate) fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '"' | '\\' => shown.push(character),
            _ => shown.push_str(SafeText::escape(character.encode_utf8(&mut [0; 4])).as_str()),
        }
    }
    shown
}
