//! Settles what was broken off, when a host starts.

use std::{fs::File, path::Path};

use openpass_policy::{Channel, Grant, Principal, Request};

use crate::{
    GuardLog, Proposal, Vault, VaultError,
    change::KEPT,
    durable,
    in_the_way::{self, Wanted},
    lock,
    log::{self, line::Ended, open::Open},
};

use super::recover::not_begun;

/// The outcome of an operation that was broken off.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settled {
    /// The operation's digest.
    pub digest: String,
    /// Whether the change is made. If not, nothing was changed, or the reason
    /// says what was.
    pub done: bool,
    /// The outcome in words, for people.
    pub how: String,
}

/// The start that settles an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// Anybody's start: nothing that gives power is finished.
    Anybody,
    /// The start of a person's own change, at the command line.
    Person,
}

impl By {
    pub(super) fn of(request: &Request) -> Self {
        let is_theirs = request.principal == Principal::User
            && request.channel == Channel::Cli
            && request.attended;
        if is_theirs {
            Self::Person
        } else {
            Self::Anybody
        }
    }

    /// Returns the start of the change that `grant` is for; [`By::Anybody`] if that change
    /// is not `proposal`.
    pub(super) fn of_grant(grant: &Grant, proposal: &Proposal) -> Self {
        let granted = grant.operation();
        if granted.digest() == proposal.operation().digest() {
            Self::of(granted.request())
        } else {
            Self::Anybody
        }
    }
}

impl Vault {
    /// Settles what was broken off, and puts the outcome of every open intent
    /// on the log. Hosts call it when they start.
    ///
    /// An operation that had not begun to replace files has failed. An operation that had
    /// begun is finished if it only takes power; if it gives any, it is put back.
    /// [`settle_for`](Self::settle_for) says when it is finished instead. An operation that
    /// another process is at is left to that process.
    ///
    /// # Errors
    ///
    /// That the log cannot be read or written.
    pub fn settle(&self) -> Result<Vec<Settled>, VaultError> {
        self.settle_by(By::Anybody)
    }

    /// Like [`settle`](Self::settle), but at the start of the change that
    /// `request` asks for: a person's own change at the command line also
    /// finishes what gives power, while the time of its grant is not over and
    /// the settings and policies are those that it was granted under.
    ///
    /// Hosts call it in place of [`settle`](Self::settle) before they work a
    /// change out, never before a read.
    ///
    /// # Errors
    ///
    /// As for [`settle`](Self::settle).
    pub fn settle_for(&self, request: &Request) -> Result<Vec<Settled>, VaultError> {
        self.settle_by(By::of(request))
    }

    fn settle_by(&self, by: By) -> Result<Vec<Settled>, VaultError> {
        // INVARIANT: what a snapshot has read settles nothing.
        self.as_it_is().settle_now(by)
    }

    fn settle_now(&self, by: By) -> Result<Vec<Settled>, VaultError> {
        if by == By::Person {
            // Nobody could prove anything while the folder is something else.
            let guard = self.guard_dir();
            in_the_way::make_room(&guard, Wanted::Folder)
                .map_err(|error| VaultError::unwritable(&guard, error))?;
        }
        if !log::exists(&self.guard_dir()) {
            return Ok(Vec::new());
        }
        let state = GuardLog::of(self).state()?;
        let kept = self.dir().join(KEPT).symlink_metadata().is_ok() || self.keeps_anything();
        let unfinished = GuardLog::of(self).is_unfinished()?;
        if state.open.is_empty() && !kept && !unfinished {
            return Ok(Vec::new());
        }
        let Some(held) = self.lock_unless_running()? else {
            return Ok(Vec::new());
        };
        GuardLog::of(self).mend().map_err(VaultError::NotRecorded)?;
        let mut settled = self.settle_prepared(&held, by)?;
        let log = GuardLog::of(self);
        // While we hold this, nobody is between an intent and its outcome.
        let Some(nobody) = log.nobody_is_running()? else {
            return Ok(settled);
        };
        let unprepared = |open: &Open| open.prepared.is_none();
        for open in log.state()?.open.into_iter().filter(unprepared) {
            settled.push(put(&log, &open, &broken_off(&open))?);
        }
        self.clean_up();
        remove_unfinished(self.dir());
        // What cannot be removed now is removed next time.
        drop(log.remove_unfinished());
        if settled.iter().any(|it| it.done) {
            self.tell_the_system_log();
        }
        drop(nobody);
        Ok(settled)
    }

    /// The vault's lock; `None` while another process is making a change,
    /// which settles itself.
    fn lock_unless_running(&self) -> Result<Option<File>, VaultError> {
        let held = lock::now(&self.lock_path(), lock::Mode::Exclusive)?;
        if held.is_none() && GuardLog::of(self).nobody_is_running()?.is_none() {
            return Ok(None);
        }
        held.map_or_else(|| self.lock(), Ok).map(Some)
    }

    /// Settles the commits that were broken off with files prepared. The
    /// process that prepared them held the vault's lock, so it is gone.
    pub(super) fn settle_prepared(&self, _held: &File, by: By) -> Result<Vec<Settled>, VaultError> {
        let log = GuardLog::of(self);
        let mut settled = Vec::new();
        for open in log.state()?.open {
            if let Some(prepared) = &open.prepared {
                let outcome = self.resolve(prepared, &open, by)?;
                settled.push(put(&log, &open, &outcome)?);
                self.remove_leftovers(prepared);
                self.clean_up();
            }
        }
        Ok(settled)
    }
}

/// The outcome of what was broken off with nothing prepared.
///
/// INVARIANT (an outcome is not guessed): a change of the vault had not begun, since it
/// says first what it is about to do. What a host passed on may have happened.
fn broken_off(open: &Open) -> Ended {
    match open.is_of_a_host() {
        true => Ended::Unknown,
        false => not_begun(),
    }
}

fn put(log: &GuardLog, open: &Open, outcome: &Ended) -> Result<Settled, VaultError> {
    log.settled(&open.digest, outcome)
        .map_err(VaultError::NotRecorded)?;
    let (done, how) = match outcome {
        Ended::Done => (true, "it was broken off, and is finished now".to_owned()),
        Ended::Failed { reason } => (false, reason.clone()),
        Ended::Unknown => (
            false,
            "it was broken off while it was at work, and nobody knows how it ended".to_owned(),
        ),
    };
    Ok(Settled {
        digest: open.digest.clone(),
        done,
        how,
    })
}

/// Removes the files of a commit that died before it said so on the log. It is called only
/// while nobody is at a commit.
fn remove_unfinished(dir: &Path) {
    let folders = [
        "",
        crate::policies::FOLDER,
        crate::registry::FOLDER,
        "guard/approved",
        ".openpass",
    ];
    for folder in folders {
        durable::remove_unfinished(&dir.join(folder));
    }
}
