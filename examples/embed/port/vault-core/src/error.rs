//! The errors of a vault.

use std::path::PathBuf;

/// The reason why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder holds no vault.
    #[error("there is no vault in {}; make one with `vault init`", .0.display())]
    NoVault(PathBuf),
    /// The folder holds one already.
    #[error("{} has a vault already, and it stays as it is", .0.display())]
    IsThere(PathBuf),
    /// No agent has that name.
    #[error("no agent is called {0:?}; see `vault agent list`")]
    NoAgent(String),
    /// It is that way already: the field, and its value.
    #[error("{0} is {1} already")]
    NothingToDo(&'static str, &'static str),
    /// The settings are not what a vault has.
    #[error("settings.json cannot be read: {0}; put back what was there before")]
    Damaged(serde_json::Error),
    /// The identity does not open.
    #[error("the identity does not open: {0}")]
    Identity(String),
}
