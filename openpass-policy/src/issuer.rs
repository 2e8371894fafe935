//! The issuer of a grant.

use core::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

use crate::{PoliciesDigest, operation::digest::Transcript};

static NEXT: AtomicU64 = AtomicU64::new(1);

/// The identity of a log: two sinks of one id write to the same log.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct LogId([u8; 32]);

impl LogId {
    /// A log that the parts name, such as its path and the key that seals it.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut all = Transcript::new("openpass log 1");
        all.count(parts.len());
        parts.iter().for_each(|part| all.bytes(part));
        Self(all.finish())
    }

    /// Returns the id of a log like no other of this process, for a log that is kept in
    /// memory. A sink takes it once, when the sink is made.
    #[must_use]
    pub fn unique() -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self::of(&[b"unique", &number.to_be_bytes()])
    }
}

impl fmt::Debug for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LogId(")?;
        let start = self.0.iter().take(4);
        start
            .copied()
            .try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str("…)")
    }
}

/// The number of a guard in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct GuardId(u64);

impl GuardId {
    pub(crate) fn next() -> Self {
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// The issuer of the grants that a store takes: one guard, under the policies that are
/// in force, with the intent on one log.
///
/// [`Guard::issuer`](crate::Guard::issuer) gives a guard's. A store whose guards are
/// made anew for each request names [the policies and the log](Self::of).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    pub(crate) policies: PoliciesDigest,
    pub(crate) log: LogId,
    pub(crate) guard: Option<GuardId>,
}

impl Issuer {
    /// Any guard with these policies that writes to this log. The code that makes
    /// guards for the store decides who is asked.
    #[must_use]
    pub const fn of(policies: PoliciesDigest, log: LogId) -> Self {
        Self {
            policies,
            log,
            guard: None,
        }
    }

    /// The policies in force.
    #[must_use]
    pub const fn policies(&self) -> PoliciesDigest {
        self.policies
    }

    /// Whether a grant of `other` is one of this one's, whatever the policies.
    pub(crate) fn is_same_guard(&self, other: &Self) -> bool {
        self.log == other.log && (self.guard.is_none() || self.guard == other.guard)
    }
}
