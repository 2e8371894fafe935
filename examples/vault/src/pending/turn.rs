//! One process at a time leaves a request, or ends one.

use std::fs::File;

use crate::{Vault, VaultError, lock};

const FILE: &str = "pending.lock";

/// The lock on the requests that wait, given back when it is dropped.
///
/// INVARIANT (no agent takes the others' places): who counts the places holds it until the
/// request has its own, so that many processes at once take no more than there are.
#[derive(Debug)]
pub(super) struct Turn {
    _held: File,
}

impl Turn {
    /// Waits for the lock.
    pub(super) fn wait(vault: &Vault) -> Result<Self, VaultError> {
        let held = lock::wait(&vault.guard_dir().join(FILE), lock::Mode::Exclusive)?;
        Ok(Self { _held: held })
    }

    /// The lock, unless somebody else holds it.
    pub(super) fn now(vault: &Vault) -> Option<Self> {
        let held = lock::now(&vault.guard_dir().join(FILE), lock::Mode::Exclusive);
        held.ok().flatten().map(|held| Self { _held: held })
    }
}
