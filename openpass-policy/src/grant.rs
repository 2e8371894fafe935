//! Permission to run one operation once.

use core::fmt;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    AuditError, AuditEvent, AuditRecord, AuditSink, AuthFactor, Issuer, Operation, Outcome,
    audit::record_or_count, guard::Approval,
};

/// The times for which a grant is good.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lifetimes {
    /// The time for the grant's store to begin.
    pub(crate) waiting: Duration,
    /// The time for a store that has begun to be at work.
    pub(crate) at_work: Duration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            waiting: Duration::from_secs(30),
            at_work: Duration::from_secs(600),
        }
    }
}

/// Permission to run one operation once.
///
/// Only [`Guard::authorize`](crate::Guard::authorize) makes one. A function
/// that changes something takes it by value, so that a way without a guard
/// does not compile. It cannot be made by hand:
///
/// ```compile_fail,E0451
/// # fn forge(other: openpass_policy::Grant) -> openpass_policy::Grant {
/// openpass_policy::Grant { ..other }
/// # }
/// ```
///
/// nor cloned:
///
/// ```compile_fail,E0599
/// # fn twice(grant: openpass_policy::Grant) {
/// let copy: openpass_policy::Grant = grant.clone();
/// # }
/// ```
///
/// nor used twice:
///
/// ```compile_fail,E0382
/// # fn commit(grant: openpass_policy::Grant) {}
/// # fn twice(grant: openpass_policy::Grant) {
/// commit(grant);
/// commit(grant);
/// # }
/// ```
///
/// nor redeemed with the very operation that was approved, which is no copy of
/// it that a store worked out:
///
/// ```compile_fail,E0505
/// # fn circular(grant: openpass_policy::Grant, issuer: openpass_policy::Issuer) {
/// let approved = grant.operation();
/// grant.redeem(&issuer, approved);
/// # }
/// ```
///
/// A grant that is dropped unused is put on the log as an intent that came to
/// nothing.
#[must_use = "a grant that is dropped permits nothing"]
pub struct Grant {
    ticket: Ticket,
}

/// The contents of a grant. Whichever way a ticket is let go of, the log says how its
/// intent ended.
struct Ticket {
    operation: Arc<Operation>,
    factor: AuthFactor,
    reference: Option<String>,
    #[cfg_attr(
        not(feature = "approvals"),
        expect(dead_code, reason = "there is none")
    )]
    approval: Option<Approval>,
    issuer: Issuer,
    lifetimes: Lifetimes,
    expires: Instant,
    /// The end of the time in which a store that has begun with the grant, in time, may
    /// be at work.
    at_work: Option<Instant>,
    /// The log that has the intent; `None` where it is to have none.
    audit: Option<Arc<dyn AuditSink>>,
    /// The outcome that the log gets if the ticket is dropped; `None` once the outcome
    /// was said.
    unsaid: Option<Outcome>,
}

/// The reason why a grant did not permit what it was used for. It is gone all
/// the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new reason must break the builds that turn reasons into exit codes"
)]
pub enum GrantError {
    /// It waited too long.
    #[error("the approval has expired; ask again")]
    Expired,
    /// The operation is not the one that was approved: the state has changed
    /// since, or somebody put another operation in its place.
    #[error("what was approved no longer fits the state; look at it and ask again")]
    OtherOperation,
    /// Another guard than the store's own gave it, or it is on another log.
    #[error("another guard than this store's gave the approval; ask the store's own")]
    OtherIssuer,
    /// It was given under policies that are in force no more.
    #[error("the policies have changed since it was approved; ask again")]
    PoliciesChanged,
}

impl Grant {
    // INVARIANT: called by `Guard` only, after policy said Allow with the
    // factor really given and the intent is on the log, unless the log is to have none.
    pub(crate) fn new(
        operation: Arc<Operation>,
        (factor, reference, approval): (AuthFactor, Option<String>, Option<Approval>),
        issuer: Issuer,
        lifetimes: Lifetimes,
        audit: Option<Arc<dyn AuditSink>>,
    ) -> Self {
        let now = Instant::now();
        Self {
            ticket: Ticket {
                operation,
                factor,
                reference,
                approval,
                issuer,
                lifetimes,
                expires: now.checked_add(lifetimes.waiting).unwrap_or(now),
                at_work: None,
                audit,
                unsaid: Some(came_to_nothing("the approval was not used")),
            },
        }
    }

    /// The operation that was approved.
    #[must_use]
    pub fn operation(&self) -> &Operation {
        &self.ticket.operation
    }

    /// The factor that vouched for it.
    #[must_use]
    pub const fn factor(&self) -> AuthFactor {
        self.ticket.factor
    }

    /// The reference that the proof was checked against, if the authenticator
    /// named it. A store that knows which reference counts compares the two.
    #[must_use]
    pub fn reference(&self) -> Option<&str> {
        self.ticket.reference.as_deref()
    }

    /// The approver's signature that vouched for it, verified, if there is one.
    #[cfg(feature = "approvals")]
    #[must_use]
    pub const fn approval(&self) -> Option<&Approval> {
        self.ticket.approval.as_ref()
    }

    /// Says that a store begins with it: once it holds its lock, and before it
    /// works out anew what would be done. From then on the grant waits for
    /// nobody, and has ten minutes more: how fast the machine works does not
    /// decide, and a process that somebody stopped does not go on for ever.
    ///
    /// # Errors
    ///
    /// [`GrantError::Expired`]: it waited too long before.
    pub fn begin(&mut self) -> Result<(), GrantError> {
        if Instant::now() >= self.ticket.expires {
            return Err(GrantError::Expired);
        }
        let now = Instant::now();
        // A time too long to add is none at all.
        let until = now
            .checked_add(self.ticket.lifetimes.at_work)
            .unwrap_or(now);
        self.ticket.at_work = Some(until);
        Ok(())
    }

    /// Uses the grant up for `now`: the operation that the store has worked out
    /// afresh, from the state as it is, under its lock. An [`Operation`] has no
    /// copies, so it cannot be a clone of the one that was approved.
    ///
    /// `issuer` is whose grants the store takes: its own guard's, under the policies
    /// that are in force now ([`Guard::issuer`](crate::Guard::issuer)).
    ///
    /// # Errors
    ///
    /// [`GrantError`]; the log says that nothing was changed.
    pub fn redeem(mut self, issuer: &Issuer, now: &Operation) -> Result<Redeemed, GrantError> {
        let ticket = &mut self.ticket;
        let error = if !issuer.is_same_guard(&ticket.issuer) {
            GrantError::OtherIssuer
        } else if issuer.policies != ticket.issuer.policies {
            GrantError::PoliciesChanged
        } else if Instant::now() >= ticket.at_work.unwrap_or(ticket.expires) {
            GrantError::Expired
        } else if ticket.operation.digest() != now.digest()
            || ticket.operation.seals() != now.seals()
        {
            GrantError::OtherOperation
        } else {
            ticket.unsaid = Some(Outcome::Unknown);
            return Ok(Redeemed {
                ticket: self.ticket,
            });
        };
        ticket.unsaid = Some(came_to_nothing(&error.to_string()));
        Err(error)
    }
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant")
            .field("action", &self.operation().action())
            .field("factor", &self.factor())
            .finish_non_exhaustive()
    }
}

/// A grant that is being used. Its holder makes the change, then says how it
/// ended. If it is dropped instead, the log says that nobody knows
/// ([`Outcome::Unknown`]).
#[must_use = "the log must have the outcome"]
pub struct Redeemed {
    ticket: Ticket,
}

impl Redeemed {
    /// The time for which the grant would still have been good. A store notes
    /// it before it changes anything, so that a change which is broken off is
    /// not finished when that time is over.
    #[must_use]
    pub fn time_left(&self) -> Duration {
        let expires = self.ticket.expires;
        expires.saturating_duration_since(Instant::now())
    }

    /// Makes the change by `write`, and puts on the log whether that went well.
    ///
    /// If `write` panics, the log says that nobody knows
    /// ([`Outcome::Unknown`]).
    ///
    /// # Errors
    ///
    /// What `write` returns; or that the log could not be written, after a change that
    /// was made.
    pub fn settle_with<T, E>(self, write: impl FnOnce() -> Result<T, E>) -> Result<T, E>
    where
        E: fmt::Display + From<AuditError>,
    {
        match write() {
            Ok(done) => {
                self.settle(Outcome::Done)?;
                Ok(done)
            }
            Err(error) => {
                let reason = error.to_string();
                // The error that the person must see is the first one.
                drop(self.settle(Outcome::Failed { reason }));
                Err(error)
            }
        }
    }

    /// Puts the outcome on the log.
    ///
    /// # Errors
    ///
    /// When it cannot be written. The change stands as it is; the next start
    /// settles an intent without an outcome.
    pub fn settle(mut self, outcome: Outcome) -> Result<(), AuditError> {
        self.ticket.unsaid = None;
        let event = AuditEvent::Outcome { outcome };
        let record = AuditRecord::new(&self.ticket.operation, event);
        let audit = self.ticket.audit.as_ref();
        audit.map_or(Ok(()), |audit| audit.record(&record))
    }
}

impl fmt::Debug for Redeemed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redeemed")
            .field("action", &self.ticket.operation.action())
            .finish_non_exhaustive()
    }
}

fn came_to_nothing(reason: &str) -> Outcome {
    let reason = reason.to_owned();
    Outcome::Failed { reason }
}

impl Drop for Ticket {
    /// Whether or not the log can say so: the sink is told where it cannot, and
    /// the next start settles the open intent.
    fn drop(&mut self) {
        if let (Some(outcome), Some(audit)) = (self.unsaid.take(), &self.audit) {
            let event = AuditEvent::Outcome { outcome };
            drop(record_or_count(audit.as_ref(), &self.operation, event));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AuditError, GuardSettings, LogId, Request};

    #[derive(Debug)]
    struct Deaf;

    impl AuditSink for Deaf {
        fn record(&self, _: &AuditRecord) -> Result<(), AuditError> {
            Ok(())
        }

        fn missed(&self, _: &AuditRecord, _: &AuditError) {}

        fn id(&self) -> LogId {
            LogId::of(&[b"deaf"])
        }
    }

    fn issuer() -> Issuer {
        Issuer::of(crate::PolicyEngine::shipped().unwrap().digest(), Deaf.id())
    }

    fn operation() -> Operation {
        Operation::list(Request::by_person("a vault", GuardSettings::default()))
    }

    fn grant() -> Grant {
        Grant::new(
            Arc::new(operation()),
            (AuthFactor::Passphrase, None, None),
            issuer(),
            Lifetimes::default(),
            Some(Arc::new(Deaf)),
        )
    }

    fn waits_too_long(grant: &mut Grant) {
        grant.ticket.expires = Instant::now();
    }

    #[test]
    fn c7_a_grant_expires_while_it_waits_and_not_while_a_store_is_at_work() {
        let mut waited = grant();
        waits_too_long(&mut waited);
        assert_eq!(waited.begin(), Err(GrantError::Expired));
        assert!(matches!(
            waited.redeem(&issuer(), &operation()),
            Err(GrantError::Expired)
        ));

        let mut slow = grant();
        slow.begin().unwrap();
        waits_too_long(&mut slow);
        assert!(slow.redeem(&issuer(), &operation()).is_ok());

        let mut stopped = grant();
        stopped.begin().unwrap();
        stopped.ticket.at_work = Some(Instant::now());
        assert!(matches!(
            stopped.redeem(&issuer(), &operation()),
            Err(GrantError::Expired)
        ));
    }
}
