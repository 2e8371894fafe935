//! The one way by which a vault's files change.

mod recover;
mod write;

use std::fs::File;

use openpass_policy::{AuthFactor, Grant, Outcome, Redeemed};

use crate::{
    GuardLog, Proposal, Vault, VaultError,
    approved::{self, Approved},
    change::KEPT,
    files, lock,
    log::line::{Prepared, PreparedFile},
    step::{self, Step},
};

pub use recover::Settled;

impl Vault {
    /// Makes the change that `proposal` described and `grant` permits, onto
    /// the state that both were worked out from, or changes nothing.
    ///
    /// The change is worked out again under the vault's lock. The grant serves
    /// only if it comes out the same to the byte. Each new file is written
    /// beside the old one and synced, then the guard log says what is about to
    /// be replaced by what, and only then are they compared once more with
    /// what was there and renamed over it. A crash leaves each file old or
    /// new, whole; one between two files is settled by the next start.
    ///
    /// # Errors
    ///
    /// [`VaultError::Conflict`] when anything changed in between,
    /// [`VaultError::Grant`] when the grant has expired,
    /// [`VaultError::Busy`], or that a file cannot be written. Nothing has
    /// changed, but for [`VaultError::OutcomeNotRecorded`],
    /// [`VaultError::NotSynced`] and [`VaultError::HalfDone`].
    pub fn commit(&self, grant: Grant, proposal: &Proposal) -> Result<(), VaultError> {
        let held = self.lock()?;
        step::reached(Step::Locked);
        self.settle_prepared(&held)?;
        let now = self.as_approved(proposal)?;
        let factor = grant.factor();
        let running = redeem(grant, &now)?;
        step::reached(Step::Redeemed);
        let written = self.write(&now, factor);
        settle(running, written)?;
        step::reached(Step::Recorded);
        self.clean_up();
        step::reached(Step::CleanedUp);
        drop(held);
        Ok(())
    }

    /// The proposal worked out again, if the settings are those under which it
    /// was approved.
    fn as_approved(&self, proposal: &Proposal) -> Result<Proposal, VaultError> {
        let request = proposal.operation().request();
        // Another vault may have the same files, to the byte.
        if request.settings != self.settings().guard || request.vault != self.request().vault {
            return Err(VaultError::Conflict);
        }
        self.ready_for(proposal.change())?;
        self.propose_again(proposal)
            .map_err(|_| VaultError::Conflict)
    }

    /// Waits for the lock that the product takes for entries. It is given back
    /// when the file is closed, by a crash too.
    fn lock(&self) -> Result<File, VaultError> {
        lock::wait(&self.dir().join(".lock"), lock::Kind::Exclusive)
    }

    fn write(&self, now: &Proposal, factor: AuthFactor) -> Result<(), VaultError> {
        let log = GuardLog::of(self);
        let mut new = Vec::new();
        for change in now.files() {
            new.push(write::New::prepare(self, change)?);
            if new.len() == 1 {
                step::reached(Step::FirstPrepared);
            }
        }
        step::reached(Step::AllPrepared);
        let prepared = self.journal(now, factor, &new)?;
        step::reached(Step::ApprovedKept);
        log.prepared(&now.operation().digest().to_string(), &prepared)
            .map_err(VaultError::NotRecorded)?;
        step::reached(Step::Journaled);
        write::replace_all(self, new)?;
        step::reached(Step::AllReplaced);
        write::sync_folders(self, now.files())?;
        step::reached(Step::Synced);
        Ok(())
    }

    /// What is about to happen to the files. What is approved from then on lies
    /// on the disk before the log names it.
    fn journal(
        &self,
        now: &Proposal,
        factor: AuthFactor,
        new: &[write::New<'_>],
    ) -> Result<Prepared, VaultError> {
        let files = new.iter().map(|new| {
            let (before, after) = new.change().hashes();
            PreparedFile {
                name: new.change().name.clone(),
                before,
                after,
                unfinished: new.unfinished(),
            }
        });
        Ok(Prepared {
            files: files.collect(),
            approved: self.approves(now, factor)?,
            accepts_damage: now.accepts().map(|accepts| accepts.damaged_lines),
            ..Prepared::default()
        })
    }

    /// What is approved once the change is made.
    ///
    /// INVARIANT (no baseline is not a clean slate): only a factor that proves
    /// who makes the first baseline. A y/N takes nothing for good that it does
    /// not change itself.
    fn approves(&self, now: &Proposal, factor: AuthFactor) -> Result<Option<Approved>, VaultError> {
        let proves = matches!(factor, AuthFactor::Passphrase | AuthFactor::Biometry);
        let next = now.next();
        if next.is_first && !proves {
            return if now.adopts() {
                Err(VaultError::Conflict)
            } else {
                Ok(None)
            };
        }
        for (sha256, bytes) in &next.new {
            approved::keep(&self.guard_dir(), sha256, bytes).map_err(|error| {
                VaultError::unwritable(&self.guard_dir().join("approved"), error)
            })?;
        }
        Ok(Some(next.approved.clone()))
    }

    /// Removes what a change kept until its outcome was on the log. What
    /// cannot be removed now is removed by the next start.
    fn clean_up(&self) {
        drop(files::remove(&self.dir().join(KEPT)));
        if let Ok(state) = GuardLog::of(self).state() {
            approved::prune(&self.guard_dir(), &state.parts());
        }
    }
}

fn redeem(grant: Grant, now: &Proposal) -> Result<Redeemed, VaultError> {
    grant.redeem(now.operation()).map_err(|error| match error {
        openpass_policy::GrantError::OtherOperation => VaultError::Conflict,
        expired @ openpass_policy::GrantError::Expired => VaultError::Grant(expired),
    })
}

fn settle(running: Redeemed, written: Result<(), VaultError>) -> Result<(), VaultError> {
    match written {
        Ok(()) => running
            .settle(Outcome::Done)
            .map_err(VaultError::OutcomeNotRecorded),
        // It may stand after a crash, or not: the next start says which.
        Err(error @ VaultError::NotSynced { .. }) => Err(error),
        Err(error) => {
            let reason = error.to_string();
            // The error that the person must see is the first one.
            drop(running.settle(Outcome::Failed { reason }));
            Err(error)
        }
    }
}
