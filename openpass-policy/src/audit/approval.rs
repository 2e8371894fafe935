//! An approver's signature on the log.

use serde::Serialize;
use serde_json::Value;

use crate::guard::Approval;

/// An approver's signature as the log keeps it, whole: anybody who has the approver's
/// public key can verify it. `docs/approvals.md` in the repository has its form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct LoggedApproval(Value);

impl LoggedApproval {
    #[cfg(feature = "approvals")]
    pub(crate) fn of(approval: &Approval) -> Self {
        // Strings alone: nothing here can fail.
        Self(serde_json::to_value(approval.record()).unwrap_or_default())
    }

    #[cfg(not(feature = "approvals"))]
    pub(crate) const fn of(approval: &Approval) -> Self {
        match *approval {}
    }
}
