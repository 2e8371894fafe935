//! The approvers that a change leaves.

use openpass_approval::{Approval, Approver};
use openpass_auth::Factor;
use openpass_policy::Grant;

use super::Left;
use crate::{Change, GuardLog, Proposal, Vault, VaultError};

impl Vault {
    /// Whether what was signed was signed for this vault, by an approver that counts here,
    /// under its lock.
    ///
    /// INVARIANT (20): a guard verified it by the approvers that its maker gave it. The
    /// signer, and the vault's id, must be the store's own, as they are now.
    pub(crate) fn is_signed_here(&self, grant: &Grant, now: &Proposal) -> Result<(), VaultError> {
        let Some(approval) = grant.approval() else {
            return Ok(());
        };
        let signer = approval.approver();
        let counts = self.whose_signatures_count(now.operation())?;
        let is_known = counts
            .all()
            .iter()
            .any(|it| it.key() == signer.key() && it.factor() == signer.factor());
        let may_enrol = approval.enrolled().is_some() && counts.enrols(signer.factor());
        let last = self.register()?.counters.get(signer.id().as_str()).copied();
        // Its own intent is on the log by now.
        let has_gone_on = last
            .zip(approval.counter())
            .is_some_and(|(last, own)| last > own);
        let statement = approval.statement();
        let seals = (now.seal().before.to_string(), now.seal().sha256.to_string());
        let is_here = statement.scope() == crate::hash::hex(now.scope())
            && statement.seals() == (seals.0.as_str(), seals.1.as_str());
        match is_here && (is_known || may_enrol) && !has_gone_on {
            true => Ok(()),
            false => Err(VaultError::Conflict),
        }
    }

    /// Returns the approvers once the change is made; `None` where they stay as they are.
    ///
    /// INVARIANT (14): a factor that proves who makes the vault's id, as it makes the
    /// first baseline. A y/N enrols nobody. What an identity approved that vouched for
    /// itself counts no longer than it is pinned: the next acceptance goes back behind it.
    pub(crate) fn approvers_after(
        &self,
        grant: &Grant,
        now: &Proposal,
    ) -> Result<Option<Left>, VaultError> {
        if !grant.factor().proves_who() {
            return Ok(None);
        }
        let state = GuardLog::of(self).state()?;
        let register = state.approvers;
        let accepts = matches!(now.change(), Change::AcceptIdentity {});
        let before = match state.proven.filter(|_| accepts) {
            Some(proven) => proven.approvers,
            None => register.in_force.clone(),
        };
        let mut left = Left {
            scope: register.scope.or(Some(*now.scope())),
            in_force: now.approvers().map_or(before, <[Approver]>::to_vec),
            awaits_passphrase: register.awaits_passphrase,
            shown: now.approvers().is_some() || matches!(now.change(), Change::RenewApprover {}),
        };
        if self.has_another_key(grant, now) {
            left.in_force.retain(|it| it.factor() != Factor::Passphrase);
            left.awaits_passphrase = true;
        } else if let Some(new) = grant.approval().and_then(Approval::enrolled) {
            if !left.in_force.iter().any(|it| it.id() == new.id()) {
                left.in_force.retain(|it| it.factor() != Factor::Passphrase);
                left.in_force.insert(0, dated(new, now)?);
            }
            left.awaits_passphrase = false;
        }
        let is_new = left.scope != register.scope
            || left.in_force != register.in_force
            || left.awaits_passphrase != register.awaits_passphrase
            || (left.shown && register.in_doubt);
        Ok(is_new.then_some(left))
    }

    /// Whether the identity that is there from now on may have another key than the one
    /// that signed: then the passphrase's approver is none any more.
    fn has_another_key(&self, grant: &Grant, now: &Proposal) -> bool {
        let accepts = matches!(now.change(), Change::AcceptIdentity {});
        accepts && !(grant.approval().is_some() && self.is_of_this_file(grant.reference()))
    }
}

/// A key that just enrolled, with the day.
fn dated(new: &Approver, now: &Proposal) -> Result<Approver, VaultError> {
    let since = now.asked_at().to_string();
    let (factor, key) = (new.factor(), new.key().clone());
    Approver::new(factor, key, "", &since, None).map_err(|error| VaultError::NotAcceptable {
        what: openpass_auth::SafeText::literal("the passphrase's key"),
        problem: error.to_string(),
    })
}
