//! Whom the server can ask: a finger, or a dialog of the system. Never a
//! terminal, which is the client's.

use core::fmt::Debug;
use std::sync::Arc;

use openpass_auth::{AttemptStore, Authenticator, CoolDown, FirstAvailable};
use openpass_auth_macos::BiometricAuthenticator;
use openpass_policy::StepUp;
use openpass_vault::{AttemptFile, EnrolmentFile, Settings, Vault};

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
            chain.push(Arc::new(finger));
        }
        let chain = Arc::new(FirstAvailable::new(chain));
        Ok(Arc::new(CoolDown::new(chain, attempts)))
    }
}
