//! A change of the policy folder that the person at the terminal makes.

use futures_lite::future::block_on;
use openpass_vault::{Change, Door, DoorError, Prompts, Requester, Vault, VaultError};

use crate::failure::Failure;

/// The policy by which clients ask, where a namespace has none of its own yet.
const CLIENTS: &str = include_str!("../declarations/clients.cedar");

/// Has the person accept `declaration` as that of `namespace`; the first time also the policy
/// by which its clients may ask about `resource`s, which they can change or remove.
///
/// What is accepted already is not asked about again.
pub(crate) fn accepts(
    vault: &Vault,
    (namespace, resource): (&str, &str),
    declaration: String,
    from: Option<u32>,
) -> Result<(), Failure> {
    let policy = format!("{namespace}.cedar");
    let is_first = !vault.policy_files()?.iter().any(|it| it.name == policy);
    let mut files = vec![(format!("{namespace}.cedarschema"), declaration)];
    if is_first {
        let text = CLIENTS.replace("NAMESPACE", namespace);
        files.push((policy, text.replace("RESOURCE", resource)));
    }
    if files.len() > 1 {
        can_be_read_again(from)?;
    }
    for (name, text) in files {
        match make(vault, &Change::ApplyPolicy { name, text }, from) {
            Err(Failure::Door(DoorError::Vault(VaultError::NothingToChange))) => {}
            made => made?,
        }
    }
    Ok(())
}

/// Refuses, before anything is asked, a pipe where the passphrase is asked for more than once.
pub(crate) fn can_be_read_again(from: Option<u32>) -> Result<(), Failure> {
    match from {
        Some(number) if is_pipe(number) => Err(Failure::Usage(format!(
            "--passphrase-fd {number}: the passphrase is read for each question, and a pipe gives \
             it once; give a file, by {number}<FILE"
        ))),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn is_pipe(descriptor: u32) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    let file = std::fs::metadata(format!("/dev/fd/{descriptor}"));
    file.is_ok_and(|file| file.file_type().is_fifo())
}

#[cfg(not(unix))]
const fn is_pipe(_: u32) -> bool {
    false
}

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
