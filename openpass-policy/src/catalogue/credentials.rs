//! Changes of what opens the vault.

use openpass_auth::SafeText;

use super::{Group, Phrase, Row, Sample};
use crate::{
    Action, After, AuthMethod, Before, Effect, Operation, Request, Resource, operation::Extra,
};

pub(crate) const SET_AUTH_METHOD: Row = Row {
    groups: &[Group::Credentials],
    phrase: Phrase::Of(method_change),
    build: |asked| {
        let after = asked.method.unwrap_or(AuthMethod::Passphrase);
        let effect = asked.widens();
        Ok(Operation::set_auth_method(
            asked.request,
            Before(after.other()),
            After(after),
            effect,
        ))
    },
    samples: &[
        Sample::that("unlock by Touch ID").to_method(AuthMethod::TouchId),
        Sample::that("unlock by the passphrase").to_method(AuthMethod::Passphrase),
    ],
};

pub(crate) const ROTATE_PASSPHRASE: Row = Row {
    groups: &[Group::Credentials],
    phrase: Phrase::Words("replace the passphrase of the vault"),
    build: |asked| {
        let effect = asked.widens();
        Ok(Operation::rotate_passphrase(asked.request, effect))
    },
    samples: &[Sample::that("replace the passphrase")],
};

pub(crate) const CHANGE_RECIPIENTS: Row = Row {
    groups: &[Group::Credentials],
    phrase: Phrase::Words("change who can decrypt the vault"),
    build: |asked| {
        let effect = asked.widens();
        Ok(Operation::change_recipients(asked.request, effect))
    },
    samples: &[Sample::that("change who can decrypt")],
};

pub(crate) const CHANGE_DEVICES: Row = Row {
    groups: &[Group::Credentials],
    phrase: Phrase::Words("change which devices share the vault"),
    build: |asked| {
        let effect = asked.widens();
        Ok(Operation::change_devices(asked.request, effect))
    },
    samples: &[Sample::that("change the devices")],
};

impl Operation {
    /// Changes how the vault is unlocked.
    #[must_use]
    pub fn set_auth_method(
        request: Request,
        Before(before): Before<AuthMethod>,
        After(after): After<AuthMethod>,
        effect: Effect,
    ) -> Self {
        Self::new_of(request, Action::SetAuthMethod, Resource::Vault, effect)
            .with_extra(Extra::Method { before, after })
    }

    /// Replaces the passphrase.
    #[must_use]
    pub const fn rotate_passphrase(request: Request, effect: Effect) -> Self {
        let action = Action::RotatePassphrase;
        Self::new_of(request, action, Resource::Identity, effect)
    }

    /// Changes who can decrypt.
    #[must_use]
    pub const fn change_recipients(request: Request, effect: Effect) -> Self {
        let action = Action::ChangeRecipients;
        Self::new_of(request, action, Resource::Recipients, effect)
    }

    /// Changes which devices take part.
    #[must_use]
    pub const fn change_devices(request: Request, effect: Effect) -> Self {
        Self::new_of(request, Action::ChangeDevices, Resource::Devices, effect)
    }
}

fn method_change(operation: &Operation, _: &SafeText) -> SafeText {
    let word = |method: &AuthMethod| SafeText::literal(method.as_str());
    match operation.extra() {
        Extra::Method { before, after } if before == after => SafeText::fill(
            "write down how the vault is unlocked, which stays {}",
            &[&word(after)],
        ),
        Extra::Method { before, after } => SafeText::fill(
            "change how the vault is unlocked from {} to {}",
            &[&word(before), &word(after)],
        ),
        _ => SafeText::literal("change how the vault is unlocked"),
    }
}
