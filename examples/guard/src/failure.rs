//! Every error, as what a person reads and as an exit code.

use std::{io, process::ExitCode};

use openpass_auth::{AuthError, SafeText, Unavailable};
use openpass_auth_passphrase::{NewPassphraseError, PassphraseFdError, VerifyError};
use openpass_policy::Refusal;
use openpass_vault::{DoorError, Exit, VaultError};

use crate::output;

/// The exit code of a program whose reader is gone, as a shell tells it.
const SIGPIPE: u8 = 141;

/// The reason why a command failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum Failure {
    /// No policy folder is named.
    #[error(
        "no policy folder is named: give `--policy DIR`, or set OPENPASS_GUARD_POLICY; `openpass-guard init --policy DIR` makes one"
    )]
    NoFolder,
    /// The folder that is named is none.
    #[error("there is no policy folder in {dir}; `openpass-guard init --policy {dir}` makes one")]
    NotAFolder {
        /// The path that was named.
        dir: SafeText,
    },
    /// The flags do not fit.
    #[error("{0}")]
    Usage(String),
    /// The folder, or a file of it.
    #[error("{0}")]
    Vault(#[from] VaultError),
    /// The guard, or its prompts.
    #[error("{0}")]
    Door(#[from] DoorError),
    /// A file of accepted tools is not what this program writes.
    #[error(
        "policies/{file} is not a list of accepted tools: {problem}; remove it with `openpass --vault DIR policy remove {file}`, and accept the tools anew"
    )]
    Tools {
        /// The file's bare name.
        file: String,
        /// The fault in it.
        problem: String,
    },
    /// Nothing of a server was seen yet.
    #[error(
        "no server was seen yet: start it once behind `openpass-guard proxy`, or let your client start it; then accept its tools"
    )]
    NothingSeen,
    /// A tool that the server does not have.
    #[error(
        "the server had no tool {0} when it was started last; `openpass-guard accept` without a name shows those that it had"
    )]
    NoSuchTool(SafeText),
    /// The listing that was seen cannot be read.
    #[error(
        "what was seen of the server cannot be read: {0}; start it once more behind `openpass-guard proxy`"
    )]
    Unseen(String),
    /// Nothing waits under a code.
    #[error("no request waits under the code {0}; `openpass-guard approve` lists what waits")]
    NothingWaits(SafeText),
    /// A call that waits cannot be worked out.
    #[error("the request cannot be worked out here: {0}")]
    NotWorkedOut(String),
    /// No new passphrase was chosen.
    #[error("{0}")]
    NewPassphrase(#[from] NewPassphraseError),
    /// The file descriptor gives no passphrase.
    #[error("--passphrase-fd: {0}")]
    PassphraseFd(#[from] PassphraseFdError),
    /// An identity cannot be made.
    #[error("the identity was not made: {0}")]
    Identity(#[from] VerifyError),
    /// The proxy ended otherwise than by its client's wish.
    #[error("{0}")]
    Proxy(String),
    /// Printing.
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl Failure {
    /// The exit code.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::NoFolder | Self::NotAFolder { .. } => Exit::NoVault,
            Self::Vault(error) => Exit::of_vault(error),
            Self::Door(error) => Exit::of_door(error),
            Self::Tools { .. } | Self::Unseen(_) | Self::Identity(_) => Exit::Broken,
            Self::NothingSeen | Self::NoSuchTool(_) | Self::NothingWaits(_) => Exit::NotFound,
            Self::NotWorkedOut(_) => Exit::Conflict,
            Self::NewPassphrase(error) => Exit::of_new_passphrase(error),
            Self::Usage(_) | Self::PassphraseFd(_) | Self::Proxy(_) | Self::Io(_) => Exit::Usage,
        }
    }

    /// Whether there is no terminal to ask on, so that nobody can be asked about anything.
    pub(crate) const fn is_for_want_of_a_terminal(&self) -> bool {
        matches!(
            self,
            Self::Door(DoorError::Refused(Refusal::NotAuthenticated(
                AuthError::Unavailable(Unavailable::NoTerminal)
            )))
        )
    }

    /// Says on stderr what happened and what to do next.
    pub(crate) fn report(&self) -> ExitCode {
        // Nobody reads it.
        if matches!(self, Self::Io(error) if error.kind() == io::ErrorKind::BrokenPipe) {
            return ExitCode::from(SIGPIPE);
        }
        output::say(&format!("Error: {self}"));
        ExitCode::from(self.exit() as u8)
    }
}
