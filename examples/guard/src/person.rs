//! A change of the policy folder that the person at the terminal makes.

use futures_lite::future::block_on;
use openpass_vault::{Change, Door, Prompts, Requester, Vault};

use crate::failure::Failure;

/// Makes `change`, as policy and the person allow it. The passphrase is read from the file
/// descriptor `from`, if one is named; else the person is asked at the terminal.
pub(crate) fn make(vault: &Vault, change: &Change, from: Option<u32>) -> Result<(), Failure> {
    let prompts = match from {
        Some(number) => Prompts::unattended(Some(number)),
        None => Prompts::at_a_terminal(),
    };
    let reason = from.map(|_| "openpass-guard was told to by the command line".to_owned());
    let door = Door::to_change(vault, Requester::Person, prompts, change)?.because(reason);
    drop(vault.settle_for(&door.request())?);
    let proposal = door.propose(change)?;
    drop(door.admit(&proposal)?);
    let grant = block_on(door.authorize(proposal.to_authorize()))?;
    Ok(door.commit(grant, &proposal)?)
}
