//! Changes of the approvers: of whose signature says that a person approved.

use openpass_auth::SafeText;

use super::{Group, Phrase, Row, Sample};
use crate::{Action, ApproverKind, ApproverRef, Effect, Operation, Request, Resource};

pub(crate) const ADD: Row = Row {
    groups: &[Group::Credentials],
    phrase: Phrase::Of(|operation, id| named("add {} {} as an approver", operation, id)),
    build: |asked| {
        let (approver, effect) = (asked.known_approver()?, asked.widens());
        Ok(Operation::add_approver(asked.request, approver, effect))
    },
    samples: &[
        Sample::that("add the passphrase's approver")
            .on("passphrase")
            .of_kind(ApproverKind::Passphrase),
        Sample::that("add a security key as an approver")
            .on("key")
            .of_kind(ApproverKind::SecurityKey),
    ],
};

pub(crate) const REPLACE: Row = Row {
    groups: &[Group::Credentials],
    phrase: Phrase::Of(|operation, id| named("replace an approver by {} {}", operation, id)),
    build: |asked| {
        let (approver, effect) = (asked.known_approver()?, asked.widens());
        Ok(Operation::replace_approver(asked.request, approver, effect))
    },
    samples: &[Sample::that("replace an approver by a security key")
        .on("key")
        .of_kind(ApproverKind::SecurityKey)],
};

pub(crate) const REMOVE: Row = Row {
    groups: &[Group::Credentials],
    phrase: Phrase::Of(|operation, id| named("remove {} {} from the approvers", operation, id)),
    build: |asked| {
        let (approver, effect) = (asked.known_approver()?, asked.widens());
        Ok(Operation::remove_approver(asked.request, approver, effect))
    },
    samples: &[Sample::that("remove an approver")
        .on("key")
        .of_kind(ApproverKind::SecurityKey)],
};

pub(crate) const RENEW: Row = Row {
    groups: &[Group::Credentials, Group::Repair],
    phrase: Phrase::Of(|operation, id| named("enrol {} {} anew", operation, id)),
    build: |asked| {
        let (approver, effect) = (asked.known_approver()?, asked.widens());
        Ok(Operation::renew_approver(asked.request, approver, effect))
    },
    samples: &[Sample::that("enrol the passphrase's approver anew")
        .on("passphrase")
        .of_kind(ApproverKind::Passphrase)],
};

impl Operation {
    fn on_approver(
        request: Request,
        action: Action,
        approver: ApproverRef,
        effect: Effect,
    ) -> Self {
        Self::new_of(request, action, Resource::Approver(approver), effect)
    }

    /// Lets `approver` sign for the person from now on.
    #[must_use]
    pub fn add_approver(request: Request, approver: ApproverRef, effect: Effect) -> Self {
        Self::on_approver(request, Action::AddApprover, approver, effect)
    }

    /// Puts `approver` in the place of another, which the effect tells of.
    #[must_use]
    pub fn replace_approver(request: Request, approver: ApproverRef, effect: Effect) -> Self {
        Self::on_approver(request, Action::ReplaceApprover, approver, effect)
    }

    /// Lets `approver` sign no longer.
    #[must_use]
    pub fn remove_approver(request: Request, approver: ApproverRef, effect: Effect) -> Self {
        Self::on_approver(request, Action::RemoveApprover, approver, effect)
    }

    /// Enrols `approver`, the passphrase's, anew: its key is derived from the vault's
    /// identity.
    ///
    /// Repair, as [`restore`](Self::restore) is: a person who knows the passphrase is
    /// never locked out.
    #[must_use]
    pub fn renew_approver(request: Request, approver: ApproverRef, effect: Effect) -> Self {
        Self::on_approver(request, Action::RenewApprover, approver, effect)
    }
}

/// The number of characters of a thumbprint that are told: 96 bits, so that nobody can
/// make a second key with the same ones.
const TOLD: usize = 16;

/// `template` with the approver's kind, and its id as far as it tells it from others.
fn named(template: &'static str, operation: &Operation, whole: &SafeText) -> SafeText {
    let Resource::Approver(approver) = operation.resource() else {
        return SafeText::literal("change the approvers");
    };
    let id = match approver.id.char_indices().nth(TOLD) {
        Some((end, _)) => {
            let first = approver.id.get(..end).unwrap_or_default();
            SafeText::quoted_whole(&format!("{first}…"))
        }
        None => whole.clone(),
    };
    SafeText::fill(template, &[&SafeText::literal(kind(approver.kind)), &id])
}

const fn kind(kind: ApproverKind) -> &'static str {
    match kind {
        ApproverKind::None => "the key of no known kind",
        ApproverKind::Passphrase => "the passphrase's key",
        ApproverKind::Enclave => "the Secure Enclave's key",
        ApproverKind::SecurityKey => "the security key",
        ApproverKind::Device => "the device",
    }
}
