//! Finds the key to ask among those that are plugged in.

use openpass_approval::Approver;

use crate::{Key, KeyError, Keys, Verifies, touch::contained};

/// The one key that is an approver's, and which one's.
///
/// Each credential is looked for before anybody is asked: what a key signs names its
/// approver, so the approver has to be known first.
pub(crate) fn find<'a>(
    keys: &dyn Keys,
    approvers: &'a [Approver],
) -> Result<(Key, &'a Approver), KeyError> {
    if approvers.is_empty() {
        return Err(KeyError::NoneEnrolled);
    }
    let plugged_in = plugged_in(keys)?;
    let mut found = None;
    for key in &plugged_in {
        if let Some(approver) = whose(keys, key, approvers)? {
            if found.is_some() {
                return Err(KeyError::Several);
            }
            found = Some((key, approver));
        }
    }
    match (found, plugged_in.as_slice()) {
        (Some((key, approver)), _) => Ok((able(key)?, approver)),
        (None, [only]) => Err(able(only).err().unwrap_or(KeyError::NotAnApprover)),
        (None, _) => Err(KeyError::NotAnApprover),
    }
}

/// The one key that is plugged in.
pub(crate) fn only(keys: &dyn Keys) -> Result<Key, KeyError> {
    match plugged_in(keys)?.as_slice() {
        [only] => able(only),
        _ => Err(KeyError::Several),
    }
}

fn plugged_in(keys: &dyn Keys) -> Result<Vec<Key>, KeyError> {
    let plugged_in = contained(|| keys.plugged_in())?;
    match plugged_in.is_empty() {
        true => Err(KeyError::NoKey),
        false => Ok(plugged_in),
    }
}

fn whose<'a>(
    keys: &dyn Keys,
    key: &Key,
    approvers: &'a [Approver],
) -> Result<Option<&'a Approver>, KeyError> {
    if key.verifies == Verifies::Not(KeyError::NotFido2) {
        return Ok(None);
    }
    for approver in approvers {
        let Some(credential) = approver.credential() else {
            continue;
        };
        if contained(|| keys.holds(key, credential))? {
            return Ok(Some(approver));
        }
    }
    Ok(None)
}

/// The key, if it can verify who touches it.
fn able(key: &Key) -> Result<Key, KeyError> {
    match key.verifies {
        Verifies::Pin | Verifies::BuiltIn => Ok(key.clone()),
        Verifies::Not(why) => Err(why),
    }
}
