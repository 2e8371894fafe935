//! The conditions that must hold before a change is even decided on.

use std::sync::Arc;

use openpass_auth::{Authenticator as _, Unavailable};
use openpass_auth_macos::BiometricAuthenticator;
use openpass_policy::AuthMethod;

use super::{Change, Proposal};
use crate::{EnrolmentFile, Vault, VaultError};

impl Vault {
    /// Whether Touch ID could ask the person now, without asking.
    ///
    /// # Errors
    ///
    /// Why it could not.
    pub fn touch_id(&self) -> Result<(), Unavailable> {
        BiometricAuthenticator::new(Arc::new(EnrolmentFile::of(self))).available()
    }

    /// Refuses what the vault or the machine is not ready for.
    ///
    /// INVARIANT (a precondition is the store's, never a host's): every way to
    /// a proposal comes through here.
    pub(super) fn is_ready_for(&self, proposal: &Proposal) -> Result<(), VaultError> {
        self.ready_for(proposal.change())?;
        self.has_a_log_to_set_aside(proposal.change())?;
        self.touch_id_could_open(proposal)?;
        self.can_be_written(proposal)
    }

    /// Touch ID is not made the way in where it cannot ask, whichever key says
    /// so.
    fn touch_id_could_open(&self, proposal: &Proposal) -> Result<(), VaultError> {
        let touch_id = AuthMethod::TouchId;
        let named = *proposal.change() == Change::SetAuthMethod { method: touch_id };
        if !named && proposal.unlocks_by() != Some(touch_id) {
            return Ok(());
        }
        match self.touch_id() {
            // The passphrase that this change takes accepts the fingers.
            Ok(()) | Err(Unavailable::EnrolmentChanged | Unavailable::EnrolmentUnknown) => Ok(()),
            Err(reason) => Err(VaultError::NoTouchId(reason)),
        }
    }
}
