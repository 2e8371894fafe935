//! The reasons why somebody did not get through the door.

use openpass_auth_passphrase::{PassphraseFdError, PinentryError, VerifyError};
use openpass_policy::{PolicyLoadError, Refusal};

use crate::VaultError;

/// The reason why an operation was not granted, or not carried out. Nothing was
/// changed, except where [`VaultError`] says so.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DoorError {
    /// The guard refused.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// The vault, or a file of it.
    #[error("{0}")]
    Vault(#[from] VaultError),
    /// The shipped policies.
    #[error("{0}")]
    Policy(#[from] PolicyLoadError),
    /// identity.age cannot serve to verify a passphrase.
    #[error("identity.age: {0}")]
    Identity(#[from] VerifyError),
    /// The guard's setting `pinentry` names nothing that may be run.
    #[error("guard/settings.yaml: {0}")]
    Pinentry(#[from] PinentryError),
    /// The file descriptor gives no passphrase.
    #[error("--passphrase-fd: {0}")]
    PassphraseFd(#[from] PassphraseFdError),
    /// A yes on the command line answers for no critical change.
    #[error(
        "--yes does not answer for a critical change; leave it out to be asked, or run unattended with `--yes --no-biometric --reason TEXT`"
    )]
    YesIsNoAnswer,
    /// A script must say why.
    #[error("an unattended critical change needs a reason; add `--reason TEXT`")]
    NoReason,
    /// The settings take no unattended change.
    #[error(
        "the guard's settings refuse unattended changes (unattended: refuse); run it in a terminal"
    )]
    UnattendedRefused,
}
