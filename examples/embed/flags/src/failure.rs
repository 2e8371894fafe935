//! The errors that a user sees, with what to do and the exit code.

use std::{io, path::PathBuf};

use openpass_auth::AuthError;
use openpass_auth_passphrase::{NewPassphraseError, VerifyError};
use openpass_policy::{AuditError, Denial, GrantError, PolicyLoadError, Refusal};

#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("there are no flags in {}; begin with `flags init`", .0.display())]
    NotBegun(PathBuf),
    #[error("{} has flags already, and they stay as they are", .0.display())]
    Begun(PathBuf),
    #[error("who are you? say `--as NAME`")]
    Nobody,
    #[error("nobody is called {0:?} here; an owner can add them with `flags people add`")]
    Stranger(String),
    #[error("somebody is called {0:?} already; choose another name")]
    Taken(String),
    #[error("there is no environment {0:?}, or it is within itself; there is {1}")]
    NoEnvironment(String, String),
    #[error("flags.json cannot be read: {0}; put back what was there before")]
    Damaged(#[from] serde_json::Error),
    #[error("the passphrase's record: {0}")]
    Record(#[from] VerifyError),
    #[error("no passphrase was chosen: {0}")]
    NotChosen(#[from] NewPassphraseError),
    #[error("{0}; see that the folder can be written to")]
    File(#[from] io::Error),
    #[error("{0}")]
    Log(#[from] AuditError),
    #[error("{0}")]
    Rules(#[from] PolicyLoadError),
    #[error("{0}{hint}", hint = hint(.0))]
    Refused(#[from] Refusal),
    #[error("nothing was changed: {0}")]
    Late(#[from] GrantError),
}

impl Failure {
    pub(crate) const fn exit_code(&self) -> u8 {
        match self {
            Self::Refused(Refusal::Denied(_)) => 3,
            Self::Refused(Refusal::NotAuthenticated(AuthError::Unavailable(_))) => 5,
            Self::Refused(Refusal::NotAuthenticated(_)) => 4,
            Self::Late(_) => 6,
            _ => 1,
        }
    }
}

fn hint(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Denied(Denial::Forbidden { policies })
            if policies
                .iter()
                .any(|policy| policy.as_str() == "flags.frozen") =>
        {
            "; it is frozen: ask somebody of the team release"
        }
        Refusal::Denied(_) => "; ask an owner whether you should be in another team",
        Refusal::NotAuthenticated(AuthError::Unavailable(_)) => {
            "; run it in a terminal of your own"
        }
        Refusal::NotAuthenticated(_) => "; nothing was changed, and you can run it again",
        _ => "",
    }
}
