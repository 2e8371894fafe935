//! `openpass approver add touch-id` and `security-key`: a key is made, and then asked to
//! be an approver. One that is refused is never used.

#[cfg(feature = "security-key")]
use futures_lite::future::block_on;
use openpass_approval::Approver;
use openpass_auth::Factor;
use openpass_auth_macos::EnclaveKey;
use openpass_vault::{Change, Door, Proposal, Vault};

use crate::{
    args::AddKey,
    commands::change::{self, Telling},
    door,
    failure::Failure,
    output::Output,
};

/// Makes a key in the Secure Enclave, and asks that it may approve.
pub(super) fn touch_id(vault: &Vault, key: &AddKey, output: &Output) -> Result<(), Failure> {
    drop(may_be_asked(vault, key, Factor::Biometry, output)?);
    let (approver, made) = EnclaveKey::create(&key.label, &now()).map_err(Failure::NoKey)?;
    let stored = made.stored().iter().map(|byte| format!("{byte:02x}"));
    ask(vault, key, approver, Some(stored.collect()), output)
}

/// Has a security key make a credential, and asks that it may approve.
#[cfg(feature = "security-key")]
pub(super) fn security_key(vault: &Vault, key: &AddKey, output: &Output) -> Result<(), Failure> {
    let door = may_be_asked(vault, key, Factor::SecurityKey, output)?;
    let made = block_on(door.register_security_key(&key.label, &now()));
    let approver = made.map_err(Failure::from)?;
    ask(vault, key, approver, None, output)
}

/// This build has nothing that speaks to security keys.
#[cfg(not(feature = "security-key"))]
pub(super) fn security_key(_: &Vault, _: &AddKey, _: &Output) -> Result<(), Failure> {
    Err(Failure::Usage(
        "this `openpass` was built without support for security keys: build it with \
         `--features security-key`, which on Linux needs libudev (Debian: libudev-dev)"
            .to_owned(),
    ))
}

fn now() -> String {
    jiff::Timestamp::now().to_string()
}

/// The door by which a key is asked for. Nobody makes one for a change that is denied
/// anyway.
fn may_be_asked(
    vault: &Vault,
    key: &AddKey,
    factor: Factor,
    output: &Output,
) -> Result<Door, Failure> {
    let change = Change::RenewApprover {};
    let door = door::to_change(vault, &key.flags, &change, output)?;
    door.may_add_approver(factor, key.replace.is_some())?;
    Ok(door)
}

fn ask(
    vault: &Vault,
    key: &AddKey,
    approver: Approver,
    stored: Option<String>,
    output: &Output,
) -> Result<(), Failure> {
    let instead_of = instead_of(vault, key, &approver)?;
    let approver = Box::new(approver);
    let change = match instead_of {
        Some(id) => Change::ReplaceApprover {
            id,
            approver,
            stored,
        },
        None => Change::AddApprover { approver, stored },
    };
    let done = |_: &Proposal| "✓ The key can approve from now on".to_owned();
    change::run(vault, &key.flags, &change, &Telling::plain(&done), output)
}

/// Returns the approver that the new key replaces: the approver that `--replace` names,
/// else, for a new key of Touch ID, the earlier key of Touch ID.
fn instead_of(vault: &Vault, key: &AddKey, new: &Approver) -> Result<Option<String>, Failure> {
    if key.replace.is_some() {
        return Ok(key.replace.clone());
    }
    let all = vault.approvers()?;
    let own = all
        .iter()
        .find(|it| new.factor() == Factor::Biometry && it.factor() == Factor::Biometry);
    Ok(own.map(|it| it.id().to_string()))
}
