//! The one way by which a vault's files change.

mod kept;
mod recover;
mod settle;
mod terms;
mod write;

pub(crate) use write::target;

use std::{fs::File, path::PathBuf, time::Duration};

use openpass_policy::{AuditSink as _, AuthFactor, Grant, GrantError, Issuer, Outcome, Redeemed};

use crate::{
    GuardLog, Proposal, Snapshot, Vault, VaultError,
    approved::{self, Approved},
    approvers::Left,
    change::{Change, KEPT},
    files,
    identity::Judged,
    lock,
    log::line::{Prepared, PreparedFile},
    step::{self, Step},
};

use settle::By;
pub use settle::Settled;

impl Vault {
    /// Makes the change that `proposal` described and `grant` permits, onto
    /// the state that both were worked out from, or changes nothing.
    ///
    /// The change is worked out again under the vault's lock. The grant serves
    /// only if it comes out the same to the byte. Each new file is written
    /// beside the old one and synced, then the guard log says what is about to
    /// be replaced by what, and only then are they compared once more with
    /// what was there and renamed over it. A crash leaves each file old or
    /// new, whole; [`settle`](Self::settle) says what the next start does then.
    ///
    /// # Errors
    ///
    /// [`VaultError::Conflict`] when anything changed in between,
    /// [`VaultError::OtherIdentity`] when what vouched does not vouch for this
    /// vault,
    /// [`VaultError::Grant`] when the grant has expired,
    /// [`VaultError::Busy`], or that a file cannot be written. Nothing has
    /// changed, but for [`VaultError::OutcomeNotRecorded`],
    /// [`VaultError::NotSynced`] and [`VaultError::HalfDone`].
    pub fn commit(&self, grant: Grant, proposal: &Proposal) -> Result<(), VaultError> {
        // INVARIANT: what was read for the question counts no more.
        let committed = self.as_it_is().commit_now(grant, proposal);
        if let Some(reads) = &self.reads {
            reads.forget();
        }
        committed
    }

    fn commit_now(&self, mut grant: Grant, proposal: &Proposal) -> Result<(), VaultError> {
        let held = self.lock()?;
        grant.begin()?;
        step::reached(Step::Locked);
        self.settle_prepared(&held, By::of_grant(&grant, proposal))?;
        let locked = self.snapshot();
        let now = locked.as_approved(proposal)?;
        let judged = locked.judge(&grant, &now)?;
        locked.is_signed_here(&grant, &now)?;
        locked.takes_a_finger(&grant)?;
        locked.is_signed_enough(&grant, &now)?;
        let approvers = locked.approvers_after(&grant, &now)?;
        let factor = grant.factor();
        let running = locked.redeem(grant, &now)?;
        step::reached(Step::Redeemed);
        let written = locked.write(&now, (factor, running.time_left()), judged, approvers);
        let (settled, is_recorded) = settle(running, written);
        if !is_recorded {
            // The next start may have to put back what it was.
            return settled;
        }
        step::reached(Step::Recorded);
        self.clean_up();
        step::reached(Step::CleanedUp);
        drop(held);
        // Nobody waits for it with the lock held.
        if settled.is_ok() {
            self.tell_the_system_log();
        }
        settled
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
        lock::wait(&self.lock_path(), lock::Mode::Exclusive)
    }

    fn lock_path(&self) -> PathBuf {
        self.dir().join(".lock")
    }
}

impl Snapshot {
    fn write(
        &self,
        now: &Proposal,
        vouched: (AuthFactor, Duration),
        judged: Judged,
        approvers: Option<Left>,
    ) -> Result<(), VaultError> {
        let log = GuardLog::of(self);
        let mut new = Vec::new();
        for change in now.files() {
            new.push(write::New::prepare(self, change)?.read_at(self));
            if new.len() == 1 {
                step::reached(Step::FirstPrepared);
            }
        }
        step::reached(Step::AllPrepared);
        let mut prepared = self.journal(now, vouched, &new, judged)?;
        prepared.approvers = approvers;
        self.seal(now, &mut prepared)?;
        step::reached(Step::ApprovedKept);
        let digest = now.operation().digest().to_string();
        log.prepared(&digest, &prepared)
            .map_err(VaultError::NotRecorded)?;
        step::reached(Step::Journaled);
        write::replace_all(self, new)?;
        if matches!(now.change(), Change::RotateLogKey {}) {
            log.begin_generation().map_err(VaultError::NotRecorded)?;
        }
        step::reached(Step::AllReplaced);
        if let Err(error) = write::sync_folders(self, now.files()) {
            // If this cannot be written either, the next start does not take
            // the change for made, and nobody is told that it stands.
            log.unconfirmed(&digest)
                .map_err(VaultError::OutcomeNotRecorded)?;
            return Err(error);
        }
        step::reached(Step::Synced);
        Ok(())
    }
}

impl Vault {
    /// Puts the seal of what is approved beside it. A change that nobody vouched for, in a
    /// vault that has no id yet, seals nothing.
    fn seal(&self, now: &Proposal, prepared: &mut Prepared) -> Result<(), VaultError> {
        let has_id = prepared.approvers.is_some() || self.register()?.scope.is_some();
        let seals = has_id && prepared.approved.is_some();
        prepared.seal = seals.then(|| now.seal().clone());
        Ok(())
    }

    /// Announces what is about to happen to the files, for the log. What is approved from
    /// then on lies on the disk before the log names it.
    fn journal(
        &self,
        now: &Proposal,
        (factor, good_for): (AuthFactor, Duration),
        new: &[write::New<'_>],
        judged: Judged,
    ) -> Result<Prepared, VaultError> {
        let terms = self.terms(now, good_for);
        // What only takes power is never put back.
        let kept = match terms.narrows {
            true => vec![None; new.len()],
            false => self.keep(new)?,
        };
        let files = new.iter().zip(kept).map(|(new, kept)| {
            let (before, after) = new.change().hashes();
            PreparedFile {
                name: new.change().name.clone(),
                before,
                after,
                unfinished: new.unfinished(),
                kept,
            }
        });
        let files = files.collect();
        let approved = self.approves(now, factor)?;
        Ok(Prepared {
            files,
            policies: approved.as_ref().and(now.next().policies.clone()),
            approved,
            pin: judged.pin,
            adopted: judged.adopted,
            proves: judged.proves,
            accepts_damage: now.accepts().map(|accepts| accepts.damaged_lines),
            knows: now.accepts().map(|it| it.knows.clone()).unwrap_or_default(),
            terms,
            ..Prepared::default()
        })
    }

    /// Returns the state that is approved once the change is made, with its new parts
    /// kept on the disk. `None` where the change approves nothing.
    ///
    /// INVARIANT (a missing baseline makes nothing easier): only a factor that proves who
    /// makes the first baseline. A y/N takes nothing for good that it does not change
    /// itself.
    fn approves(&self, now: &Proposal, factor: AuthFactor) -> Result<Option<Approved>, VaultError> {
        let proves = factor.proves_who();
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
        self.forget_kept();
    }
}

impl Snapshot {
    /// INVARIANT (15): the store takes grants of its own log alone, under the policies
    /// that are in force under its lock.
    fn redeem(&self, grant: Grant, now: &Proposal) -> Result<Redeemed, VaultError> {
        let in_force = self.engine_for(now.change().mends_the_guard())?.engine;
        let issuer = Issuer::of(in_force.digest(), GuardLog::of(self).id());
        let redeemed = grant.redeem(&issuer, now.operation());
        redeemed.map_err(|error| match error {
            GrantError::OtherOperation | GrantError::PoliciesChanged => VaultError::Conflict,
            error @ (GrantError::Expired | GrantError::OtherIssuer) => VaultError::Grant(error),
        })
    }
}

/// Writes down how the change ended, and says whether that is on the log.
fn settle(running: Redeemed, written: Result<(), VaultError>) -> (Result<(), VaultError>, bool) {
    match written {
        Ok(()) => {
            let settled = running.settle(Outcome::Done);
            let is_recorded = settled.is_ok();
            (settled.map_err(VaultError::OutcomeNotRecorded), is_recorded)
        }
        // It may stand after a crash, or not: the next start says which.
        Err(error @ (VaultError::NotSynced { .. } | VaultError::OutcomeNotRecorded(_))) => {
            (Err(error), false)
        }
        Err(error) => {
            let reason = error.to_string();
            // The error that the person must see is the first one.
            let is_recorded = running.settle(Outcome::Failed { reason }).is_ok();
            (Err(error), is_recorded)
        }
    }
}
