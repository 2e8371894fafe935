//! The places of the requests that wait, and who gets one.

use openpass_policy::Channel;

use super::{
    MOST, MOST_FILES, MOST_OF_ONE, Pending, PendingState, code, file, file::Written, folder, path,
    turn::Turn,
};
use crate::{Change, Vault, VaultError, files};

/// Looks for a place for `change`. It returns the code under which the same
/// agent waits for the same change already, if it does.
///
/// INVARIANT (no agent takes the others' places): an agent has at most
/// [`MOST_OF_ONE`] of them.
pub(super) fn place(
    vault: &Vault,
    _turn: &Turn,
    (agent, channel): (&str, &Channel),
    change: &Change,
) -> Result<Option<String>, VaultError> {
    let waiting = waiting(vault)?;
    let own = |it: &&Pending| it.agent == agent && it.channel == *channel;
    let mine: Vec<&Pending> = waiting.iter().filter(own).collect();
    if let Some(same) = mine.iter().find(|it| it.change.as_ref() == Some(change)) {
        return Ok(Some(same.code.clone()));
    }
    if waiting.iter().filter(|it| it.agent == agent).count() >= MOST_OF_ONE {
        return Err(VaultError::TooManyOfAgent { most: MOST_OF_ONE });
    }
    if waiting.len() >= MOST {
        return Err(VaultError::TooManyPending { most: MOST });
    }
    Ok(None)
}

/// The requests that wait. What nobody has to hear of any more is removed.
fn waiting(vault: &Vault) -> Result<Vec<Pending>, VaultError> {
    let mut waiting = Vec::new();
    for code in codes(vault)?.iter().take(MOST_FILES) {
        match Pending::find(vault, code) {
            Ok((pending, _)) if pending.state == PendingState::Waiting => waiting.push(pending),
            Ok((pending, holds_a_change)) if !is_over(vault, code) => {
                if holds_a_change && pending.state == PendingState::Expired {
                    // Should it fail, the next one who reads it tries again.
                    drop(pending.end(vault, PendingState::Expired, None));
                }
            }
            // What cannot be removed takes no place among those that wait.
            _ => drop(files::remove(&path(vault, code))),
        }
    }
    Ok(waiting)
}

fn is_over(vault: &Vault, code: &str) -> bool {
    let bytes = files::read_own_up_to(&path(vault, code), file::MAX_BYTES);
    let written = bytes.ok().flatten().map(|bytes| Written::parse(&bytes));
    !matches!(written, Some(Ok(written)) if !written.is_over())
}

/// The codes of all files that there are, in order.
pub(super) fn codes(vault: &Vault) -> Result<Vec<String>, VaultError> {
    code::all_in(&folder(vault))
}
