//! What a change leaves of the approvers.

use openpass_approval::{Approval, Approver};
use openpass_auth::Factor;
use openpass_policy::Grant;

use super::Left;
use crate::{Change, Proposal, Vault, VaultError};

impl Vault {
    /// Whether what was signed was signed for this vault, under its lock.
    ///
    /// INVARIANT (20): the guard verified it by the approvers of the question. Those, and
    /// the vault's id, must be the ones that there are now: the digest of the operation
    /// covers the approvers, and this the id.
    pub(crate) fn is_signed_here(&self, grant: &Grant, now: &Proposal) -> Result<(), VaultError> {
        let Some(approval) = grant.approval() else {
            return Ok(());
        };
        match approval.statement().scope() == crate::hash::hex(now.scope()) {
            true => Ok(()),
            false => Err(VaultError::Conflict),
        }
    }

    /// Who can approve once the change is made; `None` where that stays as it is.
    ///
    /// INVARIANT (14): a factor that proves who makes the vault's id, as it makes the
    /// first baseline. A y/N enrols nobody.
    pub(crate) fn approvers_after(
        &self,
        grant: &Grant,
        now: &Proposal,
    ) -> Result<Option<Left>, VaultError> {
        if !grant.factor().proves_who() {
            return Ok(None);
        }
        let register = self.register()?;
        let mut in_force = match now.approvers() {
            Some(after) => after.to_vec(),
            None => register.in_force.clone(),
        };
        if self.has_another_key(grant, now) {
            in_force.retain(|it| it.factor() != Factor::Passphrase);
        } else if let Some(new) = grant.approval().and_then(Approval::enrolled)
            && !in_force.iter().any(|it| it.id() == new.id())
        {
            in_force.retain(|it| it.factor() != Factor::Passphrase);
            in_force.insert(0, dated(new, now)?);
        }
        let left = Left {
            scope: register.scope.or(Some(*now.scope())),
            in_force,
        };
        let is_new = left.scope != register.scope || left.in_force != register.in_force;
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
