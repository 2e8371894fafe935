//! The old passphrase, between the prompt and the guard.

use core::fmt;
use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use openpass_auth::{
    AuthError, Authenticator, BackendError, Challenge, Confirmation as _, Evidence, Factor,
    FactorSet, Unavailable,
};
use openpass_auth_passphrase::{
    Cancel, IdentityVerifier, Passphrase, PassphraseAuthenticator, PassphrasePrompt,
    PassphraseVerifier, Question, TerminalConfirmation, Verified, VerifyError, identity,
};

/// The passphrase that opened the identity, and the key that it opened.
pub(super) struct Kept {
    passphrase: Passphrase,
    key: identity::SecretKey,
}

impl Kept {
    pub(super) const fn passphrase(&self) -> &Passphrase {
        &self.passphrase
    }

    pub(super) const fn key(&self) -> &identity::SecretKey {
        &self.key
    }
}

/// Verifies a passphrase by opening the identity, and keeps what it opened.
#[derive(Debug)]
pub(super) struct Keeps {
    verifier: IdentityVerifier,
    kept: Mutex<Option<Kept>>,
    not_bound: AtomicBool,
}

impl Keeps {
    pub(super) fn new(verifier: IdentityVerifier) -> Self {
        Self {
            verifier,
            kept: Mutex::new(None),
            not_bound: AtomicBool::new(false),
        }
    }

    /// Whether it turned out that any passphrase of that length opens it.
    pub(super) fn is_not_bound(&self) -> bool {
        self.not_bound.load(Ordering::SeqCst)
    }

    /// Takes the last right passphrase, and the key that it opened.
    pub(super) fn take(&self) -> Option<Kept> {
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

impl PassphraseVerifier for Keeps {
    fn verify(&self, passphrase: &Passphrase) -> Result<Verified, VerifyError> {
        let (key, verified) = self.verifier.open(passphrase).inspect_err(|error| {
            let not_bound = *error == VerifyError::NotBound;
            self.not_bound.fetch_or(not_bound, Ordering::SeqCst);
        })?;
        let passphrase = Passphrase::new(passphrase.expose().as_bytes())
            .map_err(|_| VerifyError::Broken("the passphrase could not be kept"))?;
        let kept = Kept { passphrase, key };
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
        Ok(verified)
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept(..)")
    }
}

/// Vouches by the passphrase that was just typed, once a person has seen the
/// whole operation and said y; for one operation, once.
#[derive(Debug)]
pub(super) struct Typed {
    passphrase: PassphraseAuthenticator<Held, IdentityVerifier>,
    attended: bool,
}

impl Typed {
    pub(super) fn new(kept: Kept, verifier: IdentityVerifier, attended: bool) -> Self {
        let held = Held(Mutex::new(Some(kept.passphrase)));
        Self {
            passphrase: PassphraseAuthenticator::new(held, verifier),
            attended,
        }
    }
}

#[async_trait]
impl Authenticator for Typed {
    fn name(&self) -> &'static str {
        self.passphrase.name()
    }

    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::Passphrase)
    }

    fn available(&self) -> Result<(), Unavailable> {
        self.passphrase.available()
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        challenge.admits_signed(Factor::Passphrase)?;
        if self.attended {
            TerminalConfirmation::new().confirm(challenge).await?;
        }
        self.passphrase.authenticate(challenge).await
    }
}

/// A prompt that was answered already, and answers once.
#[derive(Debug)]
struct Held(Mutex<Option<Passphrase>>);

impl PassphrasePrompt for Held {
    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    fn ask(&self, _: &Question, _: &Cancel) -> Result<Passphrase, AuthError> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        held.ok_or_else(|| BackendError::new("the passphrase answers once").into())
    }
}
