//! The steps of one prompt, one after the other, on a thread that may block.

use openpass_auth::{Assertion, AuthError, Unavailable};

use crate::{
    enrolment::{self, EnrolmentPin, EnrolmentStore},
    exchange::{Exchange, Reply},
    reason::Reason,
    signing::ToApprove,
    system::{Button, Context, System},
};

/// Shows the dialog and waits. Only a yes by a pinned enrolment, in time, is
/// `Ok`.
///
/// INVARIANT (no yes without its signature): where something is `to_approve`, `Ok`
/// holds the key's signature over it, made by the context that said yes.
///
/// The dialog is down when this returns: the context is dropped, and with it
/// invalidated, whatever the way out.
pub(crate) fn ask(
    system: &dyn System,
    store: &dyn EnrolmentStore,
    (reason, button): (Result<Reason, Unavailable>, Button),
    to_approve: Option<&ToApprove>,
    (exchange, reply): (Exchange, Reply),
) -> Result<Option<Assertion>, AuthError> {
    exchange.still_wanted()?;
    let (context, pinned) = ready(system, store, button)?;
    // What cannot be shown is not asked. Only now, so that a machine without
    // Touch ID says just that.
    let reason = reason?;
    // Nor is what could not be signed afterwards.
    let signer = to_approve.map(|it| it.open(context.as_ref())).transpose()?;
    // Getting ready may have taken long.
    exchange.still_wanted()?;
    context.evaluate(&reason, reply);
    exchange.answer()?;
    // Whoever could enrol a finger while the dialog was up must not answer
    // it with that finger.
    enrolment::unchanged(Ok(Some(pinned)), context.enrolment())?;
    signer.map(|it| it.sign(context.as_ref())).transpose()
}

/// A context that could ask now, with its enrolment the pinned one.
pub(crate) fn ready(
    system: &dyn System,
    store: &dyn EnrolmentStore,
    button: Button,
) -> Result<(Box<dyn Context>, EnrolmentPin), AuthError> {
    let context = able(system, button)?;
    let pinned = enrolment::unchanged(store.load(), context.enrolment())?;
    Ok((context, pinned))
}

/// Pins the enrolment of now. Called only after a passphrase was verified.
pub(crate) fn renew(system: &dyn System, store: &dyn EnrolmentStore) -> Result<(), AuthError> {
    let context = able(system, Button::Hidden)?;
    let now = context.enrolment().ok_or(Unavailable::EnrolmentUnknown)?;
    Ok(store.save(&now)?)
}

/// A fresh context, in a session that admits a dialog, that can evaluate.
fn able(system: &dyn System, button: Button) -> Result<Box<dyn Context>, AuthError> {
    system.session()?.admits_a_dialog()?;
    let context = system.context(button)?;
    context.can_evaluate().map_err(|failure| failure.cause())?;
    Ok(context)
}
