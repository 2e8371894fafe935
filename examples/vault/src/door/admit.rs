//! Policy first: a denied asker learns that, and nothing of the vault.

use futures_lite::future::block_on;
use openpass_policy::{Decision, Operation};

use super::{Door, DoorError};
use crate::{Change, Proposal, VaultError};

impl Door {
    /// Works out what `change` would do, and writes nothing.
    ///
    /// INVARIANT (a denial comes before every answer): why a change cannot be
    /// worked out tells of the vault: that there is no such agent, that it is
    /// on that tier already. So it is told only where policy would let the
    /// asker ask for some such change.
    ///
    /// # Errors
    ///
    /// The guard's refusal of a change that cannot be worked out and would be
    /// denied; else as [`Vault::propose`](crate::Vault::propose).
    pub fn propose(&self, change: &Change) -> Result<Proposal, DoorError> {
        let error = match self.vault.propose(self.request(), change) {
            Ok(proposal) => return Ok(proposal),
            Err(error) => error,
        };
        Err(self.instead_of(error, change))
    }

    /// What policy says of `proposal`, before anything of it is shown.
    ///
    /// # Errors
    ///
    /// The guard's refusal, where policy denies it. It is on the log.
    pub fn admit(&self, proposal: &Proposal) -> Result<Decision, DoorError> {
        let decision = self.decide(proposal.operation());
        if matches!(decision, Decision::Deny(_)) {
            self.refuse(proposal.operation())?;
        }
        Ok(decision)
    }

    fn instead_of(&self, error: VaultError, change: &Change) -> DoorError {
        let operations = self.vault.bare_operations(&self.request(), change);
        let denied = |it: &Operation| matches!(self.decide(it), Decision::Deny(_));
        match operations.first() {
            Some(first) if operations.iter().all(denied) => match self.refuse(first) {
                Err(refusal) => refusal,
                Ok(()) => error.into(),
            },
            _ => error.into(),
        }
    }

    /// The guard's refusal of an operation that policy denies: nobody is asked,
    /// so it does not wait.
    fn refuse(&self, operation: &Operation) -> Result<(), DoorError> {
        block_on(self.authorize(operation)).map(drop)
    }
}
