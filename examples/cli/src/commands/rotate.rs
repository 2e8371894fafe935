//! `openpass auth rotate-passphrase`.

mod held;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_lite::future::block_on;
use openpass_auth::{AuthError, Authenticator, SafeText};
use openpass_auth_passphrase::{
    Cancel, NewPassphrasePrompt as _, Passphrase, PassphraseAuthenticator, PassphraseFd,
    TerminalPrompt, VerifyError, identity,
};
use openpass_policy::{Decision, Effect, Operation, Request, StateDigest};
use openpass_vault::{Change, Door, Look, Proposal, SealedIdentity, TRIES, Vault};
use serde_json::Map;

use self::held::{Keeps, Kept, Typed};
use super::change::{self, Telling};
use crate::{
    args::{PromptFlags, RotatePassphrase},
    door,
    failure::Failure,
    output::Output,
};

/// The longest time that a person may take to choose a passphrase.
const PATIENCE: Duration = Duration::from_secs(300);

/// Puts the vault's key under a new passphrase.
///
/// The old passphrase is typed once. It opens the identity here, and vouches
/// for the operation once that can be shown: the new identity.age is part of
/// it, and cannot be made before.
pub(super) fn run(
    vault: &Vault,
    rotate: &RotatePassphrase,
    output: &Output,
) -> Result<(), Failure> {
    let door = door::to_rotate(vault, &rotate.flags, output)?;
    if rotate.flags.dry_run {
        drop(change::looked(&door, Look::DryRun, output)?);
    }
    let decision = may_be_asked(&door, &rotate.flags, output)?;
    if rotate.flags.dry_run {
        let operation = probe(door.request());
        output.say(&change::needs(&door, &operation, &decision));
        output.note("[DRY-RUN] No changes written.");
        let outcome = ("dry-run", None);
        return change::report(
            &door,
            &operation,
            &decision,
            outcome,
            &Map::new(),
            String::new,
            output,
        );
    }
    fits(rotate, &door)?;
    let old = old_passphrase(&door)?;
    let new = new_passphrase(rotate, &old, output)?;
    output.progress("Making the new identity…");
    let identity = sealed(&old, &new)?;
    drop(new);
    let typed = Typed::new(old, vault.verifier()?, door.request().attended);
    let done = |_: &Proposal| "✓ The passphrase is replaced".to_owned();
    let change = Change::RotatePassphrase { identity };
    let door = door.with_authenticator(Arc::new(typed));
    let telling = Telling::plain(&done);
    change::run_as(&door, &rotate.flags, &change, &telling, output)?;
    Ok(())
}

/// The operation, as far as it is known before anybody is asked.
pub(super) fn probe(request: Request) -> Operation {
    let effect = Effect::new(Vec::new(), StateDigest::of(&[]));
    Operation::rotate_passphrase(request, effect)
}

/// Nobody is asked for a passphrase for a change that policy or settings deny.
fn may_be_asked(door: &Door, flags: &PromptFlags, output: &Output) -> Result<Decision, Failure> {
    let operation = probe(door.request());
    let decision = door.decide(&operation);
    if matches!(decision, Decision::Deny(_)) && !flags.dry_run {
        // Refuses, and puts it on the log.
        drop(block_on(door.authorize(operation)).map_err(|error| change::told(error, output))?);
    }
    door.vault().rules_are_enforced()?;
    door.fits(&decision)?;
    Ok(decision)
}

fn fits(rotate: &RotatePassphrase, door: &Door) -> Result<(), Failure> {
    if rotate.flags.biometric {
        return Err(Failure::Usage(
            "the old passphrase opens the identity, and a finger cannot; leave --biometric out"
                .to_owned(),
        ));
    }
    let both = rotate.flags.passphrase_fd.is_some() && rotate.new_passphrase_fd.is_some();
    if !door.request().attended && !both {
        return Err(Failure::Usage(
            "without a person, give both passphrases: `--passphrase-fd N --new-passphrase-fd M`"
                .to_owned(),
        ));
    }
    Ok(())
}

/// The passphrase that opens the identity, and the key that it opened.
fn old_passphrase(door: &Door) -> Result<Kept, Failure> {
    let keeps = Arc::new(Keeps::new(door.verifier(&probe(door.request()))?));
    let (ask, tries): (Arc<dyn Authenticator>, u8) = match door.descriptor()? {
        Some(fd) => {
            let ask = PassphraseAuthenticator::new(fd, Arc::clone(&keeps));
            (door.limited(ask), 1)
        }
        None => {
            let prompt = TerminalPrompt::new();
            let ask = door.limited(PassphraseAuthenticator::new(prompt, Arc::clone(&keeps)));
            (ask, TRIES.get())
        }
    };
    let ask = door.asking_alone(ask);
    let operation = probe(door.request());
    for number in 1..=tries {
        let what = SafeText::literal("open the vault with the old passphrase, to replace it");
        let challenge = door.question(&operation, what, (number, tries));
        match block_on(ask.authenticate(&challenge)) {
            Ok(_) => break,
            Err(AuthError::Rejected { .. }) if number < tries => {}
            Err(error) => {
                let refusal = door.not_proven(&operation, error);
                // An identity that any passphrase opens is a matter of its own: the
                // person needs its cure, not the reason why this answer failed.
                return Err(match keeps.is_not_bound() {
                    true => Failure::NotBound,
                    false => refusal.into(),
                });
            }
        }
    }
    keeps.take().ok_or_else(|| VerifyError::Wrong.into())
}

fn new_passphrase(
    rotate: &RotatePassphrase,
    old: &Kept,
    output: &Output,
) -> Result<Passphrase, Failure> {
    let purpose = SafeText::literal("for the vault");
    let (old, deadline) = (old.passphrase(), Instant::now() + PATIENCE);
    let cancel = Cancel::new();
    Ok(match rotate.new_passphrase_fd {
        Some(number) => {
            PassphraseFd::open(number)?.ask_another(old, &purpose, deadline, &cancel)?
        }
        None => openpass_vault::until_it_serves(&|text| output.say(text), || {
            TerminalPrompt::new().ask_another(old, &purpose, deadline, &cancel)
        })?,
    })
}

/// The new identity.age, which has been opened once.
fn sealed(old: &Kept, new: &Passphrase) -> Result<SealedIdentity, Failure> {
    let sealed = identity::seal(old.key(), new, identity::WORK_FACTOR)?;
    let sealed = SealedIdentity::opened(sealed, new)?;
    if sealed.recipient() != old.key().recipient()? {
        return Err(VerifyError::Broken("the new identity does not hold the vault's key").into());
    }
    Ok(sealed)
}
