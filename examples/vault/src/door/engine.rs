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

/// The engine that decides on `change`, which `requester` asks for.
///
/// INVARIANT (no file locks its owner out): what can end a state in which the
/// policies do not load is decided by the shipped ones.
pub(super) fn for_change(
    vault: &Vault,
    requester: &Requester,
    change: &Change,
) -> Result<Chosen, DoorError> {
    choose(vault, requester, change.mends_the_guard())
}

/// The engine that decides on a new passphrase, which `requester` asks for.
pub(super) fn for_rotation(vault: &Vault, requester: &Requester) -> Result<Chosen, DoorError> {
    choose(vault, requester, false)
}

/// The engine that decides on a look by `requester`.
pub(super) fn for_looking(vault: &Vault, requester: &Requester) -> Result<Chosen, DoorError> {
    choose(vault, requester, *requester == Requester::Person)
}

// INVARIANT (a denial comes before every answer): why the policies do not load
// quotes them, so an agent is not told.
fn choose(
    vault: &Vault,
    requester: &Requester,
    shipped_will_do: bool,
) -> Result<Chosen, DoorError> {
    let error = match vault.engine() {
        Ok(engine) => {
            return Ok(Chosen {
                engine,
                broken: None,
            });
        }
        Err(error) => error,
    };
    let is_agent = matches!(requester, Requester::Agent { .. });
    let told = if is_agent {
        VaultError::PoliciesUnusable
    } else {
        error
    };
    if !shipped_will_do {
        return Err(told.into());
    }
    Ok(Chosen {
        engine: Arc::new(PolicyEngine::shipped()?),
        broken: Some(told),
    })
}
