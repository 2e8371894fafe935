//! The choice of the policies that decide.

use super::{DoorError, Requester};
use crate::{Change, Vault, VaultError, policies::Chosen};

/// The engine that decides on `change`, which `requester` asks for.
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
    let is_agent = matches!(requester, Requester::Agent { .. });
    let told = |error| {
        if is_agent {
            VaultError::PoliciesUnusable
        } else {
            error
        }
    };
    let chosen = vault.engine_for(shipped_will_do).map_err(&told)?;
    Ok(Chosen {
        broken: chosen.broken.map(told),
        ..chosen
    })
}
