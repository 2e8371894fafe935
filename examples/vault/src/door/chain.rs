//! The prompts, in the one order that is safe.
//!
//! INVARIANT (the nesting is the security): wrong passphrases are counted
//! around the passphrase alone, so that no finger makes them forgotten;
//! declined prompts are counted around each prompt; the pin of the enrolled
//! fingers is renewed only behind a passphrase that counted.

use core::num::NonZeroU8;
use std::sync::Arc;

use openpass_auth::{
    AttemptLimit, AttemptStore, Authenticator, Confirmation, CoolDown, FirstAvailable,
};
use openpass_auth_macos::{BiometricAuthenticator, RenewsPin};
use openpass_auth_passphrase::{
    IdentityVerifier, PassphraseAuthenticator, PassphraseFd, PassphrasePrompt, PinentryPrompt,
    TerminalConfirmation, TerminalPrompt,
};
use openpass_policy::{Operation, StepUp, Unattended};

use super::{Biometry, Door, DoorError, PassphraseFrom};
use crate::{AttemptFile, EnrolmentFile};

/// How often a person may answer wrongly: two more prompts after the first.
pub const TRIES: NonZeroU8 = match NonZeroU8::new(3) {
    Some(tries) => tries,
    None => NonZeroU8::MIN,
};

/// A chain that can ask nobody.
pub(super) fn nobody() -> Arc<dyn Authenticator> {
    Arc::new(FirstAvailable::new(Vec::new()))
}

impl Door {
    /// What asks for a factor.
    pub(super) fn authenticator(
        &self,
        operation: &Operation,
    ) -> Result<Arc<dyn Authenticator>, DoorError> {
        if let Some(instead) = &self.instead {
            return Ok(Arc::clone(instead));
        }
        // Nobody is asked, so nothing can be wrong with what would ask.
        if self.waives() {
            return Ok(nobody());
        }
        let chain = Arc::new(FirstAvailable::new(self.links(operation)?));
        if self.prompts.is_unattended() {
            return Ok(chain);
        }
        Ok(Arc::new(self.cooled(chain)))
    }

    /// A y/N on the terminal.
    pub(super) fn confirmation(&self) -> Arc<dyn Confirmation> {
        let question = Arc::new(TerminalConfirmation::new());
        Arc::new(CoolDown::new(question, self.attempts()))
    }

    /// Counts the declined prompts of `authenticator`.
    pub fn cooled(&self, authenticator: Arc<dyn Authenticator>) -> CoolDown<dyn Authenticator> {
        CoolDown::new(authenticator, self.attempts())
    }

    /// Limits how often `passphrase` may be answered wrongly.
    pub fn limited(&self, passphrase: impl Authenticator + 'static) -> Arc<AttemptLimit> {
        Arc::new(AttemptLimit::new(Arc::new(passphrase), self.attempts()))
    }

    /// What verifies the passphrase that vouches for `operation`.
    ///
    /// # Errors
    ///
    /// That identity.age cannot serve.
    pub fn verifier(&self, operation: &Operation) -> Result<IdentityVerifier, DoorError> {
        Ok(match &self.old_identity {
            Some(file) => self.vault.verifier_of_old(file)?,
            None => self.vault.verifier_for(operation)?,
        })
    }

    /// The file descriptor that the prompts name, if the settings allow it.
    ///
    /// # Errors
    ///
    /// [`DoorError::UnattendedRefused`], or that the descriptor cannot be used.
    pub fn descriptor(&self) -> Result<Option<PassphraseFd>, DoorError> {
        let PassphraseFrom::Descriptor(number) = self.prompts.passphrase() else {
            return Ok(None);
        };
        if self.settings.guard.unattended == Unattended::Refuse {
            return Err(DoorError::UnattendedRefused);
        }
        Ok(Some(PassphraseFd::open(number)?))
    }

    /// The fingers or faces of this machine, as far as this vault knows them.
    #[must_use]
    pub fn finger(&self) -> BiometricAuthenticator {
        BiometricAuthenticator::new(Arc::new(EnrolmentFile::of(&self.vault)))
    }

    /// Where this vault's wrong answers and declined prompts are counted.
    fn attempts(&self) -> Arc<dyn AttemptStore> {
        Arc::new(AttemptFile::of(&self.vault))
    }

    fn links(&self, operation: &Operation) -> Result<Vec<Arc<dyn Authenticator>>, DoorError> {
        let mut links: Vec<Arc<dyn Authenticator>> = Vec::new();
        let never = self.settings.guard.step_up == StepUp::Passphrase;
        match self.prompts.biometry() {
            _ if never => {}
            Biometry::Never => {}
            Biometry::First => links.push(Arc::new(self.finger())),
            Biometry::Only => links.push(Arc::new(self.finger().biometric_only())),
        }
        links.extend(self.passphrase(operation)?);
        Ok(links)
    }

    fn passphrase(
        &self,
        operation: &Operation,
    ) -> Result<Option<Arc<dyn Authenticator>>, DoorError> {
        let prompt: Box<dyn PassphrasePrompt> = match self.prompts.passphrase() {
            PassphraseFrom::Nowhere => return Ok(None),
            PassphraseFrom::Descriptor(_) => return self.from_descriptor(operation),
            PassphraseFrom::Terminal => Box::new(TerminalPrompt::new()),
            PassphraseFrom::Dialog => match &self.settings.pinentry {
                None => Box::new(PinentryPrompt::new()),
                Some(program) => Box::new(PinentryPrompt::with_program(program)?),
            },
        };
        let verifier = self.verifier(operation)?;
        let limited = self.limited(PassphraseAuthenticator::new(prompt, verifier));
        Ok(Some(Arc::new(RenewsPin::new(limited, self.finger()))))
    }

    /// A script's passphrase vouches for no fingers: nobody is told of them.
    fn from_descriptor(
        &self,
        operation: &Operation,
    ) -> Result<Option<Arc<dyn Authenticator>>, DoorError> {
        let Some(prompt) = self.descriptor()? else {
            return Ok(None);
        };
        let verifier = self.verifier(operation)?;
        let limited = self.limited(PassphraseAuthenticator::new(prompt, verifier));
        Ok(Some(limited))
    }
}
