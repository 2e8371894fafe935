//! Policy first: a denied asker learns that, and nothing of the vault.

use futures_lite::future::block_on;
use openpass_auth::Factor;
use openpass_policy::{Decision, Operation, Refusal, Request};

use super::{Door, DoorError, Requester};
use crate::{Change, Proposal, VaultError, approvers::change::bare_addition, change::Knowing};

impl Door {
    /// Works out what `change` would do, and writes nothing.
    ///
    /// INVARIANT (a denial comes before every answer): why a change cannot be
    /// worked out tells of the vault: that there is no such agent, that it is
    /// on that tier already. So it is told only where policy would let the
    /// asker ask for some such change. An agent that is denied all of them
    /// gets one refusal, whether there is what it asks about or not.
    ///
    /// # Errors
    ///
    /// The guard's refusal of a change that would be denied whatever there is;
    /// else as [`Vault::propose`](crate::Vault::propose).
    pub fn propose(&self, change: &Change) -> Result<Proposal, DoorError> {
        match self.vault.propose(self.request(), change) {
            Ok(proposal) if !self.is_denied_agent(proposal.operation()) => Ok(proposal),
            Ok(proposal) => match self.denied_whatever_there_is(change) {
                Some(bare) => self.refused_as(&bare, proposal),
                None => Ok(proposal),
            },
            Err(error) => match self.denied_whatever_there_is(change) {
                Some(bare) => Err(self.instead_of(error, bare)),
                None => Err(error.into()),
            },
        }
    }

    /// The refusal of `proposal`, told as one of `bare`: the log has what it was,
    /// and the agent does not.
    fn refused_as(&self, bare: &Operation, proposal: Proposal) -> Result<Proposal, DoorError> {
        match self.refuse(proposal.to_authorize()) {
            Err(DoorError::Refused(refusal)) => Err(self.as_if_of(bare, refusal).into()),
            other => other.map(|()| proposal),
        }
    }

    /// The operation that explains what `change` would take, of which `request`
    /// says the circumstances. Nothing is logged.
    ///
    /// # Errors
    ///
    /// As [`propose`](Self::propose), but that a denial is an answer here.
    pub fn explained(&self, request: Request, change: &Change) -> Result<Operation, VaultError> {
        let proposed = self.vault.propose(request, change);
        match (proposed, self.denied_whatever_there_is(change)) {
            (Ok(proposal), Some(bare)) if self.is_denied_agent(proposal.operation()) => Ok(bare),
            (Ok(proposal), _) => Ok(proposal.to_authorize()),
            (Err(_), Some(bare)) => Ok(bare),
            (Err(error), None) => Err(error),
        }
    }

    /// Refuses an approver whose signature proves `factor`, where policy denies that, before
    /// a key is made that a person would have to help with.
    ///
    /// # Errors
    ///
    /// The guard's refusal. It is on the log.
    pub fn may_add_approver(&self, factor: Factor, replaces: bool) -> Result<(), DoorError> {
        let bare = bare_addition(self.request(), factor, replaces);
        match self.denies(&bare) {
            true => self.refuse(bare),
            false => Ok(()),
        }
    }

    /// Decides on `proposal` by policy, before anything of it is shown.
    ///
    /// # Errors
    ///
    /// The guard's refusal, where policy denies it. It is on the log.
    pub fn admit(&self, proposal: &Proposal) -> Result<Decision, DoorError> {
        let decision = self.decide(proposal.operation());
        if matches!(decision, Decision::Deny(_)) {
            self.refuse(proposal.to_authorize())?;
        }
        Ok(decision)
    }

    /// Returns the operation that `change` comes to before anything of the vault is known,
    /// where policy denies it in every case, and with what is known too.
    fn denied_whatever_there_is(&self, change: &Change) -> Option<Operation> {
        let request = self.request();
        let bare = |knowing| self.vault.bare_operations(&request, change, knowing);
        let (blank, known) = (bare(Knowing::Nothing), bare(Knowing::TheVault));
        let all = blank.iter().chain(&known).all(|it| self.denies(it));
        blank.into_iter().next().filter(|_| all)
    }

    fn instead_of(&self, error: VaultError, bare: Operation) -> DoorError {
        match self.refuse(bare) {
            Err(refusal) => refusal,
            Ok(()) => error.into(),
        }
    }

    /// The refusal of `bare` in place of `refusal`, with what could not be
    /// logged.
    fn as_if_of(&self, bare: &Operation, refusal: Refusal) -> Refusal {
        let (Decision::Deny(denial), Refusal::Denied(_) | Refusal::Unlogged { .. }) =
            (self.decide(bare), &refusal)
        else {
            return refusal;
        };
        let told = Refusal::Denied(denial);
        match refusal {
            Refusal::Unlogged { error, .. } => Refusal::Unlogged {
                refusal: Box::new(told),
                error,
            },
            _ => told,
        }
    }

    /// Whether an agent asks, and policy denies it `operation`.
    pub(super) fn is_denied_agent(&self, operation: &Operation) -> bool {
        matches!(self.requester, Requester::Agent { .. }) && self.denies(operation)
    }

    fn denies(&self, operation: &Operation) -> bool {
        matches!(self.decide(operation), Decision::Deny(_))
    }

    /// The guard's refusal of an operation that policy denies: nobody is asked,
    /// so it does not wait.
    fn refuse(&self, operation: Operation) -> Result<(), DoorError> {
        block_on(self.authorize(operation)).map(drop)
    }
}
