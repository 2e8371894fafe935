//! What goes wrong with a vault, each with what to do next.

use std::{io, path::Path};

use openpass_auth::SafeText;
use openpass_policy::{AuditError, GrantError};

use crate::yaml::YamlError;

/// Why a vault cannot be opened, read or changed. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// There is no vault.
    #[error("there is no vault in {dir}; make one with `openpass --vault {dir} init`")]
    NoVault {
        /// Where one was looked for.
        dir: SafeText,
    },
    /// One of the two files that make a vault is missing.
    #[error("the vault in {dir} is not whole: {missing} is missing; restore it from a backup")]
    HalfVault {
        /// The vault.
        dir: SafeText,
        /// The missing file.
        missing: &'static str,
    },
    /// There is a vault already.
    #[error("there is a vault in {dir} already; choose another folder with `--vault`")]
    AlreadyThere {
        /// The vault.
        dir: SafeText,
    },
    /// A profile that config.yaml does not name.
    #[error("there is no profile {name}; see `profiles` in ~/.openpass/config.yaml")]
    UnknownProfile {
        /// The name.
        name: SafeText,
    },
    /// Nothing says where the vault is.
    #[error("cannot tell where the vault is: no home folder is known; name one with `--vault`")]
    NoHome,
    /// A file cannot be read.
    #[error("{path} cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: SafeText,
        /// Why.
        source: io::Error,
    },
    /// Something else is where a file should be.
    #[error("{path} is not a regular file; put the file back, or restore it from a backup")]
    NotAFile {
        /// The place.
        path: SafeText,
    },
    /// A file is too long to be what it should be.
    #[error("{path} has {size} bytes, and no more than {limit} are read; restore it from a backup")]
    TooLarge {
        /// The file.
        path: SafeText,
        /// Its length in bytes.
        size: u64,
        /// The most that is read.
        limit: u64,
    },
    /// A file's text is broken, or cannot be edited safely.
    #[error("{path}: {source}")]
    Yaml {
        /// The file.
        path: SafeText,
        /// What is wrong, and where.
        source: YamlError,
    },
    /// There is no such agent.
    #[error("there is no agent {name}; see `openpass agent list`")]
    UnknownAgent {
        /// The name.
        name: SafeText,
    },
    /// The agent has that tier already.
    #[error("agent {name} is on tier {tier} already")]
    AlreadyOnTier {
        /// The agent.
        name: SafeText,
        /// The tier.
        tier: &'static str,
    },
    /// A file cannot be written. The old one is whole.
    #[error("{path} cannot be written: {source}; nothing was changed")]
    Unwritable {
        /// The file.
        path: SafeText,
        /// Why.
        source: io::Error,
    },
    /// Another program holds the vault's lock.
    #[error("another program is using the vault; try again when it is done")]
    Busy,
    /// The state is not the one that was approved.
    #[error("the vault changed while you were asked; look at it and try again")]
    Conflict,
    /// The approval is not good any more.
    #[error(transparent)]
    Grant(#[from] GrantError),
    /// The change was made, and the log could not be told.
    #[error("the change was made, but its outcome is not on the guard log: {0}")]
    OutcomeNotRecorded(#[source] AuditError),
}

impl VaultError {
    pub(crate) fn unreadable(path: &Path, source: io::Error) -> Self {
        Self::Unreadable {
            path: shown(path),
            source,
        }
    }

    pub(crate) fn unwritable(path: &Path, source: io::Error) -> Self {
        Self::Unwritable {
            path: shown(path),
            source,
        }
    }
}

/// A path, safe to show.
pub(crate) fn shown(path: &Path) -> SafeText {
    SafeText::escape(&path.to_string_lossy())
}
