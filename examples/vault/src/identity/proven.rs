//! The identity that a proof pinned, while an identity that vouched for itself
//! has its place.

use openpass_approval::Approver;
use serde::{Deserialize, Serialize};

use super::{Pin, reference::Reference};
use crate::approved::Approved;

/// The state of the last proven identity, which stays when an identity that
/// vouches for itself takes its place.
///
/// INVARIANT (nobody vouches for oneself): an identity that nothing but its own
/// passphrase vouched for hands the pin on to nobody, and what it approves
/// counts no longer than it is pinned. So an attacker who put their identity in
/// the owner's place cannot hand the place back with their own approvals in it.
/// `State` keeps this from the first such identity on, until the pinned one of
/// before or a finger vouches for what is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Proven {
    /// The pin of before.
    pub(crate) pin: Pin,
    /// The state that was approved, without what made the guard easier.
    pub(crate) approved: Approved,
    /// The approvers of before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) approvers: Vec<Approver>,
}

impl Proven {
    pub(super) fn is(&self, reference: &Reference) -> bool {
        self.pin.is(reference)
    }
}
