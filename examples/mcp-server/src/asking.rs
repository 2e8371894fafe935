//! Whom the server can ask: a finger, or a dialog of the system. Never a
//! terminal, which is the client's.

use core::fmt::Debug;
use std::sync::Arc;

use openpass_auth::{AttemptLimit, AttemptStore, Authenticator, CoolDown, FirstAvailable};
use openpass_auth_macos::{BiometricAuthenticator, RenewsPin};
use openpass_auth_passphrase::{PassphraseAuthenticator, PinentryPrompt};
use openpass_policy::StepUp;
use openpass_vault::{AttemptFile, EnrolmentFile, Settings, Vault};
use tracing::warn;

use crate::failure::Failure;

/// Makes what asks, for one call.
pub(crate) trait Asks: Debug + Send + Sync {
    /// What asks for `vault` under `settings`.
    fn authenticator(
        &self,
        vault: &Vault,
        settings: &Settings,
    ) -> Result<Arc<dyn Authenticator>, Failure>;
}

/// Touch ID, then a pinentry with a window.
#[derive(Debug)]
pub(crate) struct Dialogs;

impl Asks for Dialogs {
    fn authenticator(
        &self,
        vault: &Vault,
        settings: &Settings,
    ) -> Result<Arc<dyn Authenticator>, Failure> {
        let attempts: Arc<dyn AttemptStore> = Arc::new(AttemptFile::of(vault));
        let finger = BiometricAuthenticator::new(Arc::new(EnrolmentFile::of(vault)));
        let mut chain: Vec<Arc<dyn Authenticator>> = Vec::new();
        if settings.guard.step_up != StepUp::Passphrase {
            chain.push(Arc::new(finger.clone()));
        }
        if let Some(prompt) = dialog(settings) {
            let passphrase = Arc::new(PassphraseAuthenticator::new(prompt, vault.verifier()?));
            let limited = Arc::new(AttemptLimit::new(passphrase, Arc::clone(&attempts)));
            chain.push(Arc::new(RenewsPin::new(limited, finger)));
        }
        let chain = Arc::new(FirstAvailable::new(chain));
        Ok(Arc::new(CoolDown::new(chain, attempts)))
    }
}

/// The pinentry of the settings, or else the system's. One that cannot be
/// trusted is never run, nor another in its place.
fn dialog(settings: &Settings) -> Option<PinentryPrompt> {
    let Some(program) = &settings.pinentry else {
        return Some(PinentryPrompt::new());
    };
    PinentryPrompt::with_program(program)
        .inspect_err(|error| warn!("the pinentry of the settings is not used: {error}"))
        .ok()
}
