//! The passphrase in a finger's place, once in a while.
//!
//! A finger shows nothing of the identity and of the keys that can approve. The passphrase
//! does: it derives the one and opens the other. So approvers and an identity that somebody
//! exchanged are seen at the latest when it is typed again.

use async_trait::async_trait;
use jiff::Timestamp;
use openpass_auth::{
    AuthError, Authenticator, Challenge, Evidence, Factor, FactorSet, SafeText, Unavailable,
};

use openpass_policy::{AuthFactor, Grant};

use crate::{GuardLog, Vault, VaultError};

impl Vault {
    /// Returns the reason why the passphrase is asked for and a finger does not do now;
    /// `None` where a finger does.
    ///
    /// # Errors
    ///
    /// That the log cannot be read.
    pub fn passphrase_is_due(&self) -> Result<Option<SafeText>, VaultError> {
        let state = GuardLog::of(self).state()?;
        if state.seals.last.is_none() {
            return Ok(None);
        }
        let last = state.passphrase.unwrap_or_default();
        if last.approvers_changed {
            return Ok(Some(SafeText::literal(
                "who can approve has changed since the last passphrase, so it is asked for instead \
                 of a finger",
            )));
        }
        let every = self.settings().passphrase_every;
        let is_due = match last.when.parse::<Timestamp>() {
            // INVARIANT (fail closed): a time to come, or none, is long ago.
            Ok(when) => core::time::Duration::try_from(Timestamp::now().duration_since(when))
                .map_or(true, |since| since >= every),
            Err(_) => true,
        };
        Ok(is_due.then(|| {
            SafeText::fill(
                "no passphrase has been given since {}, so it is asked for instead of a finger",
                &[&SafeText::escape(last.when.get(..10).unwrap_or("long ago"))],
            )
        }))
    }
}

impl Vault {
    /// Refuses a finger, and the system's login, while the passphrase is due: neither shows
    /// anything of the identity.
    ///
    /// INVARIANT: a host may have asked without the [`Door`](crate::Door); the store does
    /// not rely on it.
    pub(crate) fn takes_a_finger(&self, grant: &Grant) -> Result<(), VaultError> {
        if !matches!(
            grant.factor(),
            AuthFactor::Biometry | AuthFactor::SystemLogin
        ) {
            return Ok(());
        }
        self.passphrase_is_due()?
            .map_or(Ok(()), |why| Err(VaultError::PassphraseDue { why }))
    }
}

/// A finger that is not asked for, and why.
#[derive(Debug)]
pub(super) struct Due(pub(super) SafeText);

#[async_trait]
impl Authenticator for Due {
    fn name(&self) -> &'static str {
        "a finger (the passphrase is due instead)"
    }

    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::Biometry)
    }

    fn available(&self) -> Result<(), Unavailable> {
        let why = self.0.clone();
        Err(Unavailable::PassphraseDue { why })
    }

    async fn authenticate(&self, _: &Challenge) -> Result<Evidence, AuthError> {
        self.available()?;
        Err(AuthError::Unavailable(Unavailable::NotSupported))
    }
}
