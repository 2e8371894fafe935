//! A call that was let through.

use openpass_policy::{AuditError, AuthFactor, Outcome, Redeemed};
use tokio::{runtime::Handle, sync::OwnedRwLockReadGuard, task::spawn_blocking};

/// A call that may run its tool, once. Its holder runs the tool and then says how that
/// ended. If it is dropped instead, as when the tool panics or its server is gone, the log
/// says that nobody knows ([`Outcome::Unknown`]).
#[derive(Debug)]
#[must_use = "the log must have the outcome"]
pub struct Granted {
    factor: AuthFactor,
    open: Option<Open>,
}

/// The things that are let go of when the log has the outcome.
#[derive(Debug)]
struct Open {
    redeemed: Redeemed,
    at_work: OwnedRwLockReadGuard<()>,
}

impl Granted {
    pub(super) const fn new(
        redeemed: Redeemed,
        factor: AuthFactor,
        at_work: OwnedRwLockReadGuard<()>,
    ) -> Self {
        let open = Some(Open { redeemed, at_work });
        Self { factor, open }
    }

    /// The factor that vouched for the call.
    #[must_use]
    pub const fn factor(&self) -> AuthFactor {
        self.factor
    }

    /// Puts the outcome on the log, on a thread where the log holds nobody up. It goes to
    /// the log whether or not the future is dropped.
    ///
    /// # Errors
    ///
    /// When it cannot be written. The tool has run all the same.
    pub async fn settle(mut self, outcome: Outcome) -> Result<(), AuditError> {
        let Some(open) = self.open.take() else {
            return Ok(());
        };
        let settled = spawn_blocking(move || open.settle(outcome)).await;
        settled.unwrap_or_else(|error| Err(AuditError::caused_by("the log broke", error)))
    }

    /// Puts the outcome on the log, in this thread.
    ///
    /// # Errors
    ///
    /// As [`settle`](Self::settle).
    pub fn settle_here(mut self, outcome: Outcome) -> Result<(), AuditError> {
        self.open.take().map_or(Ok(()), |open| open.settle(outcome))
    }
}

impl Open {
    fn settle(self, outcome: Outcome) -> Result<(), AuditError> {
        let Self { redeemed, at_work } = self;
        let settled = redeemed.settle(outcome);
        drop(at_work);
        settled
    }
}

impl Drop for Granted {
    fn drop(&mut self) {
        let Some(open) = self.open.take() else {
            return;
        };
        // The log may block. A runtime that ends drops it in this thread.
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(move || drop(open))),
            Err(_) => drop(open),
        }
    }
}
