//! The approvers and the identity in a seal: as much as a question can know of them.

use openpass_approval::Approver;
use openpass_auth::Factor;
use serde::{Deserialize, Serialize};

use crate::{Change, approvers::Register, identity::Pin, log::State};

/// The approvers after a change, and the vault's identity.
///
/// A passphrase that is typed for the first time shows its key when it is typed, which is
/// after the question. So a seal may say `passphrase` without a key; the next one has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Planned {
    /// The approvers, each by its kind and its key's id, in their order.
    pub(super) approvers: Vec<String>,
    /// The identity's public key, where it is pinned and stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) recipient: Option<String>,
    /// The last seal that an approver signed, and who, as it was before the question. So
    /// nobody takes a signature away without another seal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) signed: Option<String>,
}

impl Planned {
    /// Returns the approvers and the identity that `change` leaves. `approvers` are the
    /// approvers that the change names itself.
    pub(crate) fn after(state: &State, change: &Change, approvers: Option<&[Approver]>) -> Self {
        let accepts = matches!(change, Change::AcceptIdentity {});
        let register = &state.approvers;
        let proven = state.proven.as_ref().filter(|_| accepts);
        let stays = proven.map_or(&register.in_force, |proven| &proven.approvers);
        let stays = approvers.unwrap_or(stays);
        let shows_its_key =
            accepts || matches!(change, Change::RenewApprover {}) || register.enrols_next();
        Self {
            approvers: match shows_its_key {
                true => without_its_key(stays),
                false => stays.iter().map(named).collect(),
            },
            recipient: match &state.pin {
                Pin::Key { recipient, .. } if !accepts => Some(recipient.clone()),
                _ => None,
            },
            signed: state.seals.last_signed(),
        }
    }

    /// Whether this is what `register` and `pin` say now.
    pub(super) fn fits(&self, register: &Register, pin: &Pin) -> bool {
        let all = &register.in_force;
        let is_known = all.iter().map(named).eq(self.approvers.iter().cloned());
        let showed_its_key = || without_its_key(all) == self.approvers;
        let is_pinned = match (&self.recipient, pin) {
            (None, _) => true,
            (Some(sealed), Pin::Key { recipient, .. }) => sealed == recipient,
            (Some(_), _) => false,
        };
        is_pinned && (is_known || showed_its_key())
    }
}

pub(super) fn named(approver: &Approver) -> String {
    format!("{} {}", approver.factor(), approver.id())
}

/// The passphrase's first, whichever key it derives, then the others.
fn without_its_key(approvers: &[Approver]) -> Vec<String> {
    let others = approvers
        .iter()
        .filter(|it| it.factor() != Factor::Passphrase);
    let own = core::iter::once(Factor::Passphrase.as_str().to_owned());
    own.chain(others.map(named)).collect()
}
