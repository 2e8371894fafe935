//! The approved state before and after an operation.

use super::{After, Before, Operation};

/// The approved state before and after a change, each by its seal: 32 bytes that name
/// that state and everything that was approved before it, such as a hash over both.
/// Zeros are no state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Seals {
    /// The seal of the state that the change goes on from.
    pub before: [u8; 32],
    /// The seal of the state that the change leaves.
    pub after: [u8; 32],
}

impl Operation {
    /// Puts the operation on an approved state that has this seal before it and that
    /// one after it. For hosts that keep such seals.
    ///
    /// An approver signs both beside the operation's digest, of which they are no part: so
    /// who reads the last approval knows what was approved, and need not go through the
    /// history. A grant serves only for an operation that has the same ones.
    ///
    /// ```
    /// use openpass_policy::{After, Before, GuardSettings, Operation, Request};
    ///
    /// # let (before, after) = ([1; 32], [2; 32]);
    /// let request = Request::by_person("/vault", GuardSettings::default());
    /// let operation = Operation::list(request).sealed(Before(before), After(after));
    /// assert_eq!(operation.seals().map(|seals| seals.after), Some(after));
    /// ```
    #[must_use]
    pub const fn sealed(mut self, before: Before<[u8; 32]>, after: After<[u8; 32]>) -> Self {
        self.seals = Some(Seals {
            before: before.0,
            after: after.0,
        });
        self
    }

    /// The approved state before and after, by its seals, where the host keeps any.
    #[must_use]
    pub const fn seals(&self) -> Option<&Seals> {
        self.seals.as_ref()
    }
}
