//! The prompts, in the one order that is safe.
//!
//! INVARIANT (the nesting is the security):
//! - Wrong passphrases are counted around the passphrase alone, so that no
//!   finger makes them forgotten, and for who asked: an agent's hold up that
//!   agent alone.
//! - A dialog waits for the vault's one place, and a terminal never does.
//! - What an agent's prompts come to is counted for that agent, around all of
//!   them; a person's declined dialogs are counted around each dialog, so that
//!   the terminal is asked instead.
//! - The pin of the enrolled fingers is renewed only behind a passphrase that
//!   counted.

use core::num::NonZeroU8;
use std::sync::Arc;

#[cfg(feature = "security-key")]
use openpass_approval::Approver;
#[cfg(feature = "security-key")]
use openpass_auth::Factor;
use openpass_auth::{
    Asker, AttemptLimit, AttemptStore, Authenticator, Confirmation, CoolDown, FirstAvailable,
    OneAtATime, Presence,
};
#[cfg(feature = "security-key")]
use openpass_auth_fido2::{HidKeys, SecurityKeyAuthenticator};
use openpass_auth_macos::{BiometricAuthenticator, RenewsPin};
use openpass_auth_passphrase::{
    IdentityVerifier, PassphraseAuthenticator, PassphraseFd, PassphrasePrompt, PinentryPrompt,
    TerminalConfirmation, TerminalPrompt,
};
use openpass_policy::{Action, Operation, StepUp, Unattended};

use super::{Biometry, Door, DoorError, Due, PassphraseFrom};
use crate::{AttemptFile, DialogPlace, EnrolmentFile, identity};

/// The number of tries that a person has: two more prompts after the first.
pub const TRIES: NonZeroU8 = match NonZeroU8::new(3) {
    Some(tries) => tries,
    None => NonZeroU8::MIN,
};

/// A chain that can ask nobody.
pub(super) fn nobody() -> Arc<dyn Authenticator> {
    Arc::new(FirstAvailable::new(Vec::new()))
}

impl Door {
    /// Returns the authenticator that asks for a factor.
    pub(super) fn authenticator(
        &self,
        operation: &Operation,
    ) -> Result<Arc<dyn Authenticator>, DoorError> {
        // Nobody is asked, so nothing can be wrong with what would ask.
        if self.waives() {
            return Ok(nobody());
        }
        let chain: Arc<dyn Authenticator> = match &self.instead {
            Some(instead) => Arc::clone(instead),
            None => Arc::new(FirstAvailable::new(self.links(operation)?)),
        };
        Ok(match self.requester.asks() {
            _ if self.prompts.is_unattended() => chain,
            Asker::Person => Arc::new(Presence::new(chain, self.attempts())),
            agent @ Asker::Agent(_) => Arc::new(self.cools_down(chain).for_asker(agent)),
        })
    }

    /// A y/N on the terminal. What a person declines there they asked for
    /// themselves.
    pub(super) fn confirmation(&self) -> Arc<dyn Confirmation> {
        let question = Arc::new(TerminalConfirmation::new().in_colour(self.prompts.has_colour()));
        match self.requester.asks() {
            Asker::Person => question,
            agent @ Asker::Agent(_) => Arc::new(self.cools_down(question).for_asker(agent)),
        }
    }

    /// A dialog: one at a time on this vault's screen, and none for a while
    /// after a person declined some of their own.
    pub(super) fn dialog(&self, dialog: impl Authenticator + 'static) -> Arc<dyn Authenticator> {
        let place = Arc::new(DialogPlace::of(&self.vault));
        match self.requester.asks() {
            Asker::Person => {
                // Waiting for the place is no dialog, so it is not counted.
                let counted = self.cools_down(Arc::new(dialog));
                Arc::new(OneAtATime::new(Arc::new(counted), place))
            }
            // All that asks on its behalf is counted, around the whole chain.
            Asker::Agent(_) => Arc::new(OneAtATime::new(Arc::new(dialog), place)),
        }
    }

    /// Limits how often `passphrase` may be answered wrongly.
    pub fn limited(&self, passphrase: impl Authenticator + 'static) -> Arc<AttemptLimit> {
        let limit =
            AttemptLimit::new(Arc::new(passphrase), self.attempts()).with_clock(self.vault.clock());
        Arc::new(limit.for_asker(self.requester.asks()))
    }

    /// Returns the verifier of the passphrase that vouches for `operation`.
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

    /// Touch ID that vouches for a change. A finger also signs, if its key is an
    /// approver.
    ///
    /// INVARIANT (20): where that key cannot be had, no finger is asked for. An unsigned
    /// one would be less than was promised, and the passphrase is still there.
    fn vouching_finger(&self) -> Option<BiometricAuthenticator> {
        Some(match self.vault.enclave_key().ok()? {
            Some(key) => self.finger().with_approver(key),
            None => self.finger(),
        })
    }

    /// Returns the store that counts this vault's wrong answers and declined prompts.
    pub(super) fn attempts(&self) -> Arc<dyn AttemptStore> {
        Arc::new(AttemptFile::of(&self.vault))
    }

    /// Leaves a person in peace for a while after they declined what `asks` asked.
    pub(super) fn cools_down<A: ?Sized>(&self, asks: Arc<A>) -> CoolDown<A> {
        CoolDown::new(asks, self.attempts()).with_clock(self.vault.clock())
    }

    fn links(&self, operation: &Operation) -> Result<Vec<Arc<dyn Authenticator>>, DoorError> {
        let mut links: Vec<Arc<dyn Authenticator>> = Vec::new();
        let renews = *operation.action() == Action::RenewApprover;
        let never = renews || self.settings.guard.step_up == StepUp::Passphrase;
        let due = match self.prompts.biometry() {
            Biometry::Never => None,
            _ => self.vault.passphrase_is_due()?,
        };
        if self.settings.guard.step_up == StepUp::SystemLogin && due.is_none() {
            links.extend(self.system_login());
        }
        match (self.prompts.biometry(), due) {
            _ if never => {}
            (Biometry::First | Biometry::Only, Some(why)) => links.push(Arc::new(Due(why))),
            (Biometry::Never, _) => {}
            (Biometry::First, None) => {
                links.extend(self.vouching_finger().map(|finger| self.dialog(finger)));
            }
            (Biometry::Only, None) => {
                let finger = self.vouching_finger();
                links.extend(finger.map(|finger| self.dialog(finger.biometric_only())));
            }
        }
        // Who asks for the passphrase is asked for that first.
        let wants_the_passphrase = self.prompts.biometry() == Biometry::Never;
        // It shows nothing of an identity, and of the key that a passphrase derives.
        let shows_nothing = renews
            || self.old_identity.is_some()
            || identity::accepts_another(operation)
            || *operation.action() == Action::RotatePassphrase;
        let key = self.security_key().filter(|_| !shows_nothing);
        let (before, after) = match wants_the_passphrase {
            true => (None, key),
            false => (key, None),
        };
        links.extend(before);
        links.extend(self.passphrase(operation)?);
        links.extend(after);
        links.extend(self.at_last.clone());
        Ok(links)
    }

    /// The security keys that are approvers, asked on the person's terminal.
    #[cfg(feature = "security-key")]
    fn security_key(&self) -> Option<Arc<dyn Authenticator>> {
        if self.prompts.biometry() == Biometry::Only || !self.prompts.has_terminal() {
            return None;
        }
        let mut keys = self.vault.approvers().ok()?;
        keys.retain(|it| it.factor() == Factor::SecurityKey);
        if keys.is_empty() {
            return None;
        }
        // INVARIANT: what it proves makes no wrong passphrase forgotten. It counts by itself.
        Some(Arc::new(self.security_keys(keys)))
    }

    /// A build that speaks to none.
    #[cfg(not(feature = "security-key"))]
    #[expect(clippy::unused_self, reason = "there is one that uses it")]
    const fn security_key(&self) -> Option<Arc<dyn Authenticator>> {
        None
    }

    /// Makes an approver of the security key that is plugged in; whether it may approve is
    /// a change of its own.
    ///
    /// # Errors
    ///
    /// [`AuthError`](openpass_auth::AuthError): no key was made an approver.
    #[cfg(feature = "security-key")]
    pub async fn register_security_key(
        &self,
        label: &str,
        since: &str,
    ) -> Result<Approver, DoorError> {
        let keys = self.security_keys(self.vault.approvers()?);
        let made = keys.register(label, since, self.settings.timeout).await;
        Ok(made.map_err(openpass_policy::Refusal::NotAuthenticated)?)
    }

    #[cfg(feature = "security-key")]
    fn security_keys(&self, approvers: Vec<Approver>) -> SecurityKeyAuthenticator {
        let prompt = TerminalPrompt::new().in_colour(self.prompts.has_colour());
        SecurityKeyAuthenticator::new(HidKeys::new(), prompt, approvers)
    }

    fn passphrase(
        &self,
        operation: &Operation,
    ) -> Result<Option<Arc<dyn Authenticator>>, DoorError> {
        Ok(match self.prompts.passphrase() {
            PassphraseFrom::Nowhere => None,
            PassphraseFrom::Descriptor(_) => self.by_descriptor(operation)?,
            PassphraseFrom::Terminal => {
                let prompt = TerminalPrompt::new().in_colour(self.prompts.has_colour());
                let prompt = self.counted(prompt, operation)?;
                Some(Arc::new(prompt))
            }
            PassphraseFrom::Dialog => {
                let prompt = match &self.settings.pinentry {
                    None => PinentryPrompt::new(),
                    Some(program) => PinentryPrompt::with_program(program)?,
                };
                Some(self.dialog(self.counted(prompt, operation)?))
            }
        })
    }

    /// The passphrase by `prompt`, whose wrong answers are counted, and which
    /// accepts the fingers that are enrolled.
    fn counted(
        &self,
        prompt: impl PassphrasePrompt + 'static,
        operation: &Operation,
    ) -> Result<RenewsPin, DoorError> {
        let verifier = self.verifier(operation)?;
        let limited = self.limited(PassphraseAuthenticator::new(prompt, verifier));
        Ok(RenewsPin::new(limited, self.finger()))
    }

    /// A script's passphrase vouches for no fingers: nobody is told of them.
    fn by_descriptor(
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
