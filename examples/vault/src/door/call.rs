//! Operations of a host's own: calls that are passed on, and change nothing of the vault.

use std::sync::Arc;

use openpass_policy::{
    AuditSink, AuthFactor, Grant, GrantError, Issuer, Operation, Outcome, PoliciesDigest, Redeemed,
    SignedElsewhere,
};

use super::{Door, DoorError, look::Looks};
use crate::VaultError;

/// The calls that are put on the guard's log. A refusal always is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new choice must break the builds that make one"
)]
pub enum Logged {
    /// Every call.
    Each,
    /// Each that a person was asked about: what policy lets pass by itself is left out, as
    /// the vault's own looks are.
    WhereAsked,
}

/// Permission to pass one call on, once. Its intent is on the log, where it is logged.
///
/// Dropping it says that nothing was passed on; dropping what
/// [`begin`](Self::begin) returns says that nobody knows how it ended.
#[derive(Debug)]
#[must_use = "a call that is let go of is not passed on"]
pub struct Called {
    grant: Grant,
    issuer: Issuer,
    /// The policies under which it was granted.
    policies: PoliciesDigest,
}

impl Called {
    /// The factor that vouched for it; [`AuthFactor::None`] where policy let it pass.
    #[must_use]
    pub const fn factor(&self) -> AuthFactor {
        self.grant.factor()
    }

    /// Says that the call is passed on now. `door` is one of this moment, and `now` the
    /// operation, worked out anew from what is about to be passed on.
    ///
    /// # Errors
    ///
    /// That the policies have changed since, that `now` is not what was approved, or that it
    /// waited too long.
    pub fn begin(mut self, door: &Door, now: &Operation) -> Result<Redeemed, DoorError> {
        // INVARIANT (15): what a person forbade while it was asked about does not pass.
        if door.engine().digest() != self.policies {
            return Err(VaultError::Grant(GrantError::PoliciesChanged).into());
        }
        self.grant.begin().map_err(VaultError::Grant)?;
        let redeemed = self.grant.redeem(&self.issuer, now);
        Ok(redeemed.map_err(VaultError::Grant)?)
    }
}

impl Door {
    /// Decides on `operation`, a host's own that this vault's policies declare, and asks
    /// where policy wants somebody asked.
    ///
    /// # Cancellation
    ///
    /// Dropping the future dismisses the prompt, and nothing may be passed on.
    ///
    /// # Errors
    ///
    /// As [`authorize`](Self::authorize).
    pub async fn call(&self, operation: Operation, logged: Logged) -> Result<Called, DoorError> {
        let decision = self.decide(&operation);
        self.fits(&decision)?;
        let log: Arc<dyn AuditSink> = match logged {
            Logged::Each => Arc::new(self.log()),
            Logged::WhereAsked => Arc::new(Looks(self.log())),
        };
        let guard = self.guard_on(log, &operation, &decision)?;
        let grant = Box::pin(guard.authorize(operation)).await?;
        Ok(Called {
            grant,
            issuer: guard.issuer(),
            policies: self.engine.digest(),
        })
    }

    /// Has the person here sign for `operation`, about which another process of this vault
    /// waits to be answered; `nonce` is that of its question. It grants nothing here.
    ///
    /// # Errors
    ///
    /// As [`authorize`](Self::authorize), or that nobody here could sign.
    pub async fn sign_for(
        &self,
        operation: Operation,
        nonce: [u8; 32],
    ) -> Result<SignedElsewhere, DoorError> {
        let decision = self.decide(&operation);
        self.fits(&decision)?;
        let guard = self.guard(&operation, &decision)?;
        Ok(Box::pin(guard.sign_for(operation, nonce)).await?)
    }

    /// Says of a call that was begun how it ended.
    ///
    /// # Errors
    ///
    /// That the log could not be written. The call stands.
    pub fn ended(redeemed: Redeemed, outcome: Outcome) -> Result<(), DoorError> {
        Ok(redeemed
            .settle(outcome)
            .map_err(VaultError::OutcomeNotRecorded)?)
    }
}
