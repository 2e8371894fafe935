//! `openpass auth rotate-passphrase`.

mod held;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_lite::future::block_on;
use openpass_auth::{AuthError, Authenticator, Challenge, Factor, FactorSet, SafeText};
use openpass_auth_passphrase::{
    Cancel, IdentityVerifier, NewPassphrasePrompt as _, Passphrase, PassphraseAuthenticator,
    PassphraseFd, TerminalPrompt, VerifyError, identity,
};
use openpass_policy::{Decision, Effect, Operation, StateDigest};
use openpass_vault::{Change, Proposal, SealedIdentity, Vault};
use serde_json::Map;

use self::held::{Keeps, Kept, Typed};
use super::change::{self, Telling};
use crate::{
    args::RotatePassphrase,
    asking::{Asker, TRIES},
    failure::Failure,
    output::Output,
};

/// How long the person may take to choose a passphrase.
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
    let asker = Asker::new(&rotate.asking, vault, vault.engine()?, output);
    let decision = may_be_asked(&asker, output)?;
    if rotate.asking.dry_run {
        let operation = probe(&asker);
        output.note(&change::needs(&asker, &operation, &decision));
        output.note("[DRY-RUN] No changes written.");
        let outcome = ("dry-run", None);
        return change::report(
            &operation,
            &decision,
            outcome,
            &Map::new(),
            String::new,
            output,
        );
    }
    fits(rotate, &asker)?;
    let (old, new) = (old_passphrase(&asker)?, new_passphrase(rotate)?);
    let identity = sealed(&old, &new)?;
    drop(new);
    let typed = Typed::new(old, vault.identity()?, asker.is_unattended())?;
    let done = |_: &Proposal| "✓ The passphrase is replaced".to_owned();
    let telling = Telling {
        instead: Some(Arc::new(typed)),
        ..Telling::plain(&done)
    };
    let change = Change::RotatePassphrase {
        identity: SealedIdentity::new(identity),
    };
    change::run_as(&asker, asker.request(), &change, &telling, output)?;
    Ok(())
}

/// The operation, as far as it is known before anybody is asked.
fn probe(asker: &Asker<'_>) -> Operation {
    let effect = Effect::new(Vec::new(), StateDigest::of(&[]));
    Operation::rotate_passphrase(asker.request(), effect)
}

/// Nobody is asked for a passphrase for a change that policy or settings deny.
fn may_be_asked(asker: &Asker<'_>, output: &Output) -> Result<Decision, Failure> {
    asker.vault().rules_are_enforced()?;
    let decision = asker.engine().decide(&probe(asker));
    if matches!(decision, Decision::Deny(_)) && !asker.flags().dry_run {
        // Refuses, and puts it on the log.
        let guard = asker.guard(&probe(asker), &decision, output)?;
        drop(block_on(guard.authorize(probe(asker)))?);
    }
    asker.flags_fit(&decision)?;
    Ok(decision)
}

fn fits(rotate: &RotatePassphrase, asker: &Asker<'_>) -> Result<(), Failure> {
    if rotate.asking.biometric {
        return Err(Failure::Usage(
            "the old passphrase opens the identity, and a finger cannot; leave --biometric out"
                .to_owned(),
        ));
    }
    let both = rotate.asking.passphrase_fd.is_some() && rotate.new_passphrase_fd.is_some();
    if asker.is_unattended() && !both {
        return Err(Failure::Usage(
            "without a person, give both passphrases: `--passphrase-fd N --new-passphrase-fd M`"
                .to_owned(),
        ));
    }
    Ok(())
}

/// The passphrase that opens the identity, and the key that it opened.
fn old_passphrase(asker: &Asker<'_>) -> Result<Kept, Failure> {
    let keeps = Arc::new(Keeps::new(asker.vault().identity()?)?);
    let (ask, tries): (Arc<dyn Authenticator>, u8) = match asker.passphrase_fd()? {
        Some(fd) => {
            let ask = PassphraseAuthenticator::new(fd, Arc::clone(&keeps));
            (asker.limited(ask), 1)
        }
        None => {
            let prompt = TerminalPrompt::new();
            let ask = asker.limited(PassphraseAuthenticator::new(prompt, Arc::clone(&keeps)));
            (Arc::new(asker.cooled(ask)), TRIES.get())
        }
    };
    for number in 1..=tries {
        let what = SafeText::literal("open the vault with the old passphrase, to replace it");
        let accepts = FactorSet::only(Factor::Passphrase);
        let challenge = Challenge::new(what, accepts, asker.timeout()).with_attempt(number, tries);
        match block_on(ask.authenticate(&challenge)) {
            Ok(_) => break,
            Err(AuthError::Rejected { .. }) if number < tries => {}
            // Whoever can open it so proves nothing, and nobody else is there.
            Err(_) if keeps.is_not_bound() => return Err(Failure::NotBound),
            Err(error) => return Err(openpass_policy::Refusal::NotAuthenticated(error).into()),
        }
    }
    keeps.take().ok_or_else(|| VerifyError::Wrong.into())
}

fn new_passphrase(rotate: &RotatePassphrase) -> Result<Passphrase, Failure> {
    let purpose = SafeText::literal("for the vault");
    let deadline = Instant::now() + PATIENCE;
    let cancel = Cancel::new();
    Ok(match rotate.new_passphrase_fd {
        Some(number) => PassphraseFd::open(number)?.ask_new(&purpose, deadline, &cancel)?,
        None => TerminalPrompt::new().ask_new(&purpose, deadline, &cancel)?,
    })
}

/// The new identity.age, which has been opened once.
fn sealed(old: &Kept, new: &Passphrase) -> Result<Vec<u8>, Failure> {
    let sealed = identity::seal(old.key(), new, identity::WORK_FACTOR)?;
    IdentityVerifier::new(sealed.clone())?;
    if identity::open(&sealed, new)?.expose() != old.key().expose() {
        return Err(VerifyError::Broken("the new identity does not hold the vault's key").into());
    }
    Ok(sealed)
}
