//! Which policies decide.

use std::sync::Arc;

use openpass_policy::PolicyEngine;

use super::{DoorError, Requester};
use crate::{Change, Vault, VaultError};

/// The engine that decides, and why it has the shipped policies alone.
pub(super) struct Chosen {
    pub(super) engine: Arc<PolicyEngine>,
    pub(super) broken: Option<VaultError>,
}

/// The engine that decides on `change`.
///
/// INVARIANT (no file locks its owner out): what can end a state in which the
/// policies do not load is decided by the shipped ones.
pub(super) fn for_change(vault: &Vault, change: &Change) -> Result<Chosen, DoorError> {
    choose(vault, change.mends_the_guard())
}

/// The engine that decides on a new passphrase.
pub(super) fn for_rotation(vault: &Vault) -> Result<Chosen, DoorError> {
    choose(vault, false)
}

/// The engine that decides on a look by `requester`.
pub(super) fn for_looking(vault: &Vault, requester: &Requester) -> Result<Chosen, DoorError> {
    choose(vault, *requester == Requester::Person)
}

fn choose(vault: &Vault, shipped_will_do: bool) -> Result<Chosen, DoorError> {
    match vault.engine() {
        Ok(engine) => Ok(Chosen {
            engine,
            broken: None,
        }),
        Err(error) if shipped_will_do => Ok(Chosen {
            engine: Arc::new(PolicyEngine::shipped()?),
            broken: Some(error),
        }),
        Err(error) => Err(error.into()),
    }
}
